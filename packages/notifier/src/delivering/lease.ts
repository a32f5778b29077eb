/**
 * How long a claimed delivery is surely still ours, by this machine's monotonic clock: a process that was paused past its lease must
 * notice before it posts, whatever the database says later.
 */
export class Lease {
	readonly length: number;
	readonly #now: () => number;
	#ends: number;

	constructor(length: number, now: () => number = () => performance.now()) {
		this.length = length;
		this.#now = now;
		this.#ends = now() + length;
	}

	/** Writes an extension by `write`; it counts from before the writing began. */
	async extend<T>(write: (length: number) => Promise<T>): Promise<T> {
		const began = this.#now();
		const written = await write(this.length);
		this.#ends = began + this.length;
		return written;
	}

	/** Is there time for something that takes `milliseconds` at most? */
	covers(milliseconds: number): boolean {
		return this.#now() + milliseconds <= this.#ends;
	}
}
