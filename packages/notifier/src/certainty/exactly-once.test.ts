import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { markerOf } from '../mattermost/marker.ts';
import type { Fault } from '../testing/faulty-server.ts';
import { borrow, type RunningService, startService } from '../testing/service.ts';
import { createWorld, type World } from '../testing/world.ts';

const isPost = ({ method, url }: IncomingMessage) => method === 'POST' && url === '/api/v4/posts';
/** The faults strike the next posts, one after the other. */
const strike = (world: World, ...faults: Fault[]) => {
	world.server.fault = (request) => (isPost(request) ? faults.shift() : undefined);
};
/** Cuts the bot's event stream, and lets no other be opened. */
const deafen = (world: World, fault: (request: IncomingMessage) => Fault | undefined) => {
	world.server.fault = (request) => (request.url?.startsWith('/api/v4/websocket') ? 'refuse' : fault(request));
	world.server.away = true;
	world.server.away = false;
};
const counter = async (service: RunningService, name: string) => {
	const metric = await service.notifier.metrics.getSingleMetric(`matterkit_notifier_${name}_total`)?.get();
	return metric?.values.reduce((sum, { value }) => sum + value, 0);
};
const send = (service: RunningService, requestId: number, wait = '60s') =>
	service.request(`/send?wait=${wait}`, { method: 'POST', body: { ...borrow, requestId } });

test('a post is made once when the answer to it is lost: the bot hears it on the event stream', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	strike(world, 'drop');
	assert.equal((await send(service, 1)).body.status, 'sent');
	assert.equal((await world.channelMessages()).length, 1);
	assert.deepEqual([await counter(service, 'unknown'), await counter(service, 'doubled')], [1, 0]);
	assert.equal(world.server.requests.filter((request) => request === 'POST /api/v4/posts').length, 1);
});

test('a post is made once when the answer is lost and the event stream is cut: it is looked up in the channel', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	let posts = 0;
	deafen(world, (request) => (isPost(request) && posts++ === 0 ? 'drop' : undefined));
	assert.equal((await send(service, 1)).body.status, 'sent');
	assert.equal((await world.channelMessages()).length, 1);
	assert.ok(
		world.server.requests.some((request) => request.startsWith(`GET /api/v4/channels/${world.channelId}/posts`)),
	);
});

test('a post is found though Mattermost’s clock was set back just before it, and more than a page of the channel is newer', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	const newer = Array.from({ length: 250 }, () => ({ channel_id: world.channelId, message: 'newer' }));
	await Promise.all(newer.map((post) => world.admin.posts.create(post)));
	world.server.emulator.clock.advance(300_000);
	let posts = 0;
	deafen(world, (request) => {
		if (!isPost(request) || posts++ > 0) return undefined;
		// The answer that would tell is lost, and pending_post_id is forgotten.
		world.server.emulator.clock.advance(-600_000);
		return 'drop';
	});
	assert.equal((await send(service, 1)).body.status, 'sent');
	const mentions = (await world.channelMessages()).filter((message) => message !== 'newer');
	assert.deepEqual([mentions.length, await counter(service, 'doubled')], [1, 0]);
	assert.equal(posts, 1);
});

test('a Mattermost that is too slow to answer, or does not get the request, gets no second post from us', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world, { postTimeout: 2_000 });
	const faults: Fault[] = ['stall', 'hang'];
	deafen(world, (request) => (isPost(request) ? faults.shift() : undefined));
	assert.equal((await send(service, 1)).body.status, 'sent');
	assert.equal((await world.channelMessages()).length, 1);
	assert.deepEqual([faults, await counter(service, 'unknown')], [[], 2]);
});

test('the quiet period counts from when the request left, however long that had waited for its turn', async () => {
	await using world = await createWorld();
	const people = ['john.doe', 'jane'];
	for (const name of people) await world.person(name);
	await using service = await startService(world, { slots: 1, postTimeout: 2_000, quietPeriod: 1_000 });
	const notify = (requestId: number) =>
		Promise.all(
			people.map((mattermostUsername) =>
				service.notifier.send(
					{ ...borrow, userId: mattermostUsername, mattermostUsername, requestId },
					{ wait: 60_000 },
				),
			),
		);
	await notify(1);
	const faults: Fault[] = ['stall', 'refuse'];
	const left: number[] = [];
	deafen(world, (request) => {
		if (!isPost(request)) return undefined;
		left.push(performance.now());
		return faults.shift();
	});
	assert.deepEqual(
		(await notify(2)).map(({ status }) => status),
		['sent', 'sent'],
	);
	const [, second = 0, third = 0] = left;
	// It left a little before it arrived.
	assert.ok(third - second >= 900, `${third - second} ms after the second`);
	assert.equal((await world.channelMessages()).length, 4);
});

test('a post that was refused before it was made is looked for, not found, and made', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	strike(world, 'refuse', { status: 502, body: '<h1>Bad Gateway</h1>' }, { status: 504 });
	assert.equal((await send(service, 1)).body.status, 'sent');
	assert.equal((await world.channelMessages()).length, 1);
	assert.equal(await counter(service, 'unknown'), 3);
});

