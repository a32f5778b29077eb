// Topics of several nodes over one Redis. Every entry goes through one stream, so all nodes see all of them in one order; a lease per topic
// says who may publish what its upstream tells. When Redis is gone each node goes on alone, and catches the others up when it is back.
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Entry, Lease, Topics } from '../engine/engine.ts';
import { Listeners } from './listeners.ts';
import { RecentKeys } from './recent-keys.ts';
import { RedisLeases } from './redis-leases.ts';
import { blockTime, RedisReader, type StreamItem } from './redis-reader.ts';
import * as scripts from './redis-scripts.ts';
import { Unread } from './unread.ts';
import { Unsent } from './unsent.ts';

export interface RedisTopicsOptions {
	/** `redis://…` or `rediss://…` */
	readonly url: string;
	readonly logger: Logger;
	/**
	 * Whether something that this node alone can tell its listeners is still to be told. While it was alone the others told it to theirs, and
	 * will not again. Default: never.
	 */
	readonly isBehind?: () => boolean;
	/** What all keys begin with. The braces keep them in one slot of a cluster. Default `{matterkit}:`. */
	readonly prefix?: string;
	/** How long a lease outlives a node that died, in milliseconds. Renewed five times as often. Default 5,000. */
	readonly leaseTime?: number;
}

/**
 * How long a node that is behind stays alone though Redis is back, in milliseconds: what it can't find out by then (its streams are too few,
 * Mattermost is gone) it may never.
 */
const patience = 60_000;

/** Connects in the background: until Redis answers, the node is alone. */
export function redisTopics(options: RedisTopicsOptions): Topics {
	return new RedisTopics(options);
}

class RedisTopics implements Topics {
	readonly #redis: Redis;
	readonly #reader: RedisReader;
	readonly #leases: RedisLeases;
	readonly #logger: Logger;
	readonly #prefix: string;
	readonly #leaseTime: number;
	readonly #isBehind: () => boolean;
	readonly #listeners: Listeners;
	readonly #seen = new Map<string, RecentKeys>();
	readonly #timer: NodeJS.Timeout;
	readonly #unread = new Unread();
	readonly #unsent = new Unsent();
	#alone = true;
	/** Looks in a row that found no Redis. */
	#failures = 0;
	/** Milliseconds of the monotonic clock until which the node stays alone though Redis answers. */
	#aloneUntil = 0;
	/** When Redis was back, by the same clock; undefined while it is gone. */
	#backAt: number | undefined;
	/** Events of other nodes that wait until this one has caught up by itself; undefined while it has not been on its own. */
	#early: { readonly topic: string; readonly entry: Entry }[] | undefined;
	#looking: Promise<void> | undefined;
	#closed = false;

