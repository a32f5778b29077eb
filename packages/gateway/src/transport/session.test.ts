import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { said } from '../testing/chat-schema.ts';
import { authenticate, type EngineServer, startEngine } from '../testing/engine-server.ts';
import { RawSocket } from '../testing/raw-socket.ts';

const query = 'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){message{message}}}';
const subscribe = (id: string, channel = 'general') => ({
	id,
	type: 'subscribe',
	payload: { query, variables: { c: channel } },
});
async function opened(server: EngineServer, token = 'u1'): Promise<RawSocket> {
	const socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	socket.send({ type: 'connection_init', payload: { authToken: token } });
	assert.deepEqual(await socket.next(), { type: 'connection_ack' });
	return socket;
}
async function legacy(server: EngineServer, token = 'u1'): Promise<RawSocket> {
	const socket = await RawSocket.open(server.socketUrl, 'graphql-ws');
	socket.send({ type: 'connection_init', payload: { authToken: token } });
	assert.deepEqual(await socket.next(), { type: 'connection_ack' });
	return socket;
}
/** A mutation waits for the subscriptions before it: when this is answered, they hear. */
async function settled(socket: RawSocket): Promise<void> {
	socket.send({ id: 'settled', type: 'subscribe', payload: { query: 'mutation{nothing}' } });
	await socket.next();
	assert.deepEqual(await socket.next(), { id: 'settled', type: 'complete' });
}
const metric = async (server: EngineServer, name: string) =>
	Number(new RegExp(`^matterkit_gateway_${name} (\\d+)`, 'm').exec(await server.metrics.metrics())?.[1]);

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
	await using server = await startEngine({ limits: { idleTimeout: 50 } });
	await using busy = await opened(server);
	busy.send(subscribe('a'));
	await using idle = await opened(server);
	assert.equal((await idle.closed).code, 4408);
	await settled(busy);
});

test('a client that does not answer pings is cut off', async () => {
	await using server = await startEngine({ limits: { pingInterval: 50 } });
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', { autoPong: false });
	socket.send({ type: 'connection_init', payload: { authToken: 'u1' } });
	assert.deepEqual(await socket.next(), { type: 'connection_ack' });
	assert.equal((await socket.closed).code, 1006);
});

test('before its token expires a client is warned; with a fresh one it stays, without it is closed with 4403', async () => {
	await using server = await startEngine({ limits: { expiryWarning: 10_000 } });
	const soon = Date.now() + 2_000;
	await using kept = await opened(server, `u1:${soon}`);
	await using left = await opened(server, `u1:${soon}`);
	kept.send(subscribe('a'));
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
	await using socket = await opened(server, 'u1');
	socket.send({ type: 'ping', payload: { authToken: 'u2' } });
	assert.equal((await socket.closed).code, 4403);
});

test('of 5,000 subscriptions on one socket 100 are taken; each of the others is refused, the socket goes on', async () => {
	await using server = await startEngine();
	await using socket = await opened(server);
	for (let i = 0; i < 5_000; i++) socket.send(subscribe(`s${i}`));
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
	assert.equal(await metric(server, 'subscriptions'), 100);
	assert.match(await server.metrics.metrics(), /limit_refusals_total\{limit="operationsPerSocket"\} 4900/);
	await server.topics.publish('general', said('hello'));
	for (let i = 0; i < 100; i++) assert.match(JSON.stringify(await socket.next()), /hello/);
});

test('operations held before the ack are limited too', async () => {
	await using server = await startEngine({ limits: { operationsPerSocket: 2 } });
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws');
	for (const id of ['1', '2', '3']) socket.send({ ...subscribe(id), type: 'start' });
	assert.match(JSON.stringify(await socket.next()), /"id":"3".*operationsPerSocket/);
});

test('one user may have so many sockets and no more; another user may', async () => {
	await using server = await startEngine({ limits: { socketsPerUser: 1 } });
	await using first = await opened(server, 'u1');
	await using second = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	second.send({ type: 'connection_init', payload: { authToken: 'u1' } });
	assert.equal((await second.closed).code, 4429);
	await using other = await opened(server, 'u2');
	await settled(other);
	first.socket.terminate();
	await until('the first is forgotten', async () => [...server.engine.viewers()].length === 1);
	await using again = await opened(server, 'u1');
	await settled(again);
});

test('a message that is too large closes with 1009', async () => {
	await using server = await startEngine({ limits: { messageBytes: 1_000 } });
	await using socket = await opened(server);
	socket.send('x'.repeat(1_001));
	assert.equal((await socket.closed).code, 1009);
});

test('binary messages close with 4400, text that is no UTF-8 with 1007', async () => {
	await using server = await startEngine();
	await using binary = await opened(server);
	binary.socket.send(Buffer.from('{}'));
	assert.equal((await binary.closed).code, 4400);
	await using broken = await opened(server);
	broken.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
	assert.equal((await broken.closed).code, 1007);
});

test('garbage instead of frames ends that socket and no other', async () => {
	await using server = await startEngine();
	await using other = await opened(server);
	for (let i = 0; i < 20; i++) {
		const raw = connect(Number(new URL(server.url).port), '127.0.0.1');
		raw.on('error', () => {});
		raw.write(
			'GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
				'Sec-WebSocket-Protocol: graphql-ws\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
		);
		await once(raw, 'data');
		raw.write(randomBytes(2_000));
		raw.resume();
		await once(raw, 'close');
	}
	await settled(other);
	await until(
		'they are forgotten',
		async () => (await server.metrics.metrics()).includes('sockets{protocol="graphql-ws"}') === false,
	);
});

