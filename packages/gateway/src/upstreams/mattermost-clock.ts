/**
 * Mattermost's clock, which its posts carry, told from this machine's. The Date header of an answer is cut to the second, so each answer
 * only bounds the difference; the bounds of many answers meet within about two round trips. While they allow for none, none is assumed.
 */
export class MattermostClock {
	readonly #local: () => number;
	/** Milliseconds that Mattermost is ahead, at least and at most. */
	#least = Number.NEGATIVE_INFINITY;
	#most = Number.POSITIVE_INFINITY;

	constructor(local: () => number = Date.now) {
		this.#local = local;
	}

	/** @param asked this machine's time just before the request, of whose answer `date` is the header; the answer came just now. */
	observe(asked: number, date: string | undefined): void {
		const server = Date.parse(date ?? '');
		if (Number.isNaN(server)) return;
		const least = server - this.#local();
		const most = server + 1_000 - asked;
		const disagree = least > this.#most || most < this.#least;
		// One of the two clocks was set: what was known is no longer true.
		this.#least = disagree ? least : Math.max(least, this.#least);
		this.#most = disagree ? most : Math.min(most, this.#most);
	}

	/** What Mattermost's clock showed at a time of this machine. */
	at(local: number): number {
		return local + Math.min(Math.max(0, this.#least), this.#most);
	}
}
