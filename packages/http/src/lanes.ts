import { Lane } from './lane.ts';
import { RateLimiter, type RateLimiterOptions } from './rate-limiter.ts';

/** Above this, lanes that nobody uses are dropped: a server may act for any number of tokens in its life. */
const many = 1000;

/** One lane for each credential. */
export class Lanes {
	readonly #lanes = new Map<string, Lane>();
	readonly #concurrency: number;
	readonly #rateLimit: RateLimiterOptions | false;
	#sweepAt = many;

	constructor(concurrency: number, rateLimit: RateLimiterOptions | false = {}) {
		this.#concurrency = concurrency;
		this.#rateLimit = rateLimit;
	}

	get size(): number {
		return this.#lanes.size;
	}

	/** @param credential the Authorization header. */
	of(credential: string): Lane {
		let lane = this.#lanes.get(credential);
		if (!lane) {
			lane = new Lane(this.#concurrency, this.#rateLimit ? new RateLimiter(this.#rateLimit) : undefined);
			if (this.#lanes.size >= this.#sweepAt) this.#sweep();
			this.#lanes.set(credential, lane);
		}
		return lane;
	}

	#sweep(): void {
		for (const [credential, lane] of this.#lanes) if (lane.idle) this.#lanes.delete(credential);
		this.#sweepAt = Math.max(many, this.#lanes.size * 2);
	}
}
