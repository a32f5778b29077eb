import { Line } from './line.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { timerOf } from './timer.ts';

/**
 * What all requests of one token to one origin pass through: they share the rate limit, the number in flight, and the
 * pause after a 429. After a pause they come back by one, two, four … at once, those first that were turned away most
 * often: the server's bucket has just begun to fill, and who is turned away again soon has no retries left.
 */
export class Lane {
	readonly #max: number;
	readonly #limiter: RateLimiter | undefined;
	/** By how often they were tried. */
	readonly #lines: Line[] = [];
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
		const rested = this.#limiter?.rested ?? true;
		return rested && this.#inFlight === 0 && this.#limit === this.#max && this.#next() === undefined;
	}

	/**
	 * Undefined: go. Else go when the promise is fulfilled; it rejects when a signal aborts.
	 * @param attempts that the request has made before.
	 */
	enter(attempts: number, signal: AbortSignal | undefined, closing: AbortSignal): Promise<void> | undefined {
		if (this.#tryEnter()) {
			if (this.#limiter === undefined || this.#limiter.tryAcquire()) return undefined;
			this.leave();
		}
		return this.#wait(attempts, [signal, closing]);
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
		this.#timer = setTimeout(() => this.#resume(), timerOf(milliseconds));
		this.#release();
	}

	/** The server took a request: after a pause, one more may go at once, so that they double with each round. */
	passed(): void {
		if (this.#limit === this.#max || this.#limit === 0) return;
		this.#limit++;
		this.#serve();
	}

	#resume(): void {
		this.#pausedUntil = 0;
		// One more than those that are still on their way from before.
		this.#limit = Math.min(this.#max, this.#inFlight + 1);
		this.#serve();
	}

	/** A pause that nobody waits for must not keep the process alive. */
	#release(): void {
		if (this.#next() === undefined) this.#timer?.unref();
	}

	#tryEnter(): boolean {
		if (this.#inFlight >= this.#limit || this.#next() !== undefined) return false;
		this.#inFlight++;
		return true;
	}

	async #wait(attempts: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
		for (;;) {
			while (this.#lines.length <= attempts) this.#lines.push(new Line());
			const turn = (this.#lines[attempts] as Line).wait(1, signals, () => this.#release());
			this.#timer?.ref();
			this.#serve();
			await turn;
			if (this.#limiter === undefined) return;
			try {
				await this.#limiter.wait(1, signals);
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
			const line = this.#next();
			if (line === undefined) return;
			this.#inFlight++;
			line.next();
		}
	}

	/** The line whose turn it is. */
	#next(): Line | undefined {
		for (let attempts = this.#lines.length - 1; attempts >= 0; attempts--) {
			const line = this.#lines[attempts];
			if (line !== undefined && line.length > 0) return line;
		}
		return undefined;
	}
}
