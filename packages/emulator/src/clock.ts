/** The time of the emulated server, in milliseconds. It runs with the machine's, from where a test has moved it to. */
export class Clock {
	#offset = 0;

	now(): number {
		return Date.now() + this.#offset;
	}

	/** Moves the server's time: `clock.advance(31_000)` ends the 30 seconds in which a post is made once. May be negative. */
	advance(milliseconds: number): void {
		this.#offset += milliseconds;
	}

	/** Sets the server's time; it runs on from there. */
	set(time: Date | number): void {
		this.#offset = Number(time) - Date.now();
	}
}
