import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { said } from '../testing/chat-schema.ts';
import { authenticate, type EngineServer, startEngine } from '../testing/engine-server.ts';
import { Listener } from '../testing/listener.ts';
import { RawSocket } from '../testing/raw-socket.ts';

const query = 'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){message{message}}}';
const general = { c: 'general' };
async function legacy(server: EngineServer, token: string): Promise<RawSocket> {
	const socket = await RawSocket.open(server.socketUrl, 'graphql-ws');
	socket.send({ type: 'connection_init', payload: { authToken: token } });
	assert.deepEqual(await socket.next(), { type: 'connection_ack' });
	return socket;
}

test('a socket that says nothing is closed with 4408', async () => {
	await using server = await startEngine({ limits: { initTimeout: 50 } });
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	assert.equal((await socket.closed).code, 4408);
});

test('a socket whose token is being checked for too long is closed with 4408', async () => {
	await using server = await startEngine({ limits: { initTimeout: 50 }, authenticate: () => new Promise(() => {}) });
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws');
	socket.send({ type: 'connection_init', payload: { authToken: 'u1' } });
	assert.equal((await socket.closed).code, 4408);
});

test('a socket without operations is closed with 4408, one with a subscription stays', async () => {
	await using server = await startEngine({ limits: { idleTimeout: 2_000 } });
	await using busy = await Listener.of(server);
	busy.start('a', query, general);
	await using idle = await Listener.of(server);
	assert.equal((await idle.closed).code, 4408);
	await busy.settle();
});

test('a client that does not answer pings is cut off', async () => {
	await using server = await startEngine({ limits: { pingInterval: 1_000 } });
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', { autoPong: false });
	socket.send({ type: 'connection_init', payload: { authToken: 'u1' } });
	assert.deepEqual(await socket.next(), { type: 'connection_ack' });
	assert.equal((await socket.closed).code, 1006);
});

test('before its token expires a client is warned; with a fresh one it stays, without it is closed with 4403', async () => {
	await using server = await startEngine({ limits: { expiryWarning: 10_000 } });
	const soon = Date.now() + 5_000;
	await using kept = await Listener.of(server, `u1:${soon}`);
	await using left = await Listener.of(server, `u1:${soon}`);
	kept.start('a', query, general);
	assert.deepEqual(await left.next(), { type: 'ping', payload: { token: 'expires', expiresAt: soon } });
	assert.deepEqual(await kept.next(), { type: 'ping', payload: { token: 'expires', expiresAt: soon } });
	const later = Date.now() + 3_600_000;
	kept.send({ type: 'pong', payload: { authToken: 'forged' } });
	assert.deepEqual(await kept.next(), {
		type: 'ping',
		payload: { token: 'refused', message: 'Error decoding signature' },
	});
	kept.send({ type: 'pong', payload: { Authorization: `JWT u1:${later}` } });
	assert.deepEqual(await kept.next(), { type: 'ping', payload: { token: 'renewed', expiresAt: later } });
	assert.deepEqual(await left.closed, { code: 4403, reason: 'the token has expired' });
	await server.topics.publish('general', said('still here'));
	assert.match(JSON.stringify(await kept.next()), /still here/);
});

test('in the legacy protocol the warning is a keep-alive, and a second connection_init brings the fresh token', async () => {
	await using server = await startEngine({ limits: { expiryWarning: 10_000 } });
	const soon = Date.now() + 9_000;
	const later = Date.now() + 3_600_000;
	await using socket = await legacy(server, `u1:${soon}`);
	assert.deepEqual(await socket.next(), { type: 'ka', payload: { token: 'expires', expiresAt: soon } });
	socket.send({ type: 'connection_init', payload: { authToken: `u1:${later}` } });
	assert.deepEqual(await socket.next(), { type: 'connection_ack' });
	assert.deepEqual(await socket.next(), { type: 'ka', payload: { token: 'renewed', expiresAt: later } });
});

test("a fresh token of another user closes with 4403: the open operations are the first user's", async () => {
	await using server = await startEngine();
	await using socket = await Listener.of(server, 'u1');
	socket.send({ type: 'ping', payload: { authToken: 'u2' } });
	assert.equal((await socket.closed).code, 4403);
});

test('of 5,000 subscriptions on one socket 100 are taken; each of the others is refused, the socket goes on', async () => {
	await using server = await startEngine();
	await using socket = await Listener.of(server);
	for (let i = 0; i < 5_000; i++) socket.start(`s${i}`, query, general);
	for (let i = 100; i < 5_000; i++) {
		const { id, type, payload } = (await socket.next()) as {
			id: string;
			type: string;
			payload: [{ extensions: unknown }];
		};
		assert.deepEqual(
			{ id, type, extensions: payload[0].extensions },
			{ id: `s${i}`, type: 'error', extensions: { code: 'LIMIT_EXCEEDED', limit: 'operationsPerSocket', max: 100 } },
		);
	}
	assert.equal(await server.metric('subscriptions'), 100);
	assert.match(await server.metrics.metrics(), /limit_refusals_total\{limit="operationsPerSocket"\} 4900/);
	await server.topics.publish('general', said('hello'));
	for (let i = 0; i < 100; i++) assert.match(JSON.stringify(await socket.next()), /hello/);
});

