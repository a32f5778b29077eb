import { createHash } from 'node:crypto';

/** How often something may be tried. */
export interface ThrottleRate {
	/** How many at once. */
	readonly burst: number;
	/** How many more each minute. */
	readonly perMinute: number;
}

/**
 * Counts tries by key (an account, an address). A try is taken before the work and given back when it turned out to be fine,
 * so that a thousand guesses sent at once do not all pass before the first has failed.
 */
export interface Throttle {
	/** Takes one. 0: go on; otherwise the milliseconds after which it may be tried again. */
	take(key: string): Promise<number>;
	giveBack(key: string): Promise<void>;
}

/** Keys are names and addresses that people typed, of any length: what is kept of one is this. */
export const throttleKey = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** Makes throttles; those of one name count together on all nodes that share a Redis. */
export type Throttles = (name: string, rate: ThrottleRate) => Throttle;

interface Bucket {
	tokens: number;
	at: number;
}

/** Counts what is tried on this node. */
export class LocalThrottle implements Throttle {
	readonly #rate: ThrottleRate;
	readonly #now: () => number;
	readonly #buckets = new Map<string, Bucket>();

	constructor(rate: ThrottleRate, now: () => number = Date.now) {
		this.#rate = rate;
		this.#now = now;
	}

	async take(typed: string): Promise<number> {
		const key = throttleKey(typed);
		const bucket = this.#refilled(key);
		if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 60_000) / this.#rate.perMinute);
		bucket.tokens -= 1;
		this.#buckets.delete(key);
		this.#buckets.set(key, bucket);
		if (this.#buckets.size > 10_000) this.#forget();
		return 0;
	}

	async giveBack(key: string): Promise<void> {
		const bucket = this.#buckets.get(throttleKey(key));
		if (bucket) bucket.tokens = Math.min(this.#rate.burst, bucket.tokens + 1);
	}

	#refilled(key: string): Bucket {
		const now = this.#now();
		const { burst, perMinute } = this.#rate;
		const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
		bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perMinute) / 60_000);
		bucket.at = now;
		return bucket;
	}

	/** Full buckets say nothing; where an attacker invents ten thousand keys, the least lately used half goes. */
	#forget(): void {
		for (const key of [...this.#buckets.keys()].slice(0, 5_000)) this.#buckets.delete(key);
	}
}

export const localThrottles: Throttles = (_name, rate) => new LocalThrottle(rate);
