// Mattermost away, throttling, refusing the token; restarts.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';
import { borrow, type RunningService, startService } from './testing/service.ts';
import { createWorld } from './testing/world.ts';

const accept = (service: RunningService, requestId: number, more: object = {}) =>
	service.request('/send', { method: 'POST', body: { ...borrow, requestId, ...more } });
const isIdle = async (service: RunningService) =>
	Object.values((await service.notifier.status()).deliveries).every((count) => count === 0);

test('while Mattermost is away notifications are accepted, it is said what is waited for, and they go out in order afterwards', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	await using service = await startService(world, { dmPolicy: 'always' });
	world.server.away = true;
	for (let number = 1; number <= 30; number++) assert.equal((await accept(service, number)).status, 202);
	await until('the service says so', () =>
		/^Mattermost does not answer: ./.test(service.notifier.health().waitingFor.join()),
	);
	assert.equal((await service.request('/status')).body.healthy, false);
	world.server.away = false;
	await until('all are posted', () => isIdle(service), { timeout: 60_000 });
	const order = (await world.directMessages(john)).map((message) => Number(/borrow\/(\d+)/.exec(message)?.[1]));
	assert.deepEqual(
		order,
		Array.from({ length: 30 }, (_, index) => index + 1),
	);
	assert.deepEqual(service.notifier.health(), { ready: true, waitingFor: [] });
});

test('an outage costs one probe at a time, not one try a delivery', async () => {
	await using world = await createWorld();
	for (let number = 0; number < 16; number++) await world.person(`person-${number}`);
	await using service = await startService(world);
	world.server.fault = () => ({ status: 503, body: 'maintenance' });
	for (let number = 0; number < 64; number++)
		await accept(service, number, { mattermostUsername: `person-${number % 16}` });
	await until('it is noticed', () => !service.notifier.health().ready);
	const probes = () => world.server.requests.filter((request) => request === 'GET /api/v4/users/me').length;
	const before = probes();
	await until('what was under way has ended', async () => {
		const { sending } = (await service.notifier.status()).deliveries;
		return sending === 0 && probes() > before;
	});
	world.server.requests.length = 0;
	await until('some probes', () => probes() >= 3, { timeout: 60_000 });
	// The event stream asks on its own behalf; no delivery is tried or looked up.
	assert.deepEqual(
		world.server.requests.filter((request) => /posts|username|members/.test(request)),
		[],
	);
	world.server.fault = () => undefined;
	await until('all are posted', () => isIdle(service), { timeout: 60_000 });
	assert.equal((await world.channelMessages()).length, 64);
});

test('a Mattermost that takes every request and answers none is named though only one person waits, after one try', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	const never = 600_000;
	await using service = await startService(world, {
		// Longer than the gate believes in the answer that came at the start.
		postTimeout: 1_200,
		retry: { firstWait: never, longestWait: never },
	});
	world.server.fault = () => 'stall';
	await accept(service, 1);
	await until('the service says so', () =>
		/^Mattermost does not answer: ./.test(service.notifier.health().waitingFor.join()),
	);
	world.server.fault = () => undefined;
	await until('it is ready again', () => service.notifier.health().ready, { timeout: 20_000 });
});

test('a service that starts while Mattermost is away accepts, and posts when it is there', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	world.server.away = true;
	await using service = await startService(world);
	assert.equal((await accept(service, 1)).status, 202);
	assert.deepEqual(
		[(await service.request('/status')).body.initialized, service.notifier.health().ready],
		[false, false],
	);
	const refused = await service.request('/initialize', { method: 'POST' });
	assert.deepEqual([refused.status, refused.body.name], [503, 'MattermostClientError']);
	world.server.away = false;
	await until('it is posted', () => isIdle(service));
	assert.equal((await world.channelMessages()).length, 1);
});