test('operations held before the ack are limited too', async () => {
	await using server = await startEngine({ limits: { operationsPerSocket: 2 } });
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws');
	for (const id of ['1', '2', '3']) socket.send({ id, type: 'start', payload: { query, variables: general } });
	assert.match(JSON.stringify(await socket.next()), /"id":"3".*operationsPerSocket/);
});

test('one user may have so many sockets and no more; another user may', async () => {
	await using server = await startEngine({ limits: { socketsPerUser: 1 } });
	await using first = await Listener.of(server, 'u1');
	await using second = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	second.send({ type: 'connection_init', payload: { authToken: 'u1' } });
	assert.deepEqual(await second.closed, {
		code: 4429,
		reason: 'one socket more of this user; at most 1 is allowed (limit "socketsPerUser")',
	});
	const stream = await server.post({ query }, { authorization: 'JWT u1', accept: 'text/event-stream' });
	assert.equal(stream.status, 429);
	assert.match(JSON.stringify(stream.body), /"limit":"socketsPerUser","max":1/);
	assert.match(await server.metrics.metrics(), /limit_refusals_total\{limit="socketsPerUser"\} 2/);
	await using other = await Listener.of(server, 'u2');
	await other.settle();
	first.socket.terminate();
	await until('the first is forgotten', async () => [...server.engine.viewers()].length === 1);
	await using again = await Listener.of(server, 'u1');
	await again.settle();
});

test('of sockets that do not say whose they are so many stay open: one more, and the oldest is closed', async () => {
	await using server = await startEngine({ limits: { socketsWithoutUser: 2 } });
	await using someone = await Listener.of(server);
	await using silent = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	await using anonymous = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	anonymous.send({ type: 'connection_init' });
	assert.deepEqual(await anonymous.next(), { type: 'connection_ack' });
	await using third = await RawSocket.open(server.socketUrl, 'graphql-ws');
	assert.deepEqual(await silent.closed, {
		code: 4408,
		reason: 'one socket more of nobody; at most 2 are allowed (limit "socketsWithoutUser")',
	});
	assert.match(await server.metrics.metrics(), /limit_refusals_total\{limit="socketsWithoutUser"\} 1/);
	// Whoever has brought a token takes no place, and who goes gives it back.
	third.send({ type: 'connection_init', payload: { authToken: 'u2' } });
	assert.deepEqual(await third.next(), { type: 'connection_ack' });
	await using fourth = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	fourth.socket.terminate();
	await until('the fourth is gone', async () =>
		(await server.metrics.metrics()).includes('closes_total{code="1006"} 1'),
	);
	await using fifth = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	fifth.send({ type: 'connection_init' });
	assert.deepEqual(await fifth.next(), { type: 'connection_ack' });
	anonymous.send({ type: 'ping' });
	assert.match(JSON.stringify(await anonymous.next()), /pong/);
	await someone.settle();
});

test('a token is checked once per connection_init, not per operation', async () => {
	let checks = 0;
	await using server = await startEngine({
		authenticate(authorization) {
			checks++;
			return authenticate(authorization);
		},
	});
	await using socket = await Listener.of(server);
	for (let i = 0; i < 5; i++) await socket.settle();
	assert.equal(checks, 1);
});

for (const protocol of ['graphql-ws', 'graphql-transport-ws'] as const)
	test(`a token that can not be looked up now is not refused: ${protocol} is closed with 1013, and why is for the log`, async () => {
		await using server = await startEngine({
			authenticate: async () => {
				throw new Error('no database at db.internal');
			},
		});
		const jwt = { authorization: 'JWT u1' };
		await using socket = await RawSocket.open(server.socketUrl, protocol, { headers: jwt });
		socket.send({ type: 'connection_init' });
		const { code, reason } = await socket.closed;
		assert.equal(code, 1013);
		assert.match(reason, /^An unknown error occurred \(request [\w-]+\)\.$/);
		const { body } = await server.post({ query: '{userList{count}}' }, jwt);
		assert.match(JSON.stringify(body), /INTERNAL_ERROR/);
		assert.doesNotMatch(JSON.stringify(body), /db\.internal/);
		assert.equal(server.log.filter((line) => line.includes('db.internal')).length, 2);
		assert.match(await server.metrics.metrics(), /auth_failures_total\{what="token"\} 0/);
	});
