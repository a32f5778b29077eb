// Throttles that count over all nodes, in Redis. While Redis is gone each node counts for itself.
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { LocalThrottle, type Throttle, type ThrottleRate, type Throttles, throttleKey } from '../accounts/throttle.ts';
import { throttle } from './redis-scripts.ts';

export interface RedisThrottlesOptions {
	/** `redis://…` or `rediss://…` */
	readonly url: string;
	readonly logger: Logger;
	/** What all keys begin with. Default `{matterkit}:`. */
	readonly prefix?: string;
}

/** A log-in is not kept waiting for Redis longer than this, in milliseconds. */
const patience = 1_000;

export class RedisThrottles implements AsyncDisposable {
	readonly #redis: Redis;
	readonly #logger: Logger;
	readonly #prefix: string;
	#isGone = false;

	constructor({ url, logger, prefix = '{matterkit}:' }: RedisThrottlesOptions) {
		this.#logger = logger;
		this.#prefix = prefix;
		this.#redis = new Redis(url, {
			enableOfflineQueue: false,
			maxRetriesPerRequest: 0,
			retryStrategy: () => 200,
			commandTimeout: patience,
		});
		// ioredis tells each failed attempt; `#run` tells the first and the last.
		this.#redis.on('error', () => {});
	}

	readonly of: Throttles = (name, rate) => {
		const local = new LocalThrottle(rate);
		return {
			take: async (key) => (await this.#run('take', name, rate, key)) ?? local.take(key),
			giveBack: async (key) => {
				await this.#run('give back', name, rate, key);
				// What was taken while Redis was gone.
				await local.giveBack(key);
			},
		} satisfies Throttle;
	};

	async [Symbol.asyncDispose](): Promise<void> {
		this.#redis.disconnect();
	}

	/** undefined: Redis is gone. */
	async #run(
		what: 'take' | 'give back',
		name: string,
		{ burst, perMinute }: ThrottleRate,
		key: string,
	): Promise<number | undefined> {
		try {
			const wait = await throttle.run(
				this.#redis,
				[`${this.#prefix}throttle:${name}:${throttleKey(key)}`],
				[burst, perMinute, what],
			);
			if (this.#isGone) this.#logger.info('throttles count over all nodes again');
			this.#isGone = false;
			return Number(wait);
		} catch (error) {
			if (!this.#isGone) this.#logger.warn({ err: error }, 'Redis is gone: throttles count on each node for itself');
			this.#isGone = true;
			return undefined;
		}
	}
}
