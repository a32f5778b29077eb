import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '@matterkit/store';
import { startPostgres, until } from '@matterkit/testing';
import { type Databases, startDatabases } from '../testing/databases.ts';
import { borrow, type RunningService, startService } from '../testing/service.ts';
import { createWorld, type World } from '../testing/world.ts';
import { Limiter } from './limiter.ts';

/** Times of the bot's requests to Mattermost, and of its posts. */
function watch(world: World) {
	const all: number[] = [];
	const posts: number[] = [];
	world.server.fault = ({ method, url, headers }) => {
		if (headers.authorization !== `Bearer ${world.botToken}`) return undefined;
		all.push(performance.now());
		if (method === 'POST' && url === '/api/v4/posts') posts.push(performance.now());
		return undefined;
	};
	return { all, posts };
}

/**
 * How many calls the rate of 25 and the burst of 5 allow until the last of these times. How many came in one second says nothing: where
 * the machine is slow some wait on their way.
 */
const allowed = (began: number, times: readonly number[]) => 5 + (((times.at(-1) ?? 0) - began) / 1_000) * 25;

async function fill(world: World, service: RunningService, count: number): Promise<void> {
	// At once: where they came one by one, a slow machine would keep to the limit by itself.
	await Promise.all(
		Array.from({ length: count }, async (_, number) => {
			const { status } = await service.request('/send', {
				method: 'POST',
				body: { ...borrow, requestId: number, mattermostUsername: `person-${number % 8}` },
			});
			assert.equal(status, 202);
		}),
	);
	await until('all are posted', async () => (await world.channelMessages()).length === count, {
		timeout: 60_000,
		every: 100,
	});
}

async function crowded(): Promise<World> {
	const world = await createWorld();
	for (let number = 0; number < 8; number++) await world.person(`person-${number}`);
	return world;
}

test('two processes on PostgreSQL share one limit', async (t) => {
	await using databases: Databases = await startDatabases('postgres');
	await using opened = await databases.outbox();
	if (!opened) return t.skip('PostgreSQL is not installed');
	const limit = { perSecond: 100, burst: 5 };
	const limiters = [new Limiter(limit, opened.outbox), new Limiter(limit, opened.outbox)];
	const began = performance.now();
	let granted = 0;
	await Promise.all(
		limiters.map(async (limiter) => {
			while (performance.now() - began < 1_000) granted += await limiter.take(3);
		}),
	);
	const allowed = 5 + ((performance.now() - began) / 1_000) * 100;
	assert.ok(granted <= allowed + 1 && granted > 5, `${granted} of ${allowed}`);
	await limiters[0]?.pause(60_000);
	assert.equal(await limiters[1]?.take(1), 0, 'what Mattermost told one, both obey');
	assert.ok((limiters[1]?.wait ?? 0) > 50_000);
});

test('a service on the embedded database keeps to its limit, with whatever else it asks', async () => {
	await using world = await crowded();
	await using service = await startService(world, { rate: { perSecond: 25, burst: 5 } });
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	const seen = watch(world);
	const began = performance.now();
	await fill(world, service, 40);
	assert.equal(seen.posts.length, 40);
	// And what the last claimed delivery asked beside its post.
	const most = allowed(began, seen.all) + 4;
	assert.ok(seen.all.length <= most, `${seen.all.length} of ${most}`);
});

test('two services on PostgreSQL keep to one limit, and a 429 to one stops both', async (t) => {
	await using server = await startPostgres();
	if (!server) return t.skip('PostgreSQL is not installed');
	await using world = await crowded();
	const url = await server.createDatabase('shared');
	await using one = await openStore({ url });
	await using other = await openStore({ url });
	const rate = { perSecond: 25, burst: 5 };
	await using first = await startService(world, { store: one, rate });
	await using second = await startService(world, { store: other, rate });
	for (const service of [first, second])
		await until('the bot listens', async () => (await service.notifier.status()).connected);
	const seen = watch(world);
	const began = performance.now();
	await fill(world, first, 60);
	assert.equal(seen.posts.length, 60);
	const most = allowed(began, seen.posts) + 1;
	assert.ok(seen.posts.length <= most, `${seen.posts.length} of ${most}`);

	let limitedAt = 0;
	const early: number[] = [];
	world.server.fault = ({ method, url: path }) => {
		if (method !== 'POST' || path !== '/api/v4/posts') return undefined;
		const after = performance.now() - limitedAt;
		if (limitedAt === 0) {
			limitedAt = performance.now();
			return { status: 429, body: 'limit exceeded\n', headers: { 'retry-after': '2' } };
		}
		// What was under way may still arrive.
		if (after > 1_000 && after < 1_900) early.push(after);
		return undefined;
	};
	for (let number = 100; number < 140; number++)
		await second.request('/send', {
			method: 'POST',
			body: { ...borrow, requestId: number, mattermostUsername: `person-${number % 8}` },
		});
	await until('all are posted', async () => (await world.channelMessages()).length === 100, {
		timeout: 60_000,
		every: 100,
	});
	assert.deepEqual(early, []);
});