test("a proxy's 403 or 404 does not make a delivery dead, Mattermost's own does", async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	strike(
		world,
		{ status: 403, body: '<h1>Forbidden</h1>' },
		{ status: 404, body: '{"message":"no route"}', headers: { 'content-type': 'application/json' } },
	);
	assert.equal((await send(service, 1)).body.status, 'sent');
	const id = 'api.context.permissions.app_error';
	strike(world, {
		status: 403,
		body: JSON.stringify({ id, message: 'You do not have the appropriate permissions.', status_code: 403 }),
		headers: { 'content-type': 'application/json' },
	});
	const { body } = await send(service, 2);
	assert.equal(body.status, 'dead');
	assert.match(body.error, /api\.context\.permissions\.app_error/);
});

test('a 404 of a proxy for the user’s name does not make the user unknown', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	let times = 2;
	world.server.fault = ({ url }) =>
		url?.includes('/users/username/') && times-- > 0 ? { status: 404, body: 'not here' } : undefined;
	assert.equal((await send(service, 1)).body.status, 'sent');
});

test('the text and the target are those of the first attempt, though the person writes to the bot in between', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	await using service = await startService(world);
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	let posts = 0;
	world.server.fault = (request) => {
		if (!isPost(request) || request.headers.authorization !== `Bearer ${world.botToken}`) return undefined;
		return posts++ === 0 ? 'refuse' : undefined;
	};
	const sending = send(service, 1);
	await until('the first attempt', () => posts === 1);
	await john.writeToBot('hello');
	assert.equal((await sending).body.method, 'channel_mention');
	assert.equal((await world.channelMessages()).length, 1);
});

test('a forged mark of another author does not pass for the post', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	await using service = await startService(world);
	await world.admin.channels.addMember(world.channelId, john.id);
	strike(world, 'refuse');
	const { body } = await send(service, 1, '0ms');
	world.server.fault = () => undefined;
	await john.mattermost.posts.create({ channel_id: world.channelId, message: 'forged', props: markerOf(body.id) });
	await until('the real one', async () =>
		(await world.channelMessages()).some((message) => message.includes('approved')),
	);
});

test('of two posts of one notification the auditor deletes the later one, counts it, and the row names the one that stays', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world, { auditDelay: 1_000 });
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	const { body } = await send(service, 1);
	const second = await world.admin.as(world.botToken).posts.create({
		channel_id: world.channelId,
		message: '@john.doe again',
		props: markerOf(body.id),
	});
	await until('the second one is gone', async () => (await world.channelMessages()).length === 1);
	await until('it is counted', async () => (await counter(service, 'doubled')) === 1);
	assert.notEqual(second.id, body.postId);
	const again = await send(service, 1);
	assert.deepEqual([again.body.postId, again.body.skipped], [body.postId, true]);
});

test('a second post that may not be deleted is counted all the same, once', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world, { auditDelay: 1_000 });
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	const error = { id: 'api.context.permissions.app_error', message: 'No.', status_code: 403 };
	let [posts, deletions] = [0, 0];
	world.server.fault = (request) => {
		if (isPost(request)) return posts++ === 0 ? 'drop' : undefined;
		if (request.method !== 'DELETE') return undefined;
		deletions++;
		return { status: 403, body: JSON.stringify(error), headers: { 'content-type': 'application/json' } };
	};
	const { body } = await send(service, 1);
	await world.admin.as(world.botToken).posts.create({
		channel_id: world.channelId,
		message: '@john.doe again',
		props: markerOf(body.id),
	});
	// By the event stream, and by the audit of a delivery whose first answer was lost.
	await until('it was tried twice', () => deletions >= 2);
	assert.equal(await counter(service, 'doubled'), 1);
	assert.equal((await world.channelMessages()).length, 2);
});

test('a second post that nobody heard of is found when the delivery is audited', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world, { auditDelay: 1_500 });
	let posts = 0;
	deafen(world, (request) => (isPost(request) && posts++ === 0 ? 'refuse' : undefined));
	const { body } = await send(service, 1);
	await world.admin
		.as(world.botToken)
		.posts.create({ channel_id: world.channelId, message: '@john.doe stalled', props: markerOf(body.id) });
	await until('the later one is gone', async () => !(await world.channelMessages()).includes('@john.doe stalled'));
	assert.equal((await world.channelMessages()).length, 1);
});

test('a thousand identical requests at once make one post', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	const answers = await Promise.all(
		Array.from({ length: 1_000 }, () => service.notifier.send({ ...borrow, requestId: 1 }, { wait: 60_000 })),
	);
	assert.equal(new Set(answers.map(({ postId }) => postId)).size, 1);
	assert.equal(answers.filter(({ skipped }) => !skipped).length, 1);
	assert.equal((await world.channelMessages()).length, 1);
});