	constructor({ url, logger, isBehind, prefix = '{matterkit}:', leaseTime = 5_000 }: RedisTopicsOptions) {
		this.#logger = logger;
		this.#prefix = prefix;
		this.#leaseTime = leaseTime;
		this.#isBehind = isBehind ?? (() => false);
		this.#listeners = new Listeners(logger);
		const interval = leaseTime / 5;
		// A command that can't be sent or isn't answered soon fails, and is not sent again: the caller goes on alone instead of waiting.
		const options = {
			enableOfflineQueue: false,
			maxRetriesPerRequest: 0,
			autoResendUnfulfilledCommands: false,
			retryStrategy: () => 200,
		};
		this.#redis = new Redis(url, { ...options, commandTimeout: 2 * interval });
		const reading = new Redis(url, { ...options, socketTimeout: 2 * blockTime });
		this.#reader = new RedisReader(this.#redis, reading, this.#key('entries'), (items) => this.#take(items));
		this.#leases = new RedisLeases({
			redis: this.#redis,
			key: (name, topic) => this.#key(name, topic),
			leaseTime,
			// Not at the first failure: a connection that is back in a moment is no reason to open event streams on every node.
			isAlone: () => this.#alone && this.#failures > 1,
		});
		// ioredis tells each failed attempt; `#look` tells the first and the last.
		for (const redis of [this.#redis, reading]) redis.on('error', () => {});
		this.#redis.on('ready', () => this.#lookNow());
		this.#redis.on('close', () => this.#lookNow());
		reading.on('ready', () => this.#lookNow());
		this.#timer = setInterval(() => this.#lookNow(), interval).unref();
	}

	get alone(): boolean {
		return this.#alone;
	}

	async publish(topic: string, entry: Entry, lease?: Lease): Promise<boolean> {
		if (lease?.signal.aborted) return false;
		if (this.#alone || (lease && this.#leases.isLocal(lease))) {
			this.#publishHere(topic, entry);
			return true;
		}
		const text = JSON.stringify(entry);
		this.#unread.add({ topic, entry, text });
		try {
			if ((await this.#send(topic, text, lease)) !== 0) return true;
		} catch (error) {
			// All that Redis may not have, this entry among it, is published here in order.
			if (!this.#alone) this.#goAlone(error);
			return true;
		}
		this.#unread.remove(topic, text);
		if (lease) this.#leases.lost(lease);
		return false;
	}

	subscribe(topic: string, listener: (entry: Entry) => void): () => void {
		const remove = this.#listeners.add(topic, listener);
		return () => {
			remove();
			if (!this.#listeners.has(topic)) this.#seen.delete(topic);
		};
	}

	known(topic: string, keys: Iterable<string>): void {
		const seen = this.#seenOf(topic);
		for (const key of keys) seen.add(key);
	}

	lease(topic: string, signal: AbortSignal): Promise<Lease> {
		return this.#leases.take(topic, signal);
	}

	async heldElsewhere(topic: string): Promise<boolean> {
		return !this.#alone && (await this.#leases.isElsewhere(topic).catch(() => false));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed = true;
		clearInterval(this.#timer);
		await this.#looking;
		await this.#leases[Symbol.asyncDispose]();
		this.#reader.stop();
		this.#redis.disconnect();
	}

	#key(name: string, topic?: string): string {
		return topic === undefined ? `${this.#prefix}${name}` : `${this.#prefix}${name}:${topic}`;
	}

	#send(topic: string, text: string, lease?: Lease): Promise<unknown> {
		return scripts.publish.run(
			this.#redis,
			[this.#key('entries'), this.#key('fence', topic)],
			[topic, text, lease ? this.#leases.fenceOf(lease) : ''],
		);
	}

	#publishHere(topic: string, entry: Entry): void {
		this.#unsent.add(topic, entry);
		this.#deliver(topic, entry);
	}

	#take(items: readonly StreamItem[]): void {
		for (const { topic, entry: text } of items) {
			if (text === undefined) {
				this.#leases.freed(topic);
				continue;
			}
			this.#unread.remove(topic, text);
			if (!this.#listeners.has(topic)) continue;
			const entry = JSON.parse(text) as Entry;
			if (this.#early && entry.type === 'event') this.#early.push({ topic, entry });
			else this.#deliver(topic, entry);
		}
	}

	#deliver(topic: string, entry: Entry): void {
		if (!this.#listeners.has(topic)) return;
		if (entry.type === 'event' && !this.#seenOf(topic).add(entry.key)) return;
		this.#listeners.call(topic, entry);
	}

	/** Forgotten when the last listener leaves. */
	#seenOf(topic: string): RecentKeys {
		const seen = this.#seen.get(topic) ?? new RecentKeys();
		this.#seen.set(topic, seen);
		return seen;
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
			if (this.#alone || this.#reader.isLost) await this.#tryToJoin();
			else await Promise.all([this.#redis.ping(), this.#leases.renewAll()]);
			if (!this.#alone) await this.#leases.acquireFree();
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
			this.#alone = true;
			this.#aloneUntil = performance.now() + 2 * this.#leaseTime;
			this.#failures = 2;
			this.#goOn();
		}
		this.#backAt ??= performance.now();
		if (performance.now() < this.#aloneUntil) return;
		while (!this.#unsent.isEmpty) await this.#unsent.send((topic, entry) => this.#send(topic, JSON.stringify(entry)));
		// From here to the end nothing comes between.
		if (this.#early && this.#isBehind() && performance.now() < this.#backAt + patience) return;
		if (this.#alone) this.#logger.info('shares channels with the other nodes through Redis');
		this.#alone = false;
		this.#failures = 0;
		this.#leases.endLocal();
		const early = this.#early ?? [];
		this.#early = undefined;
		for (const { topic, entry } of early) this.#deliver(topic, entry);
		await this.#leases.renewAll();
	}

	#goAlone(error: unknown): void {
		if (this.#closed) return;
		if (!this.#alone) this.#logger.warn({ err: error }, 'Redis is gone: this node goes on alone');
		this.#alone = true;
		this.#backAt = undefined;
		for (const { topic, entry } of this.#unread.takeAll()) this.#publishHere(topic, entry);
		if (++this.#failures > 1) this.#goOn();
	}

	/** Covers what others covered. What they tell, should they be there all the same, waits until this node has told what it finds itself. */
	#goOn(): void {
		this.#early ??= [];
		this.#leases.grantWaiting();
	}
}
