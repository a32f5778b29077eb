import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '@matterkit/testing';
import { said } from '../testing/chat-schema.ts';
import { type EngineServer, startEngine } from '../testing/engine-server.ts';
import { Listener } from '../testing/listener.ts';
import { RawSocket } from '../testing/raw-socket.ts';

const query = 'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){message{message}}}';
const general = { c: 'general' };

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Is the socket of this user open? It is not from the moment on in which it is told why it is closed. */
const isOpen = ({ engine }: EngineServer, user: string) => [...engine.viewers()].some(({ userId }) => userId === user);

/** Bytes of buffers that something still refers to. */
function heldBuffers(): number {
	gc();
	return process.memoryUsage().arrayBuffers;
}

test('a message that is too large closes with 1009', async () => {
	await using server = await startEngine({ limits: { messageBytes: 1_000 } });
	await using socket = await Listener.of(server);
	socket.send('x'.repeat(1_001));
	assert.equal((await socket.closed).code, 1009);
});

test('binary messages close with 4400, text that is no UTF-8 with 1007', async () => {
	await using server = await startEngine();
	await using binary = await Listener.of(server);
	binary.socket.send(Buffer.from('{}'));
	assert.equal((await binary.closed).code, 4400);
	await using broken = await Listener.of(server);
	broken.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
	assert.equal((await broken.closed).code, 1007);
});

test('a message in pieces is taken as one, with pings between the pieces; pieces that are too large together close with 1009', async () => {
	await using server = await startEngine({ limits: { messageBytes: 1_000 } });
	await using socket = await Listener.of(server);
	const pieces = ['{"id":"a","type":"sub', 'scribe","payload":', '{"query":"{whoAmI}"}}'];
	for (const [index, piece] of pieces.entries()) {
		socket.socket.send(piece, { fin: index === pieces.length - 1 });
		socket.socket.ping();
	}
	assert.deepEqual(await socket.next(), { id: 'a', type: 'next', payload: { data: { whoAmI: 'u1' } } });
	assert.deepEqual(await socket.next(), { id: 'a', type: 'complete' });
	for (let i = 0; i < 11; i++) socket.socket.send('x'.repeat(100), { fin: false });
	assert.equal((await socket.closed).code, 1009);
});

test('a client that can compress is served without; a compressed frame closes with 1002', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', { perMessageDeflate: true });
	assert.equal(socket.socket.extensions, '');
	socket.send({ type: 'connection_init', payload: { authToken: 'u1' } });
	assert.deepEqual(await socket.next(), { type: 'connection_ack' });
	const raw = connect(Number(new URL(server.url).port), '127.0.0.1');
	raw.write(
		'GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
			'Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: graphql-ws\r\n' +
			'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
	);
	await once(raw, 'data');
	// A final text frame of one byte with the bit of compression, masked with zeros.
	raw.write(Buffer.from([0b1100_0001, 0b1000_0001, 0, 0, 0, 0, 0x78]));
	const [close] = (await once(raw, 'data')) as [Buffer];
	assert.deepEqual([close[0], close.readUInt16BE(2)], [0x88, 1002]);
	raw.destroy();
});

