import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRedis, until } from '@matterkit/testing';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { logIn, password, startWorld } from '../testing/gateway-world.ts';
import { throttleContract } from '../testing/throttle-contract.ts';
import { RedisThrottles } from './redis-throttles.ts';

function open(url: string) {
	const log: string[] = [];
	const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(line) });
	return { throttles: new RedisThrottles({ url, logger }), log };
}

throttleContract('over Redis', async () => {
	await using opened = new AsyncDisposableStack();
	const redis = opened.use(await startRedis());
	if (!redis) return undefined;
	const [here, there] = [open(redis.url), open(redis.url)].map(({ throttles }) => opened.use(throttles));
	assert.ok(here && there);
	const commands = opened.adopt(new Redis(redis.url), (client) => client.disconnect());
	for (const [index, throttles] of [here, there].entries()) {
		await until('it is connected', async () => {
			await throttles.of(`probe-${index}`, { burst: 1, perMinute: 1 }).take('');
			return (await commands.keys(`*:probe-${index}:*`)).length > 0;
		});
	}
	const held = opened.move();
	return { here: here.of, there: there.of, [Symbol.asyncDispose]: () => held.disposeAsync() };
});

test('while Redis is gone a node counts for itself and says so', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	const { throttles, log } = open(redis.url);
	await using _throttles = throttles;
	const throttle = throttles.of('a', { burst: 1, perMinute: 1 });
	await redis.kill();
	assert.equal(await throttle.take('ada'), 0);
	assert.ok((await throttle.take('ada')) > 0);
	assert.match(log.join(), /Redis is gone: throttles count on each node for itself/);
	await redis.start();
	await until('it counts in Redis again', async () => {
		await throttle.take('ada');
		return /count over all nodes again/.test(log.join());
	});
});

test('failed log-ins at one node count at the others', async (t) => {
	await using redis = await startRedis();
	if (!redis) return t.skip('Redis is not installed');
	const failedLoginsPerAccount = { burst: 4, perMinute: 1 };
	await using world = await startWorld({ redisUrl: redis.url, accounts: { failedLoginsPerAccount } });
	await world.person('ada');
	const other = await world.another();
	const tryAt = async (origin: string, word: string) => {
		const response = await fetch(`${origin}/graphql/`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ query: logIn, variables: { username: 'ada', password: word } }),
		});
		return JSON.stringify(await response.json());
	};
	for (let i = 0; i < 2; i++) {
		for (const { origin } of [world, other]) assert.match(await tryAt(origin, 'a guess'), /Login Failed/);
	}
	for (const { origin } of [world, other]) assert.match(await tryAt(origin, password), /TOO_MANY_REQUESTS/);
});
