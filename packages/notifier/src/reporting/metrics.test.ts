import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { sql } from 'kysely';
import { markerOf } from '../mattermost/marker.ts';
import { borrow, type RunningService, startService } from '../testing/service.ts';
import { createWorld } from '../testing/world.ts';

const value = async ({ notifier }: RunningService, name: string) => {
	const line = (await notifier.metrics.metrics())
		.split('\n')
		.find((line) => line.startsWith(`matterkit_notifier_${name} `));
	return Number(line?.split(' ').at(-1));
};

test('what was accepted, repeated, sent and refused is counted, and what waits is shown with its age', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	const send = (more: object, wait = '?wait=60s') =>
		service.request(`/send${wait}`, { method: 'POST', body: { ...borrow, ...more } });
	await send({ requestId: 1 });
	await send({ requestId: 1 });
	await send({ requestId: 2, mattermostUsername: 'nobody' });
	let text = await service.notifier.metrics.metrics();
	for (const line of [
		'matterkit_notifier_accepted_total 2',
		'matterkit_notifier_repeated_total 1',
		'matterkit_notifier_sent_total 1',
		'matterkit_notifier_dead_total 1',
		'matterkit_notifier_unknown_total 0',
		'matterkit_notifier_looked_up_total{found="yes"} 0',
		'matterkit_notifier_looked_up_total{found="no"} 0',
		'matterkit_notifier_doubled_total 0',
		'matterkit_notifier_accept_to_post_seconds_count 1',
		'matterkit_notifier_deliveries{state="pending"} 0',
		'matterkit_notifier_oldest_seconds 0',
	])
		assert.ok(text.includes(`${line}\n`), line);
	world.server.away = true;
	await send({ requestId: 3 }, '');
	await until('its age is shown', async () => {
		text = await service.notifier.metrics.metrics();
		const oldest = Number(/^matterkit_notifier_oldest_seconds (\S+)/m.exec(text)?.[1]);
		return oldest > 0 && oldest < 5;
	});
});

test('a lost answer is an unknown attempt and a look-up that found the post, a lost request one that did not', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	const faults: ('drop' | 'refuse')[] = ['drop', 'refuse'];
	world.server.fault = ({ method, url }) => {
		// Deaf: what the bot hears needs no look-up.
		if (url?.startsWith('/api/v4/websocket')) return 'refuse';
		return method === 'POST' && url === '/api/v4/posts' ? faults.shift() : undefined;
	};
	world.server.away = true;
	world.server.away = false;
	const counted = async () => [
		await value(service, 'unknown_total'),
		await value(service, 'looked_up_total{found="yes"}'),
		await value(service, 'looked_up_total{found="no"}'),
		await value(service, 'sent_total'),
		await value(service, 'doubled_total'),
	];
	const send = (requestId: number) => service.notifier.send({ ...borrow, requestId }, { wait: 60_000 });
	assert.equal((await send(1)).status, 'sent');
	assert.deepEqual(await counted(), [1, 1, 0, 1, 0]);
	assert.equal((await send(2)).status, 'sent');
	assert.deepEqual(await counted(), [2, 1, 1, 2, 0]);
});

test('a second post of a notification, made by whoever has the token, is counted as doubled', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	const { id } = await service.notifier.send(borrow, { wait: 60_000 });
	const double = { channel_id: world.channelId, message: 'again', props: markerOf(id) };
	await world.admin.as(world.botToken).posts.create(double);
	await until('it is counted', async () => (await value(service, 'doubled_total')) === 1);
	assert.equal(await value(service, 'sent_total'), 1);
});

test('the time to the post counts from when a notification was due, in seconds', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	world.server.away = true;
	await using service = await startService(world);
	const { id } = await service.notifier.send(borrow);
	const minute = 60_000;
	// As if it had been accepted three hours ago, for 45 minutes ago.
	await sql`update notifier_delivery set accepted_at = accepted_at - ${180 * minute}, due_at = due_at - ${45 * minute}`.execute(
		service.store.db(),
	);
	assert.ok((await value(service, 'oldest_seconds')) >= 45 * 60);
	world.server.away = false;
	await until('it is sent', async () => (await service.notifier.find(id))?.status === 'sent');
	const bucket = (seconds: number | string) => value(service, `accept_to_post_seconds_bucket{le="${seconds}"}`);
	assert.deepEqual([await bucket(1800), await bucket(7200), await bucket('+Inf')], [0, 1, 1]);
	const sum = await value(service, 'accept_to_post_seconds_sum');
	assert.ok(sum >= 45 * 60 && sum < 60 * 60, `${sum}`);
});