for (const protocol of ['graphql-transport-ws', 'graphql-ws', undefined])
	test(`garbage instead of frames ends that socket and no other, with ${protocol ?? 'no'} subprotocol`, async () => {
		await using server = await startEngine();
		await using other = await Listener.of(server);
		const offer = protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : '';
		for (let i = 0; i < 20; i++) {
			const raw = connect(Number(new URL(server.url).port), '127.0.0.1');
			raw.on('error', () => {});
			raw.write(
				'GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
					`${offer}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
			);
			await once(raw, 'data');
			// No masked frame begins so, whatever is drawn.
			raw.write(Buffer.concat([Buffer.from([0xff]), randomBytes(2_000)]));
			raw.resume();
			await once(raw, 'close');
		}
		await other.settle();
		await until('they are forgotten', async () => {
			const metrics = await server.metrics.metrics();
			return (
				/sockets\{protocol="graphql-transport-ws"\} 1\n/.test(metrics) &&
				!/sockets\{protocol="graphql-ws"/.test(metrics)
			);
		});
	});

test('a message that the server fails at ends that socket with 4500, is logged, and takes nobody else with it', async () => {
	const documents = new Proxy<Record<string, string>>(
		{},
		{
			getOwnPropertyDescriptor() {
				throw new Error('hunter2');
			},
		},
	);
	await using server = await startEngine({ persisted: { documents } });
	await using other = await Listener.of(server);
	await using socket = await Listener.of(server);
	socket.send({ id: 'a', type: 'subscribe', payload: { documentId: 'x' } });
	const { code, reason } = await socket.closed;
	assert.equal(code, 4500);
	const requestId = /request ([\w-]+)/.exec(reason)?.[1];
	assert.ok(requestId);
	assert.match(server.log.join(''), new RegExp(`hunter2.*"requestId":"${requestId}"`, 's'));
	await other.settle();
});

test('a foreign origin is refused with 403 where origins are set; programs, which send none, are not', async () => {
	await using server = await startEngine({ origins: ['https://chat.example'] });
	const from = (origin: string) => new RawSocket(server.socketUrl, 'graphql-ws', { headers: { origin } }).socket;
	const [error] = await once(from('https://evil.example'), 'error');
	assert.match(String(error), /403/);
	const allowed = from('https://chat.example');
	await once(allowed, 'open');
	allowed.terminate();
	await using program = await Listener.of(server);
	await program.settle();
});

test('a reader that does not read is closed with 1013, and its memory is bounded; the others get everything', async () => {
	const queueBytes = 200_000;
	await using server = await startEngine({ limits: { queueBytes } });
	await using slow = await Listener.of(server, 'u1');
	await using quick = await Listener.of(server, 'u2');
	for (const socket of [slow, quick]) {
		socket.start('a', query, general);
		await socket.settle();
	}
	slow.socket.pause();
	const text = 'x'.repeat(10_000);
	const before = heldBuffers();
	let most = 0;
	const publish = async () => {
		await server.topics.publish('general', said(text));
		most = Math.max(most, await server.metric('queued_bytes'));
		assert.match(JSON.stringify(await quick.next()), /xxx/);
	};
	// However much the kernel's buffers hold on both sides.
	for (let i = 0; i < 50_000 && isOpen(server, 'u1'); i++) await publish();
	const more = heldBuffers() - before;
	// At once: it has 5 s to read why it was closed, and is cut off then.
	slow.socket.resume();
	assert.equal((await slow.closed).code, 1013);
	assert.ok(more < queueBytes + 1_000_000, `${more} bytes more are held`);
	for (let i = 0; i < 100; i++) await publish();
	assert.ok(most < queueBytes + 20_000, `${most} bytes waited`);
	assert.ok(most > queueBytes / 2, 'the reader was slow enough to be seen');
});

test('an event larger than what may wait reaches who reads', async () => {
	await using server = await startEngine();
	await using socket = await Listener.of(server);
	await socket.subscribe('a', query, general);
	const text = 'x'.repeat(12_000_000);
	await server.topics.publish('general', said(text));
	// Nor does what is said meanwhile end it, where nothing is to be answered.
	socket.send({ type: 'pong' });
	assert.deepEqual(await socket.heard(1), [text]);
	await socket.settle();
});

test('who sends pings and reads no answer is closed with 1013, and what waits is bounded', async () => {
	const queueBytes = 200_000;
	await using server = await startEngine({ limits: { queueBytes } });
	await using socket = await Listener.of(server);
	socket.socket.pause();
	const ping = JSON.stringify({ type: 'ping', payload: 'x'.repeat(50_000) });
	let most = 0;
	// However much the kernel's buffers hold on both sides.
	for (let i = 0; i < 10_000 && isOpen(server, 'u1'); i++) {
		await new Promise((sent) => socket.socket.send(ping, sent));
		most = Math.max(most, await server.metric('queued_bytes'));
	}
	assert.ok(most > queueBytes / 2 && most < queueBytes + 200_000, `${most} bytes waited`);
	socket.socket.resume();
	assert.equal((await socket.closed).code, 1013);
});

test('a stalled reader is cut off a few seconds after 1013 was sent in vain', async () => {
	await using server = await startEngine({ limits: { queueBytes: 100_000 } });
	await using slow = await Listener.of(server);
	slow.start('a', query, general);
	await slow.settle();
	slow.socket.pause();
	const text = 'x'.repeat(100_000);
	for (let i = 0; i < 5_000 && isOpen(server, 'u1'); i++) {
		await server.topics.publish('general', said(text));
		await new Promise(setImmediate);
	}
	await until('it is gone', async () => /closes_total\{code="10/.test(await server.metrics.metrics()), { every: 100 });
	assert.equal(await server.metric('queued_bytes'), 0);
});

test('logging out closes the sockets of that user alone', async () => {
	await using server = await startEngine();
	await using one = await Listener.of(server, 'u1');
	await using two = await Listener.of(server, 'u2');
	assert.equal(
		server.engine.disconnect(({ userId }) => userId === 'u1', 'logged out'),
		1,
	);
	assert.deepEqual(await one.closed, { code: 4403, reason: 'logged out' });
	await two.settle();
});

test('a long reason is cut to what a close frame can hold', async () => {
	await using server = await startEngine();
	await using socket = await Listener.of(server);
	server.engine.disconnect(() => true, 'ü'.repeat(100));
	assert.equal((await socket.closed).reason, 'ü'.repeat(61));
});

test('close closes all sockets with 1001', async () => {
	await using server = await startEngine();
	await using socket = await Listener.of(server);
	await server.engine.close();
	assert.equal((await socket.closed).code, 1001);
});
