// Leases from Redis, one holder for each topic over all nodes; and those that a node grants itself while Redis is gone.
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Lease } from '../engine/engine.ts';
import { HeldLease } from './held-lease.ts';
import * as scripts from './redis-scripts.ts';

export interface RedisLeasesOptions {
	readonly redis: Redis;
	readonly key: (name: string, topic?: string) => string;
	/** How long a lease outlives a node that died, in milliseconds. */
	readonly leaseTime: number;
	/** The node does not wait for Redis any more. */
	readonly isAlone: () => boolean;
}

interface Waiting {
	readonly topic: string;
	grant(lease: HeldLease): void;
}

export class RedisLeases implements AsyncDisposable {
	readonly #node = randomUUID();
	readonly #options: RedisLeasesOptions;
	/** From Redis, by topic. */
	readonly #held = new Map<string, HeldLease>();
	/** Granted while alone, by topic. */
	readonly #local = new Map<string, HeldLease>();
	readonly #waiting = new Set<Waiting>();
	#lastFence = 0;
	#closed = false;

	constructor(options: RedisLeasesOptions) {
		this.#options = options;
	}

	/** Waits for the topic's lease. Aborting `signal` ends the wait (rejects), not the lease. */
	take(topic: string, signal: AbortSignal): Promise<Lease> {
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
			if (this.#options.isAlone()) this.#grantLocal(waiting);
			else void this.#acquire(waiting);
		});
	}

	/** Whether it was granted by this node itself: Redis knows nothing of it. */
	isLocal(lease: Lease): boolean {
		return lease instanceof HeldLease && this.#local.get(lease.topic) === lease;
	}

	/** Whether another node has the topic's lease, or had it when it died a moment ago. */
	async isElsewhere(topic: string): Promise<boolean> {
		if (this.#held.has(topic) || this.#local.has(topic)) return false;
		const { redis, key } = this.#options;
		return (await redis.exists(key('fence', topic))) === 1;
	}

	/** What the lease is called at Redis. It holds the node's name: see redis-scripts.ts. */
	fenceOf(lease: Lease): string {
		return `${lease.fence}@${this.#node}`;
	}

	/** Redis says that another node has it. */
	lost(lease: Lease): void {
		if (!(lease instanceof HeldLease)) return;
		if (this.#held.get(lease.topic) === lease) this.#held.delete(lease.topic);
		lease.lose('another node has the lease');
	}

	/** Redis is gone: whoever waits gets a lease of this node's own, unless it has one of that topic. */
	grantWaiting(): void {
		for (const waiting of [...this.#waiting]) this.#grantLocal(waiting);
	}

	/** Redis is back: the leases of this node's own are nothing any more. */
	endLocal(): void {
		for (const lease of [...this.#local.values()]) lease.lose('Redis is back');
		this.#local.clear();
	}

	async renewAll(): Promise<void> {
		await Promise.all([...this.#held.values()].map((lease) => this.#renew(lease)));
	}

	/** For those who wait: what was given back, or outlived its holder. */
	async acquireFree(): Promise<void> {
		const waiting = [...this.#waiting];
		if (waiting.length === 0) return;
		const { redis, key } = this.#options;
		const holders = await redis.mget(waiting.map(({ topic }) => key('lease', topic)));
		await Promise.all(waiting.filter((_, index) => holders[index] === null).map((each) => this.#acquire(each)));
	}

	/** Another node gave the topic's lease back. */
	freed(topic: string): void {
		for (const waiting of this.#waiting) if (waiting.topic === topic) void this.#acquire(waiting);
	}

	/** Gives all back. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#closed = true;
		await Promise.all([...this.#held.values(), ...this.#local.values()].map((lease) => lease[Symbol.asyncDispose]()));
	}

	#grantLocal(waiting: Waiting): void {
		const { topic } = waiting;
		if (this.#closed || this.#local.has(topic) || this.#held.has(topic)) return;
		const lease = new HeldLease(topic, ++this.#lastFence, () => {
			this.#local.delete(topic);
			for (const next of this.#waiting) if (next.topic === topic && this.#options.isAlone()) this.#grantLocal(next);
		});
		this.#local.set(topic, lease);
		waiting.grant(lease);
	}

	async #acquire(waiting: Waiting): Promise<void> {
		const { topic } = waiting;
		if (this.#held.has(topic)) return;
		const { redis, key, leaseTime } = this.#options;
		const keys = [key('lease', topic), key('fences'), key('fence', topic)];
		const fence = await scripts.acquire.run(redis, keys, [this.#node, leaseTime]).catch(() => null);
		if (typeof fence !== 'number') return;
		const lease = new HeldLease(topic, fence, () => this.#giveBack(lease));
		this.#lastFence = Math.max(this.#lastFence, fence);
		this.#held.set(topic, lease);
		// The wait may have been given up meanwhile.
		if (this.#waiting.has(waiting)) waiting.grant(lease);
		else await lease[Symbol.asyncDispose]();
	}

	async #renew(lease: HeldLease): Promise<void> {
		if (lease.signal.aborted) return;
		const { redis, key, leaseTime } = this.#options;
		const answer = await scripts.renew.run(
			redis,
			[key('lease', lease.topic), key('fence', lease.topic)],
			[this.fenceOf(lease), leaseTime],
		);
		if (answer === 0) this.lost(lease);
	}

	async #giveBack(lease: HeldLease): Promise<void> {
		if (this.#held.get(lease.topic) === lease) this.#held.delete(lease.topic);
		const { redis, key } = this.#options;
		const keys = [key('lease', lease.topic), key('fence', lease.topic), key('entries')];
		await scripts.release.run(redis, keys, [this.fenceOf(lease), lease.topic]).catch(() => {});
	}
}
