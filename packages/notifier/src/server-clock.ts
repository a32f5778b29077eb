/**
 * Mattermost's clock, as the Date headers of its answers tell it: posts carry its time, and this machine's may be minutes off.
 * Exact to about a second, which the look-up's margin of a minute covers.
 */
export class ServerClock {
	readonly #local: () => number;
	#ahead = 0;

	constructor(local: () => number = Date.now) {
		this.#local = local;
	}

	/** `date`: the header of an answer that came just now. */
	observe(date: string | undefined): void {
		const server = Date.parse(date ?? '');
		// The header is cut to the second: half of one is the best guess.
		if (!Number.isNaN(server)) this.#ahead = server + 500 - this.#local();
	}

	now(): number {
		return Math.round(this.#local() + this.#ahead);
	}
}
