import { AbortError } from './errors/abort-error.ts';
import { Line } from './line.ts';
import { timerOf } from './timer.ts';
import { TokenBucket } from './token-bucket.ts';

export interface RateLimiterOptions {
	/** Default 10. */
	readonly requestsPerSecond?: number;
	/** So many may go at once after a quiet time. Default 20. */
	readonly burst?: number;
}

/**
 * A token bucket. Who acquires waits until there are tokens, first come, first served. The rate is kept by the clock, not
 * by adding up waits, so it does not drift; who gives up waiting takes no token along.
 */
export class RateLimiter {
	readonly #bucket: TokenBucket;
	readonly #line = new Line();
	#timer: NodeJS.Timeout | undefined;

	constructor({ requestsPerSecond = 10, burst = 20 }: RateLimiterOptions = {}) {
		if (!(requestsPerSecond > 0)) throw new RangeError(`requestsPerSecond must be above 0, not ${requestsPerSecond}`);
		if (!(burst >= 1)) throw new RangeError(`burst must be at least 1, not ${burst}`);
		this.#bucket = new TokenBucket(requestsPerSecond / 1000, burst, performance.now());
	}

	/** How many wait. */
	get waiting(): number {
		return this.#line.length;
	}

	/** Is all as it was at the beginning? */
	get rested(): boolean {
		return this.waiting === 0 && this.#bucket.readyIn(this.#bucket.burst, performance.now()) === 0;
	}

	/**
	 * Waits for `tokens` (default 1) and takes them.
	 * @throws RangeError when it is more than `burst`, which would never be there; AbortError when `signal` aborts.
	 */
	async acquire(tokens = 1, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<void> {
		if (!(tokens >= 0 && tokens <= this.#bucket.burst)) {
			throw new RangeError(`cannot acquire ${tokens} tokens: the limiter never has more than ${this.#bucket.burst}`);
		}
		try {
			await this.wait(tokens, [signal]);
		} catch (cause) {
			throw new AbortError('aborted while waiting for the rate limiter', { cause });
		}
	}

	/** @internal Rejects with the reason of the first signal that aborts. */
	async wait(tokens: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
		const turn = this.#line.wait(tokens, signals, () => this.#serve());
		this.#serve();
		await turn;
	}

	/** Takes the tokens if they are there and nobody waits. */
	tryAcquire(tokens = 1): boolean {
		return this.#line.length === 0 && this.#bucket.take(tokens, performance.now());
	}

	/** Gives back what was acquired and not used. */
	giveBack(tokens = 1): void {
		this.#bucket.give(tokens, performance.now());
		this.#serve();
	}

	#serve(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (let wanted = this.#line.wanted; wanted !== undefined; wanted = this.#line.wanted) {
			const now = performance.now();
			if (!this.#bucket.take(wanted, now)) {
				this.#timer = setTimeout(
					() => this.#serve(),
					timerOf(Math.max(1, Math.ceil(this.#bucket.readyIn(wanted, now)))),
				);
				return;
			}
			this.#line.next();
		}
	}
}
