import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RedisServer, startRedis, until } from '@matterkit/testing';
import pino from 'pino';
import type { Topics } from '../engine/engine.ts';
import { event, listenTo, topicsContract } from '../testing/topics-contract.ts';
import { redisTopics } from './redis.ts';

const never = new AbortController().signal;

/** A node that is connected; `log` has its words. */
async function startNode(
	url: string,
	options: { leaseTime?: number; isBehind?: () => boolean } = {},
): Promise<Topics & { log: string[] }> {
	const log: string[] = [];
	const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(line) });
	const topics = redisTopics({ url, logger, leaseTime: 5_000, ...options });
	await until('the node is connected', () => !topics.alone);
	return Object.assign(topics, { log });
}

topicsContract('over Redis', async () => {
	const redis = await startRedis();
	if (!redis) return undefined;
	const [here, there] = await Promise.all([startNode(redis.url), startNode(redis.url)]);
	return {
		here,
		there,
		async [Symbol.asyncDispose]() {
			await Promise.all([here[Symbol.asyncDispose](), there[Symbol.asyncDispose]()]);
			await redis[Symbol.asyncDispose]();
		},
	};
});

const withRedis = (name: string, run: (redis: RedisServer) => Promise<void>) =>
	test(name, async (t) => {
		await using redis = await startRedis();
		if (redis) await run(redis);
		else t.skip('Redis is not installed');
	});

withRedis('a node whose Redis is gone goes on alone and says so; when Redis is back it shares again', async (redis) => {
	await using here = await startNode(redis.url);
	await using there = await startNode(redis.url);
	const listeners = [here, there].map((node) => listenTo(node, 'a'));
	const lease = await here.lease('a', never);
	const waiting = there.lease('a', never);
	await here.publish('a', event('1'), lease);
	for (const listener of listeners) await listener.count(1);

	await redis.kill();
	const own = await waiting;
	await until('both say that they are alone', () => here.alone && there.alone);
	assert.match(there.log.join(), /Redis is gone: this node goes on alone/);
	assert.equal(lease.signal.aborted, false);
	assert.equal(await here.publish('a', event('2'), lease), true);
	assert.equal(await there.publish('a', event('2'), own), true);
	for (const listener of listeners) await listener.count(2);

	await redis.start();
	await until('both share again', () => !here.alone && !there.alone);
	assert.equal(own.signal.aborted, true);
	const [next] = await Promise.all([Promise.race([here.lease('a', never), there.lease('a', never)])]);
	assert.equal(next.signal.aborted, false);
	await there.publish('a', event('3'));
	for (const listener of listeners) await listener.count(3);
	for (const listener of listeners) assert.deepEqual(listener.keys(), ['1', '2', '3']);
});

withRedis('what was published in a short absence of Redis reaches the other nodes afterwards', async (redis) => {
	await using here = await startNode(redis.url);
	await using there = await startNode(redis.url);
	const listener = listenTo(there, 'a');
	await redis.kill();
	await until('it is noticed', () => here.alone);
	await here.publish('a', event('1'));
	await here.publish('a', { type: 'end', userId: 'u1', message: 'removed' });
	await redis.start();
	await listener.count(2);
	assert.deepEqual(listener.keys(), ['1', 'end']);
});

withRedis(
	'a node that has not told all that it missed stays alone, and what the others tell waits for it',
	async (redis) => {
		let isBehind = true;
		await using here = await startNode(redis.url, { isBehind: () => isBehind });
		await using there = await startNode(redis.url);
		const listener = listenTo(here, 'a');
		const waiting = [here, there].map((node) => node.lease('a', never));
		await Promise.race(waiting);
		await redis.kill();
		const [own] = await Promise.all(waiting);
		assert.ok(own);
		await redis.start();
		await until('the other shares again', () => !there.alone);
		await there.publish('a', event('2'));
		await until('it is there to read', async () => {
			const { Redis } = await import('ioredis');
			const admin = new Redis(redis.url);
			const count = await admin.xlen('{matterkit}:entries');
			admin.disconnect();
			return count > 0;
		});
		assert.equal(here.alone, true);
		assert.equal(await here.publish('a', event('1'), own), true);
		isBehind = false;
		await listener.count(2);
		assert.deepEqual(listener.keys(), ['1', '2']);
		assert.equal(here.alone, false);
	},
);

