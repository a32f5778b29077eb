import { isAuthenticationError, type Mattermost } from '@matterkit/client';

export interface EntranceOptions {
	/** A client with that token, over shared connections. */
	readonly as: (token: string) => Mattermost;
	/** undefined: `renew` is asked before the first call. */
	readonly token?: string | undefined;
	/** Gives a new token in place of one that Mattermost refused. What it throws is what the caller gets. */
	readonly renew: (refused: string | undefined) => Promise<string>;
}

/** Somebody's way into Mattermost: calls go out with their token, which is renewed when Mattermost answers 401. */
export class Entrance {
	readonly #as: EntranceOptions['as'];
	readonly #renew: EntranceOptions['renew'];
	#token: string | undefined;
	#client: { readonly token: string; readonly mm: Mattermost } | undefined;
	#renewing: Promise<string> | undefined;

	constructor({ as, token, renew }: EntranceOptions) {
		this.#as = as;
		this.#renew = renew;
		this.#token = token;
	}

	/** Makes the call, and makes it again with a new token when it was answered 401: nothing was done then. */
	async use<T>(call: (mm: Mattermost) => PromiseLike<T>): Promise<T> {
		const token = await this.token();
		try {
			return await call(this.#clientOf(token));
		} catch (error) {
			if (!isAuthenticationError(error)) throw error;
			return call(this.#clientOf(await this.renewed(token)));
		}
	}

	/** A client is some forty objects: one is kept. */
	#clientOf(token: string): Mattermost {
		if (this.#client?.token !== token) this.#client = { token, mm: this.#as(token) };
		return this.#client.mm;
	}

	async token(): Promise<string> {
		return this.#token ?? this.renewed(undefined);
	}

	/** A token other than `refused`. Many who find out at once wait for one renewal. */
	async renewed(refused: string | undefined): Promise<string> {
		if (this.#token !== undefined && this.#token !== refused) return this.#token;
		this.#renewing ??= this.#renew(refused).finally(() => {
			this.#renewing = undefined;
		});
		this.#token = await this.#renewing;
		return this.#token;
	}
}