test('a token that is not taken pauses the service, which says so, and nothing is lost or dead when it is taken again', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using service = await startService(world);
	const body = JSON.stringify({
		id: 'api.context.session_expired.app_error',
		message: 'Invalid or expired session',
		status_code: 401,
	});
	const isBot = (authorization: string | undefined) => authorization === `Bearer ${world.botToken}`;
	world.server.fault = ({ headers }) =>
		isBot(headers.authorization) ? { status: 401, body, headers: { 'content-type': 'application/json' } } : undefined;
	for (let number = 1; number <= 5; number++) await accept(service, number);
	await until('it says so', () => service.notifier.health().waitingFor.some((what) => what.includes('token (401)')));
	world.server.fault = () => undefined;
	await until('all are posted', () => isIdle(service), { timeout: 60_000 });
	assert.equal((await world.channelMessages()).length, 5);
});

test('an event stream that fails as often as it may turns the status unhealthy, and is tried on until it opens', async () => {
	await using world = await createWorld();
	await world.person('john.doe');
	let upgrades = 0;
	world.server.fault = ({ url }) => {
		if (!url?.startsWith('/api/v4/websocket')) return undefined;
		upgrades++;
		return 'refuse';
	};
	await using service = await startService(world, { reconnectInterval: 5, maxReconnectAttempts: 3 });
	await until('it says so', () =>
		/event stream \(\d+ attempts failed: .+\)/.test(service.notifier.health().waitingFor.join()),
	);
	const { status, body } = await service.request('/status');
	assert.deepEqual([status, body.initialized, body.connected, body.healthy], [200, true, false, false]);
	assert.ok(body.reconnectAttempts >= 3, `${body.reconnectAttempts}`);
	const sent = await service.request('/send?wait=60s', { method: 'POST', body: borrow });
	assert.equal(sent.body.status, 'sent', 'posting does not need the stream');
	const before = upgrades;
	await until('it is tried on', () => upgrades > before + 2);
	world.server.fault = () => undefined;
	await until('it is healthy again', async () => (await service.request('/status')).body.healthy, { timeout: 60_000 });
	assert.deepEqual((await service.request('/status')).body.reconnectAttempts, 0);
});

test('a proxy that lets no event stream through turns the status unhealthy too', async () => {
	await using world = await createWorld();
	world.server.fault = ({ url }) => (url?.startsWith('/api/v4/websocket') ? { status: 404 } : undefined);
	await using service = await startService(world, { reconnectInterval: 5, maxReconnectAttempts: 1 });
	await until('it says so, and why', () => /event stream \(.*404/.test(service.notifier.health().waitingFor.join()));
	assert.equal((await service.request('/status')).body.healthy, false);
});

test('a 429 is obeyed by all slots', async () => {
	await using world = await createWorld();
	for (let number = 0; number < 8; number++) await world.person(`person-${number}`);
	await using service = await startService(world);
	let limitedAt = 0;
	const early: string[] = [];
	world.server.fault = ({ method, url }) => {
		if (limitedAt > 0 && performance.now() - limitedAt < 900) early.push(`${method} ${url}`);
		if (method !== 'POST' || url !== '/api/v4/posts' || limitedAt > 0) return undefined;
		limitedAt = performance.now();
		return { status: 429, body: 'limit exceeded\n', headers: { 'retry-after': '1' } };
	};
	for (let number = 0; number < 8; number++) await accept(service, number, { mattermostUsername: `person-${number}` });
	await until('all are posted', () => isIdle(service));
	assert.equal((await world.channelMessages()).length, 8);
	assert.ok(early.length <= 8, `what was under way may end, nothing new begins: ${early.join()}`);
});

test('after a restart a person is still known, and a direct message written while the service was down is heard', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	const jane = await world.person('jane');
	await using folder = await tempFolder();
	const file = join(folder.path, 'notifier.db');
	{
		await using service = await startService(world, { file });
		await until('the bot listens', async () => (await service.notifier.status()).connected);
		await john.writeToBot('hello');
		await until('the welcome', async () => (await world.directMessages(john)).length === 2);
	}
	await jane.writeToBot('is anybody there?');
	await using service = await startService(world, { file });
	await until('jane is welcomed', async () => (await world.directMessages(jane)).length === 2);
	for (const mattermostUsername of ['john.doe', 'jane']) {
		const { body } = await service.request('/send?wait=60s', {
			method: 'POST',
			body: { ...borrow, mattermostUsername },
		});
		assert.equal(body.method, 'dm');
	}
	assert.equal((await world.directMessages(john)).length, 3, 'welcomed once');
});