test('a foreign origin is refused with 403 where origins are set; programs, which send none, are not', async () => {
	await using server = await startEngine({ origins: ['https://chat.example'] });
	const from = (origin: string) => new RawSocket(server.socketUrl, 'graphql-ws', { headers: { origin } }).socket;
	const [error] = await once(from('https://evil.example'), 'error');
	assert.match(String(error), /403/);
	const allowed = from('https://chat.example');
	await once(allowed, 'open');
	allowed.terminate();
	await using program = await opened(server);
	await settled(program);
});

test('a reader that does not read is closed with 1013, and its memory is bounded; the others get everything', async () => {
	const queueBytes = 200_000;
	await using server = await startEngine({ limits: { queueBytes } });
	await using slow = await opened(server, 'u1');
	await using quick = await opened(server, 'u2');
	for (const socket of [slow, quick]) {
		socket.send(subscribe('a'));
		await settled(socket);
	}
	slow.socket.pause();
	const text = 'x'.repeat(10_000);
	let most = 0;
	// More than the kernel's buffers hold on both sides.
	for (let i = 0; i < 2_000; i++) {
		await server.topics.publish('general', said(text));
		most = Math.max(most, await metric(server, 'queued_bytes'));
		assert.match(JSON.stringify(await quick.next()), /xxx/);
	}
	assert.ok(most < queueBytes + 20_000, `${most} bytes waited`);
	assert.ok(most > queueBytes / 2, 'the reader was slow enough to be seen');
	slow.socket.resume();
	assert.equal((await slow.closed).code, 1013);
});

test('a stalled reader is cut off a few seconds after 1013 was sent in vain', async () => {
	await using server = await startEngine({ limits: { queueBytes: 100_000 } });
	await using slow = await opened(server);
	slow.send(subscribe('a'));
	await settled(slow);
	slow.socket.pause();
	const text = 'x'.repeat(100_000);
	for (let i = 0; i < 200; i++) await server.topics.publish('general', said(text));
	await until('it is gone', async () => /closes_total\{code="10/.test(await server.metrics.metrics()), { every: 100 });
	assert.equal(await metric(server, 'queued_bytes'), 0);
});

test('logging out closes the sockets of that user alone', async () => {
	await using server = await startEngine();
	await using one = await opened(server, 'u1');
	await using two = await opened(server, 'u2');
	assert.equal(
		server.engine.disconnect(({ userId }) => userId === 'u1', 'logged out'),
		1,
	);
	assert.deepEqual(await one.closed, { code: 4403, reason: 'logged out' });
	await settled(two);
});

test('a long reason is cut to what a close frame can hold', async () => {
	await using server = await startEngine();
	await using socket = await opened(server);
	server.engine.disconnect(() => true, 'ü'.repeat(100));
	assert.equal((await socket.closed).reason, 'ü'.repeat(61));
});

test('drain: no new sockets, 1012 one after the other, answers under way are sent first', async () => {
	const gate = Promise.withResolvers<void>();
	await using server = await startEngine({ slow: () => gate.promise });
	const sockets = await Promise.all(Array.from({ length: 5 }, () => opened(server)));
	const closedAt: number[] = [];
	const closings = sockets.map((socket) =>
		socket.closed.then(({ code }) => [closedAt.push(performance.now()), code][1]),
	);
	const [first] = sockets;
	assert.ok(first);
	first.send({
		id: 'm',
		type: 'subscribe',
		payload: { query: 'mutation{textMessageSend(channelIdentifier:"a",textMessage:"b")}' },
	});
	await until('the mutation is under way', async () => (await metric(server, 'subscriptions')) === 1);
	const began = performance.now();
	const drained = server.engine.drain({ window: 400 });
	const [refused] = await once(new RawSocket(server.socketUrl, 'graphql-ws').socket, 'error');
	assert.match(String(refused), /503/);
	await Promise.all(closings.slice(1));
	gate.resolve();
	assert.match(JSON.stringify(await first.next()), /Message send successfully/);
	assert.deepEqual(await Promise.all(closings), [1012, 1012, 1012, 1012, 1012]);
	await drained;
	assert.ok((closedAt[3] ?? 0) - began >= 300, 'the last but one is closed towards the end of the window');
	assert.ok((closedAt[1] ?? 0) - (closedAt[0] ?? 0) > 30, 'they are not closed at once');
});

test('drain waits for HTTP requests under way', async () => {
	const entered = Promise.withResolvers<void>();
	const gate = Promise.withResolvers<void>();
	await using server = await startEngine({
		slow() {
			entered.resolve();
			return gate.promise;
		},
	});
	const asked = server.post(
		{ query: 'mutation{textMessageSend(channelIdentifier:"a",textMessage:"b")}' },
		{ authorization: 'JWT u1' },
	);
	await entered.promise;
	let drained = false;
	const draining = server.engine.drain({ window: 0 }).then(() => {
		drained = true;
	});
	await new Promise((resolve) => setImmediate(resolve));
	assert.equal(drained, false);
	gate.resolve();
	assert.equal((await asked).status, 200);
	await draining;
});

test('close closes all sockets with 1001', async () => {
	await using server = await startEngine();
	await using socket = await opened(server);
	await server.engine.close();
	assert.equal((await socket.closed).code, 1001);
});

test('a token is checked once per connection_init, not per operation', async () => {
	let checks = 0;
	await using server = await startEngine({
		authenticate(authorization) {
			checks++;
			return authenticate(authorization);
		},
	});
	await using socket = await opened(server);
	for (let i = 0; i < 5; i++) await settled(socket);
	assert.equal(checks, 1);
});
