import { tooManyRequests } from '../refused-error.ts';
import type { Throttle } from './throttle.ts';

/** The tries that one login takes: one of its address, and one of each account that it may be a guess at. */
export class Tries {
	/** A password was compared and is not the one: the tries stay taken. */
	wasWrong = false;
	readonly #perAccount: Throttle;
	readonly #perAddress: Throttle;
	readonly #address: string;
	#taken: { readonly throttle: Throttle; readonly key: string }[] = [];

	constructor(perAccount: Throttle, perAddress: Throttle, address: string) {
		this.#perAccount = perAccount;
		this.#perAddress = perAddress;
		this.#address = address;
	}

	begin(): Promise<void> {
		return this.#take(this.#perAddress, this.#address);
	}

	/** @param key Mattermost's id of the user, or the name where nobody has it: one for all names of an account */
	take(key: string): Promise<void> {
		return this.#take(this.#perAccount, key);
	}

	async giveBack(): Promise<void> {
		await Promise.all(this.#taken.map(({ throttle, key }) => throttle.giveBack(key)));
		this.#taken = [];
	}

	async #take(throttle: Throttle, key: string): Promise<void> {
		const wait = await throttle.take(key);
		if (wait > 0) throw tooManyRequests(wait);
		this.#taken.push({ throttle, key });
	}
}
