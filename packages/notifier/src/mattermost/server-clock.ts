/**
 * Mattermost's clock, as the Date headers of its answers tell it: posts carry its time, and this machine's may be minutes off.
 * Exact to about a second, which the look-up's margin of a minute covers. Between two answers it goes by a clock that nobody sets: a
 * first attempt written an hour late would let the look-up stop before it comes to the post.
 */
export class ServerClock {
	readonly #local: () => number;
	#ahead: number;

	constructor(local: () => number = () => performance.now()) {
		this.#local = local;
		this.#ahead = Date.now() - local();
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

	/**
	 * When something happened `age` milliseconds ago, at `believed` by what was known of Mattermost's clock then. Should the clock have been
	 * set back just before, that was too late, and what is known by now is right: the earlier of both counts.
	 */
	timeOf({ believed, age }: { believed: number; age: number }): () => number {
		const happened = this.#local() - age;
		return () => Math.min(believed, Math.round(happened + this.#ahead));
	}
}
