// Topics of several nodes over one Redis. Every entry goes through one stream, so all nodes see all of them in one order; a lease per topic
// says who may publish what its upstream tells. When Redis is gone each node goes on alone, and catches the others up when it is back.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Entry, Lease, Topics } from '../engine.ts';
import { type EventEntry, HeldLease } from './held-lease.ts';
import { Listeners } from './listeners.ts';
import { RecentKeys } from './recent-keys.ts';
import { blockTime, RedisReader, type StreamItem } from './redis-reader.ts';
import * as scripts from './redis-scripts.ts';
import { Unsent } from './unsent.ts';

export interface RedisTopicsOptions {
	/** `redis://…` or `rediss://…` */
	readonly url: string;
	readonly logger: Logger;
	/** What all keys begin with. The braces keep them in one slot of a cluster. Default `{matterkit}:`. */
	readonly prefix?: string;
	/** How long a lease outlives a node that died, in milliseconds. Renewed five times as often. Default 5,000. */
	readonly leaseTime?: number;
}

/** Connects in the background: until Redis answers, the node is alone. */
export function redisTopics(options: RedisTopicsOptions): Topics {
	return new RedisTopics(options);
}

interface Waiting {
	readonly topic: string;
	grant(lease: HeldLease): void;
}

class RedisTopics implements Topics {
	readonly #node = randomUUID();
	readonly #redis: Redis;
	readonly #reader: RedisReader;
	readonly #logger: Logger;
	readonly #prefix: string;
	readonly #leaseTime: number;
	readonly #listeners: Listeners;
	readonly #seen = new Map<string, RecentKeys>();
	/** Leases from Redis, by topic. */
	readonly #held = new Map<string, HeldLease>();
	/** Leases granted while alone, by topic. */
	readonly #local = new Map<string, HeldLease>();
	readonly #waiting = new Set<Waiting>();
	readonly #timer: NodeJS.Timeout;
	readonly #interval: number;
	readonly #unsent = new Unsent();
	#alone = true;
	/** Looks in a row that found no Redis. */
	#failures = 0;
	/** Milliseconds of the monotonic clock until which the node stays alone though Redis answers. */
	#aloneUntil = 0;
	#looking: Promise<void> | undefined;
	#closed = false;
	#lastFence = 0;