withRedis('a node starts without Redis, alone, and joins when Redis is there', async (redis) => {
	await redis.kill();
	await using node = redisTopics({ url: redis.url, logger: pino({ level: 'silent' }), leaseTime: 5_000 });
	assert.equal(node.alone, true);
	const listener = listenTo(node, 'a');
	const lease = await node.lease('a', never);
	assert.equal(await node.publish('a', event('1'), lease), true);
	await listener.count(1);
	await redis.start();
	await until('it joined', () => !node.alone);
	assert.equal(lease.signal.aborted, true);
});

withRedis('entries of a node that slept through its lease are dropped', async (redis) => {
	await using here = await startNode(redis.url);
	const listener = listenTo(here, 'a');
	const sleeper = await startNode(redis.url);
	const old = await sleeper.lease('a', never);
	// As a long pause does: nothing is renewed, and the process does not know.
	const { Redis } = await import('ioredis');
	const admin = new Redis(redis.url);
	await admin.del('{matterkit}:lease:a');
	await using lease = await here.lease('a', never);
	assert.equal(await sleeper.publish('a', event('late'), old), false);
	assert.equal(old.signal.aborted, true);
	assert.equal(await here.publish('a', event('good'), lease), true);
	await listener.count(1);
	assert.deepEqual(listener.keys(), ['good']);
	admin.disconnect();
	await sleeper[Symbol.asyncDispose]();
});

withRedis('a lease that ran out and that nobody took is kept', async (redis) => {
	await using node = await startNode(redis.url);
	const lease = await node.lease('a', never);
	const { Redis } = await import('ioredis');
	const admin = new Redis(redis.url);
	await admin.del('{matterkit}:lease:a');
	assert.equal(await node.publish('a', event('1'), lease), true);
	await until('it is renewed', async () => (await admin.exists('{matterkit}:lease:a')) === 1);
	assert.equal(lease.signal.aborted, false);
	admin.disconnect();
});

withRedis(
	'a node knows that another has the lease, also for a moment after that one died; not when it was given back',
	async (redis) => {
		await using here = await startNode(redis.url);
		const there = await startNode(redis.url);
		assert.equal(await here.heldElsewhere('a'), false);
		await using lease = await there.lease('a', never);
		assert.equal(await here.heldElsewhere('a'), true);
		assert.equal(await there.heldElsewhere('a'), false);
		const { Redis } = await import('ioredis');
		const admin = new Redis(redis.url);
		// As it runs out when its holder died.
		await admin.del('{matterkit}:lease:a');
		assert.equal(await here.heldElsewhere('a'), true);
		admin.disconnect();
		await lease[Symbol.asyncDispose]();
		assert.equal(await here.heldElsewhere('a'), false);
		await there[Symbol.asyncDispose]();
	},
);

withRedis(
	'what Redis took and was killed before anyone read it is delivered by the node that published it',
	async (redis) => {
		await using node = await startNode(redis.url);
		const listener = listenTo(node, 'a');
		await node.publish('a', event('1'));
		await listener.count(1);
		const { Redis } = await import('ioredis');
		const admin = new Redis(redis.url);
		admin.on('error', () => {});
		const reader = /^id=(\d+) .*cmd=xread/m.exec(String(await admin.client('LIST')))?.[1];
		assert.ok(reader, 'the node waits for entries');
		// It comes back after 200 ms: until then nothing is read.
		await admin.call('CLIENT', 'KILL', 'ID', reader);
		assert.equal(await node.publish('a', event('2')), true);
		assert.equal(await admin.xlen('{matterkit}:entries'), 2);
		await redis.kill();
		admin.disconnect();
		await node.publish('a', event('3'));
		await listener.count(3);
		assert.deepEqual(listener.keys(), ['1', '2', '3']);
	},
);
