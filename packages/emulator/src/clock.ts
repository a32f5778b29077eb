/** The time of the emulated server, in milliseconds. It runs with the machine's, from where a test has moved it to. */
export class Clock {
	#offset = 0;
	#stopped: number | undefined;
	readonly #listeners: (() => void)[] = [];

	now(): number {
		return (this.#stopped ?? Date.now()) + this.#offset;
	}

	/** From now on the time moves only when it is moved: for tests that must not depend on how fast the machine is. */
	stop(): void {
		this.#stopped ??= Date.now();
	}

	/** Moves the server's time: `clock.advance(31_000)` ends the 30 seconds in which a post is made once. May be negative. */
	advance(milliseconds: number): void {
		this.#offset += milliseconds;
		for (const listener of this.#listeners) listener();
	}

	/** Sets the server's time; it runs on from there. */
	set(time: Date | number): void {
		this.advance(Number(time) - this.now());
	}

	/** Calls `listener` after each move: something may have become due. */
	onMove(listener: () => void): void {
		this.#listeners.push(listener);
	}
}