test('a renamed person and one who leaves the channel are looked up again, a deactivated one is told to be so', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	await using service = await startService(world);
	await until('the bot listens', async () => (await service.notifier.status()).connected);
	const send = async (requestId: number) =>
		(await service.request('/send?wait=60s', { method: 'POST', body: { ...borrow, requestId } })).body;
	await send(1);
	await world.admin.channels.removeMember(world.channelId, john.id);
	await until('the removal is heard', async () => {
		await send(Math.floor(Math.random() * 1e9));
		return world.admin.channels.getMember(world.channelId, john.id).then(
			() => true,
			() => false,
		);
	});
	await world.admin.users.deactivate(john.id);
	await until('it is heard', async () => {
		const { error } = await send(Math.floor(Math.random() * 1e9));
		return error === 'the Mattermost user john.doe is deactivated';
	});
});

test('someone who is not in the team: dead with the reason, or as the fallback says', async () => {
	await using world = await createWorld();
	const guest = await world.person('guest', { inTeam: false });
	const body = { ...borrow, mattermostUsername: 'guest' };
	const send = async (options: Parameters<typeof startService>[1]) => {
		await using service = await startService(world, options);
		return (await service.request('/send?wait=60s', { method: 'POST', body })).body;
	};
	const dead = await send({});
	assert.deepEqual([dead.status, dead.error], ['dead', 'guest is not in the team of the notification channel']);
	assert.equal((await send({ fallback: ['dm'] })).method, 'dm');
	assert.equal((await world.directMessages(guest)).length, 1);
	assert.equal((await send({ fallback: ['channel'] })).method, 'channel_mention');
	assert.deepEqual(await world.channelMessages(), ['`@guest` Your device borrowing request has been approved']);
});

test('someone unknown or deactivated: dead with the reason, or named in the channel, but sent no direct message', async () => {
	await using world = await createWorld();
	const gone = await world.person('gone');
	await world.admin.users.deactivate(gone.id);
	const send = async (options: Parameters<typeof startService>[1]) => {
		await using service = await startService(world, options);
		const answers = await Promise.all(
			['gone', 'nobody'].map((mattermostUsername) =>
				service.notifier.send({ ...borrow, userId: mattermostUsername, mattermostUsername }, { wait: 60_000 }),
			),
		);
		return answers.map(({ error, method }) => error ?? method);
	};
	const reasons = ['the Mattermost user gone is deactivated', 'Mattermost has no user named nobody'];
	assert.deepEqual(await send({}), reasons);
	assert.deepEqual(await send({ fallback: ['dm'] }), reasons);
	assert.deepEqual(await send({ fallback: ['dm', 'channel'] }), ['channel_mention', 'channel_mention']);
	assert.deepEqual(
		(await world.channelMessages()).sort(),
		['gone', 'nobody'].map((name) => `\`@${name}\` Your device borrowing request has been approved`),
	);
});

test('someone whom the bot may not add to the channel: dead with the reason, or as the fallback says', async () => {
	await using world = await createWorld();
	const john = await world.person('john.doe');
	const body = JSON.stringify({ id: 'api.context.permissions.app_error', message: 'Not allowed.', status_code: 403 });
	world.server.fault = ({ method, url }) =>
		method === 'POST' && url?.endsWith(`/channels/${world.channelId}/members`)
			? { status: 403, body, headers: { 'content-type': 'application/json' } }
			: undefined;
	const send = async (options: Parameters<typeof startService>[1]) => {
		await using service = await startService(world, options);
		return (await service.request('/send?wait=60s', { method: 'POST', body: borrow })).body;
	};
	const { status, error } = await send({});
	assert.deepEqual(
		[status, error],
		['dead', "john.doe can't be added to the notification channel: Not allowed. (api.context.permissions.app_error)"],
	);
	assert.equal((await send({ fallback: ['dm'] })).method, 'dm');
	assert.equal((await world.directMessages(john)).length, 1);
});
