/** Work that is put off for a while, in case that what it would end is wanted again. */
export class Linger {
	readonly #time: number;
	readonly #timers = new Map<string, NodeJS.Timeout>();

	/** @param time milliseconds */
	constructor(time: number) {
		this.#time = time;
	}

	has(key: string): boolean {
		return this.#timers.has(key);
	}

	/** Does the work after the time, which begins anew when it was put off before. */
	restart(key: string, work: () => void): void {
		clearTimeout(this.#timers.get(key));
		const timer = setTimeout(() => {
			this.#timers.delete(key);
			work();
		}, this.#time);
		this.#timers.set(key, timer.unref());
	}

	clear(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#timers.clear();
	}
}
