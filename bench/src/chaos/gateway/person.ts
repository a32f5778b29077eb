import { GatewayApi } from '../../loadtest/gateway-api.ts';

export interface PersonOptions {
	readonly id: string;
	readonly username: string;
	readonly password: string;
}

/** Somebody who listens to several channels with one log-in. */
export class Person {
	readonly id: string;
	/** Who is deactivated does not try to log in: one who tries too often is turned away for a while. */
	active: Promise<void> = Promise.resolve();
	readonly #options: PersonOptions;
	#token: Promise<string> | undefined;

	constructor(options: PersonOptions) {
		this.id = options.id;
		this.#options = options;
	}

	/** @param origin of the server that is asked, where there is none yet */
	async token(origin: string): Promise<string> {
		await this.active;
		const { username, password } = this.#options;
		this.#token ??= new GatewayApi(origin).signIn(username, password);
		const asked = this.#token;
		asked.catch(() => {
			if (this.#token === asked) this.#token = undefined;
		});
		return asked;
	}

	/** The server takes the token no more. */
	async forget(token: string): Promise<void> {
		const known = await this.#token?.catch(() => undefined);
		if (known === token) this.#token = undefined;
	}
}
