/** Kept over a restart, the difference of two clocks is known less well. Milliseconds. */
const imprecision = 1_000;

/**
 * What the server's clock shows, by what it said last. Posts carry that clock, and it may be set: back, so that what is made
 * afterwards looks older than what was heard before. All in milliseconds; `mono` is a clock of ours that is never set.
 */
export class ServerClock {
	#server = 0;
	/** How far ours is behind the server's: at least, and at most. Between them lies the time that the answer took. */
	#least = Number.NEGATIVE_INFINITY;
	#most = Number.NEGATIVE_INFINITY;
	#setBack = 0;

	/** Asked at `sent`, the server said what time it is; that came at `received`. */
	heard(server: number, sent: number, received: number): void {
		const [least, most] = [server - received, server - sent];
		// At most: a slow answer looks like a clock set back a little, and taking it for that costs a few reads in vain.
		if (this.#server > 0) this.#setBack += Math.ceil(Math.max(0, this.#most - least));
		this.#server = server;
		this.#least = least;
		this.#most = most;
	}

	/**
	 * By how much the server's clock is ahead of the machine's, about: what is left of the knowledge after a restart. That it was
	 * set back is left out until it is forgiven, so that it is noticed again.
	 */
	ahead(mono: number, wall: number): number {
		return this.at(mono) + this.#setBack - wall;
	}

	/** Goes on with what a stream of before a restart knew. */
	restore(ahead: number, mono: number, wall: number): void {
		this.#server = Math.round(wall + ahead);
		this.#least = this.#server - mono - imprecision;
		this.#most = this.#least;
	}

	/** What the server said last; 0 as long as it said nothing. */
	get last(): number {
		return this.#server;
	}

	/** The server's time now, about; 0 as long as it said nothing. */
	at(mono: number): number {
		return this.#server === 0 ? 0 : Math.round(mono + (this.#least + this.#most) / 2);
	}

	/** By how much it was set back since `forgive`, at most. */
	get setBack(): number {
		return this.#setBack;
	}

	/** What was made before is told: that the clock was set no longer matters. */
	forgive(): void {
		this.#setBack = 0;
	}
}
