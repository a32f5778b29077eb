/** Network and load make the time in a pong late by this much at times. Milliseconds. */
const jitter = 2_000;

/**
 * What the server's clock shows, by what it said last. Posts carry that clock, and it may be set: back, so that what is made
 * afterwards looks older than what was heard before. All in milliseconds; `mono` is a clock of ours that is never set.
 */
export class ServerClock {
	#server: number | undefined;
	#mono = 0;
	#setBack = 0;

	/** The server said what time it is. */
	heard(server: number, mono: number): void {
		const off = this.#server === undefined ? 0 : server - this.at(mono);
		if (off < -jitter) this.#setBack -= off;
		this.#server = server;
		this.#mono = mono;
	}

	/** The server's time now, about; 0 as long as it said nothing. */
	at(mono: number): number {
		return this.#server === undefined ? 0 : Math.round(this.#server + (mono - this.#mono));
	}

	/** By how much it was set back since `forgive`. */
	get setBack(): number {
		return this.#setBack;
	}

	/** What was made before is told: that the clock was set no longer matters. */
	forgive(): void {
		this.#setBack = 0;
	}
}
