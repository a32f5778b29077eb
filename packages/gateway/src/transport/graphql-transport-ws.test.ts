import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { said } from '../testing/chat-schema.ts';
import { startEngine } from '../testing/engine-server.ts';
import { RawSocket } from '../testing/raw-socket.ts';

const subscription = 'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){message{message}}}';
const subscribe = (id: string, query = subscription, variables: object = { c: 'general' }) => ({
	id,
	type: 'subscribe',
	payload: { query, variables },
});
const next = (id: string, message: string) => ({
	id,
	type: 'next',
	payload: { data: { onNewChatMessage: { message: { message } } } },
});
const init = { type: 'connection_init' };
const ack = { type: 'connection_ack' };
const bearer = { headers: { authorization: 'Bearer u1' } };
async function opened(url: string): Promise<RawSocket> {
	const socket = await RawSocket.open(url, 'graphql-transport-ws', bearer);
	socket.send(init);
	assert.deepEqual(await socket.next(), ack);
	return socket;
}
/** A mutation waits for the subscriptions before it: when this is answered, they hear. */
async function settled(socket: RawSocket): Promise<void> {
	socket.send(subscribe('settled', 'mutation { nothing }'));
	assert.deepEqual(await socket.next(), { id: 'settled', type: 'next', payload: { data: { nothing: 'done' } } });
	assert.deepEqual(await socket.next(), { id: 'settled', type: 'complete' });
}

test('a subscriber hears until it says complete', async () => {
	await using server = await startEngine();
	await using socket = await opened(server.socketUrl);
	socket.send(subscribe('a'));
	await settled(socket);
	await server.topics.publish('general', said('one'));
	assert.deepEqual(await socket.next(), next('a', 'one'));
	socket.send({ id: 'a', type: 'complete' });
	await settled(socket);
	await server.topics.publish('general', said('two'));
	await settled(socket);
});

for (const path of ['/graphql', '/graphql/', '/ws/graphql', '/ws/graphql/', '/ws/graphql/?x=1'])
	test(`sockets of both protocols are taken at ${path}`, async () => {
		await using server = await startEngine();
		const url = `${server.origin.replace('http', 'ws')}${path}`;
		await using socket = await opened(url);
		await settled(socket);
		await using legacy = await RawSocket.open(url, 'graphql-ws', bearer);
		legacy.send(init);
		assert.deepEqual(await legacy.next(), ack);
	});

test('subscribe before the ack closes with 4401', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', bearer);
	socket.send(init, subscribe('a'));
	assert.equal((await socket.closed).code, 4401);
});

test('a second connection_init closes with 4429', async () => {
	await using server = await startEngine();
	await using socket = await opened(server.socketUrl);
	socket.send(init);
	assert.equal((await socket.closed).code, 4429);
});

test('an id in use closes with 4409', async () => {
	await using server = await startEngine();
	await using socket = await opened(server.socketUrl);
	socket.send(subscribe('a'), subscribe('a'));
	assert.equal((await socket.closed).code, 4409);
});

for (const [what, text] of [
	['no JSON', 'nonsense'],
	['JSON that is no object', '[1]'],
	['a type that the protocol does not have', '{"type":"start","id":"1"}'],
	['an operation without id', '{"type":"subscribe","payload":{"query":"{hello}"}}'],
	['an operation without query', '{"type":"subscribe","id":"1","payload":{}}'],
	['an operation whose id is too long', `{"type":"subscribe","id":"${'x'.repeat(257)}","payload":{"query":"{hello}"}}`],
	['an operation whose id is a number', '{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}'],
	['a query that is no text', '{"type":"subscribe","id":"1","payload":{"query":{}}}'],
	[
		'an operation name that is no text',
		'{"type":"subscribe","id":"1","payload":{"query":"{hello}","operationName":1}}',
	],
	['a batch', '{"type":"subscribe","id":"1","payload":[{"query":"{hello}"}]}'],
	['a complete without id', '{"type":"complete"}'],
	['a message without type', '{}'],
	['an empty message', ''],
	['variables that are no object', '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":[1]}}'],
] as const)
	test(`${what} closes with 4400 and says why`, async () => {
		await using server = await startEngine();
		await using socket = await opened(server.socketUrl);
		socket.send(text);
		const { code, reason } = await socket.closed;
		assert.equal(code, 4400);
		assert.notEqual(reason, '');
	});

test('ping is answered by pong with the same payload', async () => {
	await using server = await startEngine();
	await using socket = await opened(server.socketUrl);
	socket.send({ type: 'ping' }, { type: 'ping', payload: { a: 1 } });
	assert.deepEqual(await socket.next(), { type: 'pong' });
	assert.deepEqual(await socket.next(), { type: 'pong', payload: { a: 1 } });
});

test('errors before an operation begins come as error, which ends it; the socket lives on', async () => {
	await using server = await startEngine();
	await using socket = await opened(server.socketUrl);
	socket.send(subscribe('a', 'subscription{nothing}'));
	assert.deepEqual(await socket.next(), {
		id: 'a',
		type: 'error',
		payload: [
			{ message: 'Cannot query field "nothing" on type "Subscription".', locations: [{ line: 1, column: 14 }] },
		],
	});
	socket.send(subscribe('a', '{hello'));
	assert.equal(((await socket.next()) as { type: string }).type, 'error');
	await settled(socket);
});

