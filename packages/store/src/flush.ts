/**
 * Brings a file's bytes to the disk, on the thread pool. Whoever asks while that is under way shares the next time: what they wrote may
 * have come too late for this one.
 */
export class Flush {
	readonly #sync: () => Promise<void>;
	#running: Promise<void> | undefined;
	#next: Promise<void> | undefined;

	constructor(sync: () => Promise<void>) {
		this.#sync = sync;
	}

	/** Resolves when everything that was written before the call is on disk. */
	now(): Promise<void> {
		if (!this.#running) return this.#run();
		this.#next ??= this.#running
			.catch(() => {})
			.then(() => {
				this.#next = undefined;
				return this.#run();
			});
		return this.#next;
	}

	#run(): Promise<void> {
		const running = this.#sync().finally(() => {
			if (this.#running === running) this.#running = undefined;
		});
		this.#running = running;
		return running;
	}
}