	constructor({ url, logger, prefix = '{matterkit}:', leaseTime = 5_000 }: RedisTopicsOptions) {
		this.#logger = logger;
		this.#prefix = prefix;
		this.#leaseTime = leaseTime;
		this.#interval = leaseTime / 5;
		this.#listeners = new Listeners(logger);
		// A command that can't be sent or isn't answered soon fails: the caller goes on alone instead of waiting.
		const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => 200 };
		this.#redis = new Redis(url, { ...options, commandTimeout: 2 * this.#interval });
		const reading = new Redis(url, { ...options, socketTimeout: 2 * blockTime });
		this.#reader = new RedisReader(this.#redis, reading, this.#key('entries'), (items) => this.#take(items));
		// ioredis tells each failed attempt; `#look` tells the first and the last.
		for (const redis of [this.#redis, reading]) redis.on('error', () => {});
		this.#redis.on('ready', () => this.#lookNow());
		this.#redis.on('close', () => this.#lookNow());
		reading.on('ready', () => this.#lookNow());
		this.#timer = setInterval(() => this.#lookNow(), this.#interval).unref();
	}

	get alone(): boolean {
		return this.#alone;
	}

	async publish(topic: string, entry: Entry, lease?: Lease): Promise<boolean> {
		if (lease?.signal.aborted) return false;
		if (!this.#alone && !(lease && this.#local.get(topic) === lease)) {
			try {
				const answer = await this.#send(topic, entry, lease);
				if (answer === 0 && lease instanceof HeldLease) this.#lost(lease);
				return answer !== 0;
			} catch (error) {
				this.#logger.debug({ err: error, topic }, 'an entry did not reach Redis');
			}
		}
		this.#unsent.add(topic, entry);
		this.#deliver(topic, entry);
		return true;
	}

	subscribe(topic: string, listener: (entry: Entry) => void): () => void {
		const remove = this.#listeners.add(topic, listener);
		return () => {
			remove();
			if (!this.#listeners.has(topic)) this.#seen.delete(topic);
		};
	}

	lease(topic: string, signal: AbortSignal): Promise<Lease> {
		return new Promise((resolve, reject) => {
			if (signal.aborted) return reject(signal.reason);
			const abort = () => {
				this.#waiting.delete(waiting);
				reject(signal.reason);
			};
			const waiting: Waiting = {
				topic,
				grant: (lease) => {
					this.#waiting.delete(waiting);
					signal.removeEventListener('abort', abort);
					resolve(lease);
				},
			};
			signal.addEventListener('abort', abort, { once: true });
			this.#waiting.add(waiting);
			if (this.#alone && this.#failures > 1) this.#grantLocal(waiting);
			else void this.#acquire(waiting);
		});
	}

	async whenCovered(topic: string, signal: AbortSignal): Promise<void> {
		for (;;) {
			signal.throwIfAborted();
			if (this.#local.get(topic)?.isLive || this.#held.get(topic)?.isLive) return;
			if (!this.#alone) {
				const holder = await this.#redis.get(this.#key('lease', topic)).catch(() => null);
				if (holder?.endsWith('live')) return;
			}
			await delay(50, undefined, { signal });
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed = true;
		clearInterval(this.#timer);
		await this.#looking;
		await Promise.all([...this.#held.values(), ...this.#local.values()].map((lease) => lease[Symbol.asyncDispose]()));
		this.#reader.stop();
		this.#redis.disconnect();
	}

	#key(name: string, topic?: string): string {
		return topic === undefined ? `${this.#prefix}${name}` : `${this.#prefix}${name}:${topic}`;
	}

	#fenceName(lease: Lease): string {
		return `${lease.fence}@${this.#node}`;
	}

	#send(topic: string, entry: Entry, lease?: Lease): Promise<unknown> {
		return scripts.publish.run(
			this.#redis,
			[this.#key('entries'), this.#key('fence', topic), this.#key('last', topic)],
			[topic, JSON.stringify(entry), lease ? this.#fenceName(lease) : '', entry.type === 'event' ? '1' : '0'],
		);
	}

	#take(items: readonly StreamItem[]): void {
		for (const { topic, entry } of items) {
			if (entry === undefined) {
				for (const waiting of this.#waiting) if (waiting.topic === topic) void this.#acquire(waiting);
			} else if (this.#listeners.has(topic)) this.#deliver(topic, JSON.parse(entry) as Entry);
		}
	}

	#deliver(topic: string, entry: Entry): void {
		if (!this.#listeners.has(topic)) return;
		if (entry.type === 'event') {
			const seen = this.#seen.get(topic) ?? new RecentKeys();
			this.#seen.set(topic, seen);
			if (!seen.add(entry.key)) return;
		}
		this.#listeners.call(topic, entry);
	}

	#lookNow(): void {
		if (this.#closed) return;
		this.#looking ??= this.#look().finally(() => {
			this.#looking = undefined;
		});
	}

	/** Keeps the leases, takes those that are free, and finds out whether Redis is there. */
	async #look(): Promise<void> {
		try {
			if (this.#alone) await this.#tryToJoin();
			else await Promise.all([this.#redis.ping(), ...this.#held.values().map((lease) => this.#renew(lease))]);
			if (!this.#alone) await this.#acquireFree();
		} catch (error) {
			this.#goAlone(error);
		}
	}

	async #tryToJoin(): Promise<void> {
		const intact = await this.#reader.resume();
		if (!intact) {
			this.#logger.warn(
				'Redis does not have what this node has not read yet: it covers all its channels itself for a moment',
			);
			this.#aloneUntil = performance.now() + 2 * this.#leaseTime;
			this.#failures = 2;
			for (const waiting of [...this.#waiting]) this.#grantLocal(waiting);
		}
		if (performance.now() < this.#aloneUntil) return;
		await this.#unsent.send((topic, entry) => this.#send(topic, entry));
		this.#alone = false;
		this.#failures = 0;
		this.#logger.info('shares channels with the other nodes through Redis');
		for (const lease of [...this.#local.values()]) lease.lose('Redis is back');
		this.#local.clear();
		await Promise.all([...this.#held.values()].map((lease) => this.#renew(lease)));
	}

	#goAlone(error: unknown): void {
		if (this.#closed) return;
		if (!this.#alone) this.#logger.warn({ err: error }, 'Redis is gone: this node goes on alone');
		this.#alone = true;
		// Not at the first failure: a connection that is back in a moment is no reason to open event streams on every node.
		if (++this.#failures > 1) for (const waiting of [...this.#waiting]) this.#grantLocal(waiting);
	}

	#grantLocal(waiting: Waiting): void {
		if (this.#closed || this.#local.has(waiting.topic) || this.#held.has(waiting.topic)) return;
		const lease = new HeldLease(waiting.topic, ++this.#lastFence, null, {
			live: () => {},
			end: () => {
				this.#local.delete(waiting.topic);
				for (const next of this.#waiting) if (next.topic === waiting.topic && this.#alone) this.#grantLocal(next);
			},
		});
		this.#local.set(waiting.topic, lease);
		waiting.grant(lease);
	}

	async #acquireFree(): Promise<void> {
		const waiting = [...this.#waiting];
		if (waiting.length === 0) return;
		const holders = await this.#redis.mget(waiting.map(({ topic }) => this.#key('lease', topic)));
		await Promise.all(waiting.filter((_, index) => holders[index] === null).map((each) => this.#acquire(each)));
	}

	async #acquire(waiting: Waiting): Promise<void> {
		const { topic } = waiting;
		if (this.#held.has(topic)) return;
		const keys = [this.#key('lease', topic), this.#key('fences'), this.#key('fence', topic), this.#key('last', topic)];
		const answer = await scripts.acquire.run(this.#redis, keys, [this.#node, this.#leaseTime]).catch(() => null);
		if (!Array.isArray(answer)) return;
		const [fence, last] = answer as [number, string];
		const lease = new HeldLease(topic, fence, last === '' ? null : (JSON.parse(last) as EventEntry), {
			live: () => this.#renew(lease).catch(() => {}),
			end: () => this.#giveBack(lease),
		});
		this.#lastFence = Math.max(this.#lastFence, fence);
		this.#held.set(topic, lease);
		// The wait may have been given up meanwhile.
		if (this.#waiting.has(waiting)) waiting.grant(lease);
		else await lease[Symbol.asyncDispose]();
	}

	async #renew(lease: HeldLease): Promise<void> {
		if (lease.signal.aborted) return;
		const answer = await scripts.renew.run(
			this.#redis,
			[this.#key('lease', lease.topic), this.#key('fence', lease.topic)],
			[this.#fenceName(lease), this.#leaseTime, lease.isLive ? ':live' : ''],
		);
		if (answer === 0) this.#lost(lease);
	}

	#lost(lease: HeldLease): void {
		if (this.#held.get(lease.topic) === lease) this.#held.delete(lease.topic);
		lease.lose('another node has the lease');
	}

	async #giveBack(lease: HeldLease): Promise<void> {
		if (this.#held.get(lease.topic) === lease) this.#held.delete(lease.topic);
		const keys = [this.#key('lease', lease.topic), this.#key('fence', lease.topic), this.#key('entries')];
		await scripts.release.run(this.#redis, keys, [this.#fenceName(lease), lease.topic]).catch(() => {});
	}
}