for (const [where, payload] of [
	['headers.Authorization', { headers: { Authorization: 'JWT u2' } }],
	['Authorization', { Authorization: 'Bearer u2' }],
	['authorization in lower case', { authorization: 'u2' }],
	['authToken', { authToken: 'u2' }],
] as const)
	test(`the token is taken from ${where} of connection_init, before that of the upgrade`, async () => {
		await using server = await startEngine();
		await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', bearer);
		socket.send({ ...init, payload });
		assert.deepEqual(await socket.next(), ack);
		socket.send(subscribe('who', '{whoAmI}'));
		assert.deepEqual(await socket.next(), { id: 'who', type: 'next', payload: { data: { whoAmI: 'u2' } } });
	});

test('of several tokens in connection_init headers.Authorization counts, then Authorization, then authToken', async () => {
	await using server = await startEngine();
	for (const [payload, who] of [
		[{ authToken: 'u4', Authorization: 'JWT u3', headers: { Authorization: 'JWT u2' } }, 'u2'],
		[{ authToken: 'u4', Authorization: 'JWT u3', headers: { Authorization: '' } }, 'u3'],
		[{ authToken: 'u4', Authorization: 7, headers: null }, 'u4'],
		[{ authToken: null, headers: [] }, 'u1'],
	] as const) {
		await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', bearer);
		socket.send({ ...init, payload });
		assert.deepEqual(await socket.next(), ack);
		socket.send(subscribe('who', '{whoAmI}'));
		assert.deepEqual(await socket.next(), { id: 'who', type: 'next', payload: { data: { whoAmI: who } } });
	}
});

test('a bad token in connection_init is not made good by one of the upgrade', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', bearer);
	socket.send({ ...init, payload: { authToken: 'forged' } });
	assert.equal((await socket.closed).code, 4403);
});

test('a query that is completed by the client is told so by its signal and answers nothing; a mutation is carried out all the same', async () => {
	const entered: PromiseWithResolvers<AbortSignal>[] = [Promise.withResolvers(), Promise.withResolvers()];
	const gate = Promise.withResolvers<void>();
	let count = 0;
	await using server = await startEngine({
		async slow(signal) {
			entered[count++]?.resolve(signal);
			await gate.promise;
		},
	});
	await using socket = await opened(server.socketUrl);
	await using listener = await opened(server.socketUrl);
	listener.send(subscribe('l'));
	await settled(listener);
	socket.send(subscribe('q', '{slow}'));
	const signal = await entered[0]?.promise;
	socket.send({ id: 'q', type: 'complete' });
	await settled(socket);
	assert.equal(signal?.aborted, true);
	socket.send(subscribe('m', 'mutation{textMessageSend(channelIdentifier:"general",textMessage:"sent")}'));
	await entered[1]?.promise;
	socket.send({ id: 'm', type: 'complete' });
	await settled(socket);
	gate.resolve();
	assert.match(JSON.stringify(await listener.next()), /"message":"sent"/);
	await settled(socket);
});

test('a pong that nobody asked for, and a complete for what is not open, change nothing', async () => {
	await using server = await startEngine();
	await using socket = await opened(server.socketUrl);
	socket.send({ type: 'pong' }, { type: 'pong', payload: { a: 1 } }, { id: 'never', type: 'complete' });
	await settled(socket);
});

test('a token that is refused closes with 4403 and the reason', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-transport-ws');
	socket.send({ ...init, payload: { authToken: 'forged' } });
	assert.deepEqual(await socket.closed, { code: 4403, reason: 'Error decoding signature' });
	assert.match(await server.metrics.metrics(), /matterkit_gateway_auth_failures_total\{what="token"\} 1/);
});

test('the npm client graphql-ws asks, subscribes and unsubscribes', async () => {
	await using server = await startEngine();
	const client = createClient({
		url: server.socketUrl,
		webSocketImpl: WebSocket,
		connectionParams: { headers: { Authorization: 'JWT u1' } },
	});
	try {
		for await (const answer of client.iterate({ query: '{whoAmI}' }))
			assert.deepEqual(answer, { data: { whoAmI: 'u1' } });
		const messages = client.iterate({ query: subscription, variables: { c: 'general' } });
		const first = messages.next();
		const mutation = 'mutation{textMessageSend(channelIdentifier:"general",textMessage:"hi")}';
		for await (const sent of client.iterate({ query: mutation }))
			assert.deepEqual(sent, { data: { textMessageSend: 'Message send successfully!' } });
		assert.deepEqual((await first).value, { data: { onNewChatMessage: { message: { message: 'hi' } } } });
		await messages.return?.();
	} finally {
		await client.dispose();
	}
});

test('graphql-ws, among foreign subprotocols, is what is negotiated', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, ['foo', 'graphql-ws']);
	assert.equal(socket.socket.protocol, 'graphql-ws');
});

test('a client that offers no subprotocol is closed with 4406, which names those there are', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl);
	assert.deepEqual(await socket.closed, { code: 4406, reason: 'speak graphql-transport-ws or graphql-ws' });
});
