import { Line } from './line.ts';
import type { RateLimiter } from './rate-limiter.ts';

/**
 * What all requests of one token to one origin pass through: they share the rate limit, the number in flight, and the
 * pause after a 429. After a pause they come back by one, two, four … at once, those first that were turned away: the
 * server's bucket has just begun to fill, and a crowd would only be turned away again and use up its retries.
 */
export class Lane {
	readonly #max: number;
	readonly #limiter: RateLimiter | undefined;
	readonly #turnedAway = new Line();
	readonly #fresh = new Line();
	/** How many may be in flight now; 0 during a pause. */
	#limit: number;
	#inFlight = 0;
	#pausedUntil = 0;
	#timer: NodeJS.Timeout | undefined;

	constructor(max: number, limiter: RateLimiter | undefined) {
		this.#max = max;
		this.#limit = max;
		this.#limiter = limiter;
	}

	get idle(): boolean {
		return (
			this.#inFlight === 0 && this.#limit === this.#max && this.#fresh.length === 0 && this.#turnedAway.length === 0
		);
	}

	/**
	 * Undefined: go. Else go when the promise is fulfilled; it rejects when a signal aborts.
	 * @param again the request was turned away before.
	 */
	enter(again: boolean, signal: AbortSignal | undefined, closing: AbortSignal): Promise<void> | undefined {
		if (this.#tryEnter()) {
			if (this.#limiter === undefined || this.#limiter.tryAcquire()) return undefined;
			this.leave();
		}
		return this.#wait(again, [signal, closing]);
	}

	leave(): void {
		this.#inFlight--;
		this.#serve();
	}

	/** The server turned a request away: nobody goes for `milliseconds`. */
	pause(milliseconds: number): void {
		const until = performance.now() + milliseconds;
		this.#limit = 0;
		if (until < this.#pausedUntil) return;
		this.#pausedUntil = until;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#resume(), milliseconds);
		// A pause that nobody waits for must not keep the process alive.
		if (this.#fresh.length === 0 && this.#turnedAway.length === 0) this.#timer.unref();
	}

	/** The server took a request: after a pause, more may go at once. */
	passed(): void {
		if (this.#limit === this.#max || this.#limit === 0) return;
		this.#limit = Math.min(this.#max, this.#limit * 2);
		this.#serve();
	}

	#resume(): void {
		// One more than those that are still on their way from before.
		this.#limit = Math.min(this.#max, this.#inFlight + 1);
		this.#serve();
	}

	#tryEnter(): boolean {
		if (this.#inFlight >= this.#limit || this.#turnedAway.length > 0 || this.#fresh.length > 0) return false;
		this.#inFlight++;
		return true;
	}

	async #wait(again: boolean, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
		for (;;) {
			const line = again ? this.#turnedAway : this.#fresh;
			const turn = line.wait(1, signals);
			this.#timer?.ref();
			this.#serve();
			await turn;
			if (this.#limiter === undefined) return;
			try {
				await this.#limiter.acquire(1, { signal: AbortSignal.any(signals.filter((signal) => signal !== undefined)) });
			} catch (error) {
				this.leave();
				throw error;
			}
			if (this.#limit > 0) return;
			// A pause began while this one waited for the limiter.
			this.#limiter.giveBack();
			this.leave();
		}
	}

	#serve(): void {
		while (this.#inFlight < this.#limit) {
			const line = this.#turnedAway.length > 0 ? this.#turnedAway : this.#fresh;
			if (line.length === 0) return;
			this.#inFlight++;
			line.next();
		}
	}
}
