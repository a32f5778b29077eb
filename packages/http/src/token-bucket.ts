/** The arithmetic of a rate limit, without a clock of its own: every call is told what time it is (milliseconds, never going back). */
export class TokenBucket {
	readonly rate: number;
	readonly burst: number;
	#tokens: number;
	#at: number;

	/** Starts full. `rate`: tokens a millisecond. */
	constructor(rate: number, burst: number, now: number) {
		this.rate = rate;
		this.burst = burst;
		this.#tokens = burst;
		this.#at = now;
	}

	/** Takes `n` tokens if they are there. */
	take(n: number, now: number): boolean {
		this.#fill(now);
		// Adding up fractions loses some 1e-12 of a token: without this, a wait of exactly `readyIn` could come too early.
		if (this.#tokens + 1e-9 < n) return false;
		this.#tokens = Math.max(0, this.#tokens - n);
		return true;
	}

	give(n: number, now: number): void {
		this.#fill(now);
		this.#tokens = Math.min(this.burst, this.#tokens + n);
	}

	/** Milliseconds until `n` tokens are there. */
	readyIn(n: number, now: number): number {
		this.#fill(now);
		return Math.max(0, (n - this.#tokens) / this.rate);
	}

	#fill(now: number): void {
		if (now <= this.#at) return;
		this.#tokens = Math.min(this.burst, this.#tokens + (now - this.#at) * this.rate);
		this.#at = now;
	}
}
