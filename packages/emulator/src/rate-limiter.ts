import type { RateLimit } from './settings.ts';

export interface Allowance {
	readonly allowed: boolean;
	/** How many may come at once. */
	readonly limit: number;
	readonly remaining: number;
	/** Seconds until all may come at once again. */
	readonly reset: number;
	/** Seconds until one more may come, where this one may not. */
	readonly retryAfter: number;
}

/** A leaky bucket for each key: each request fills it by one, it empties `perSecond` a second, and holds `burst` and one. */
export class RateLimiter {
	/** When the bucket of a key will be empty, in milliseconds. */
	readonly #empty = new Map<string, number>();

	take(key: string, now: number, { perSecond, burst }: RateLimit): Allowance {
		const interval = 1_000 / perSecond;
		const limit = burst + 1;
		const empty = Math.max(this.#empty.get(key) ?? 0, now);
		const filled = empty + interval - now;
		const allowed = filled <= limit * interval;
		if (allowed) this.#empty.set(key, empty + interval);
		const level = allowed ? filled : empty - now;
		return {
			allowed,
			limit,
			remaining: allowed ? Math.floor((limit * interval - filled) / interval) : 0,
			reset: Math.ceil(level / 1_000),
			retryAfter: allowed ? 0 : Math.ceil((filled - limit * interval) / 1_000),
		};
	}
}
