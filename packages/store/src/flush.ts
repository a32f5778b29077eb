/**
 * Brings a file's bytes to the disk, on the thread pool. Whoever asks while that is under way shares the next time: what they wrote may
 * have come too late for this one.
 *
 * Once refused it stays refused: the kernel forgets what it could not write, so that the next `fdatasync` succeeds over a hole.
 */
export class Flush {
	readonly #sync: () => Promise<void>;
	#running: Promise<void> | undefined;
	#next: Promise<void> | undefined;
	#failure: Error | undefined;

	constructor(sync: () => Promise<void>) {
		this.#sync = sync;
	}

	/** Resolves when everything that was written before the call is on disk. */
	now(): Promise<void> {
		if (!this.#running) return this.#run();
		this.#next ??= this.#running.then(() => {
			this.#next = undefined;
			return this.#run();
		});
		return this.#next;
	}

	/** Nothing may be written any more that has to last. */
	fail(cause: unknown): Error {
		this.#failure ??= new Error(
			`the disk refused what was written (${(cause as Error).message}): nothing more is written until the program is started again, ` +
				'which finds what is really there',
			{ cause },
		);
		return this.#failure;
	}

	get failed(): boolean {
		return this.#failure !== undefined;
	}

	throwIfFailed(): void {
		if (this.#failure) throw this.#failure;
	}

	async #run(): Promise<void> {
		const running = this.#flush();
		this.#running = running;
		try {
			await running;
		} finally {
			if (this.#running === running) this.#running = undefined;
		}
	}

	async #flush(): Promise<void> {
		this.throwIfFailed();
		try {
			await this.#sync();
		} catch (error) {
			throw this.fail(error);
		}
	}
}
