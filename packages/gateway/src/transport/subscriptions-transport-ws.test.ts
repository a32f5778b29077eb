import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { WebSocket } from 'ws';
import { said } from '../testing/chat-schema.ts';
import { authenticate, startEngine } from '../testing/engine-server.ts';
import { RawSocket } from '../testing/raw-socket.ts';

const subscription =
	'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){channelIdentifier message{message owner{username}}}}';
const start = (id: string | number, query = subscription, variables: object = { c: 'general' }) => ({
	id,
	type: 'start',
	payload: { query, variables },
});
const init = { type: 'connection_init', payload: {} };
const ack = { type: 'connection_ack' };
const jwt = { headers: { authorization: 'JWT u1' } };
const data = (id: string | number, message: string) => ({
	type: 'data',
	id,
	payload: {
		data: { onNewChatMessage: { channelIdentifier: 'general', message: { message, owner: { username: 'dave' } } } },
	},
});
/** A mutation waits for the subscriptions before it: when this is answered, they hear. */
async function settled(socket: RawSocket): Promise<void> {
	socket.send({ id: 'settled', type: 'start', payload: { query: 'mutation { nothing }' } });
	assert.deepEqual(await socket.next(), { type: 'data', id: 'settled', payload: { data: { nothing: 'done' } } });
	assert.deepEqual(await socket.next(), { type: 'complete', id: 'settled' });
}

test('recorded conversation: token in the upgrade header; start, data, stop', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	assert.equal(socket.socket.protocol, 'graphql-ws');
	socket.send(init);
	assert.deepEqual(await socket.next(), ack);
	socket.send(start('1'));
	await settled(socket);
	await server.topics.publish('general', said('live'));
	assert.deepEqual(await socket.next(), data('1', 'live'));
	socket.send({ id: '1', type: 'stop' });
	assert.deepEqual(await socket.next(), { type: 'complete', id: '1' });
	await server.topics.publish('general', said('after stop'));
	await settled(socket);
});

test("the reference's own tester is served: token in connection_init, start without waiting for the ack", async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws');
	socket.send({ type: 'connection_init', payload: { headers: { Authorization: 'JWT u1' } } }, start('1'));
	assert.deepEqual(await socket.next(), ack);
	await settled(socket);
	await server.topics.publish('general', said('hello'));
	assert.deepEqual(await socket.next(), data('1', 'hello'));
});

test('a start sent even before connection_init is held until the ack', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	socket.send(start('1'), start('2'), { id: '2', type: 'stop' }, init);
	assert.deepEqual(await socket.next(), ack);
	await settled(socket);
	await server.topics.publish('general', said('hello'));
	assert.deepEqual(await socket.next(), data('1', 'hello'));
	await settled(socket);
});

test('what is sent while the token is looked at is answered after the ack, in order', async () => {
	const looked = Promise.withResolvers<void>();
	await using server = await startEngine({
		async authenticate(authorization) {
			await looked.promise;
			return authenticate(authorization);
		},
	});
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	const ids = Array.from({ length: 20 }, (_, i) => String(i));
	socket.send(init, ...ids.map((id) => start(id, id === '7' ? 'mutation{nothing}' : '{whoAmI}')));
	await until('all were read', () => socket.socket.bufferedAmount === 0);
	looked.resolve();
	assert.deepEqual(await socket.next(), ack);
	for (const id of ids) {
		const data = id === '7' ? { nothing: 'done' } : { whoAmI: 'u1' };
		assert.deepEqual(await socket.next(), { type: 'data', id, payload: { data } });
		assert.deepEqual(await socket.next(), { type: 'complete', id });
	}
});

test('stop ends a query under way, is confirmed, and nothing comes of it', async () => {
	const entered = Promise.withResolvers<AbortSignal>();
	await using server = await startEngine({
		async slow(signal) {
			entered.resolve(signal);
			await once(signal, 'abort');
		},
	});
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	socket.send(init, start('q', '{slow}'));
	assert.deepEqual(await socket.next(), ack);
	const signal = await entered.promise;
	socket.send({ id: 'q', type: 'stop' });
	assert.deepEqual(await socket.next(), { type: 'complete', id: 'q' });
	assert.equal(signal.aborted, true);
	await settled(socket);
});

test('a keep-alive comes every 15 seconds', async (t) => {
	t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: Date.now() });
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	socket.send(init);
	assert.deepEqual(await socket.next(), ack);
	for (let i = 0; i < 2; i++) {
		t.mock.timers.tick(14_000);
		await settled(socket);
		t.mock.timers.tick(1_000);
		assert.deepEqual(await socket.next(), { type: 'ka' });
	}
});

test('recorded conversation: without a token a subscription is refused as data with errors, then complete', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws');
	socket.send(init, start('1'));
	assert.deepEqual(await socket.next(), ack);
	const refused = (await socket.next()) as { type: string; payload: { data: null; errors: { message: string }[] } };
	assert.equal(refused.type, 'data');
	assert.equal(refused.payload.data, null);
	assert.equal(refused.payload.errors[0]?.message, 'You do not have permission to perform this action');
	assert.deepEqual(await socket.next(), { type: 'complete', id: '1' });
});

test('recorded conversation: a bad query', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	socket.send(init, start('1', 'subscription{nothing}'));
	assert.deepEqual(await socket.next(), ack);
	assert.deepEqual(await socket.next(), {
		type: 'data',
		id: '1',
		payload: {
			data: null,
			errors: [
				{ message: 'Cannot query field "nothing" on type "Subscription".', locations: [{ line: 1, column: 14 }] },
			],
		},
	});
	assert.deepEqual(await socket.next(), { type: 'complete', id: '1' });
});

test('queries and mutations work over the socket', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	socket.send(init, start('7', '{userList(page:{pageSize:1,pageNumber:1}){count}}'));
	assert.deepEqual(await socket.next(), ack);
	assert.deepEqual(await socket.next(), { type: 'data', id: '7', payload: { data: { userList: { count: 1 } } } });
	assert.deepEqual(await socket.next(), { type: 'complete', id: '7' });
	socket.send(start(8, 'mutation{textMessageSend(channelIdentifier:"a",textMessage:"b")}'));
	assert.deepEqual(await socket.next(), {
		type: 'data',
		id: 8,
		payload: { data: { textMessageSend: 'Message send successfully!' } },
	});
	assert.deepEqual(await socket.next(), { type: 'complete', id: 8 });
});

test('recorded conversation: two subscriptions, connection_terminate', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	socket.send(init, start('a'), start('b'));
	assert.deepEqual(await socket.next(), ack);
	await settled(socket);
	await server.topics.publish('general', said('twice'));
	assert.deepEqual(await socket.next(), data('a', 'twice'));
	assert.deepEqual(await socket.next(), data('b', 'twice'));
	socket.send({ type: 'connection_terminate' });
	assert.equal((await socket.closed).code, 1000);
});

test('a token that is refused is answered by connection_error, then 4403', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws');
	socket.send({ type: 'connection_init', payload: { authToken: 'forged' } });
	assert.deepEqual(await socket.next(), {
		type: 'connection_error',
		payload: { message: 'Error decoding signature' },
	});
	assert.deepEqual(await socket.closed, { code: 4403, reason: 'Error decoding signature' });
});

test('an operation with the id of an open one replaces it', async () => {
	await using server = await startEngine();
	await using socket = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	socket.send(init, start('1', subscription, { c: 'random' }), start('1'));
	assert.deepEqual(await socket.next(), ack);
	await settled(socket);
	await server.topics.publish('random', said('no'));
	await server.topics.publish('general', said('yes'));
	assert.deepEqual(await socket.next(), data('1', 'yes'));
	await settled(socket);
});

test('the npm client subscriptions-transport-ws subscribes, hears and unsubscribes', async () => {
	await using server = await startEngine();
	const client = new SubscriptionClient(
		server.socketUrl,
		{ connectionParams: { Authorization: 'Bearer u1' }, reconnect: false },
		WebSocket,
	);
	try {
		const heard: unknown[] = [];
		const { promise: first, resolve } = Promise.withResolvers<void>();
		const open = client.request({ query: subscription, variables: { c: 'general' } }).subscribe({
			next(result) {
				heard.push(result);
				resolve();
			},
		});
		const asked = () => new Promise((done) => client.request({ query: 'mutation{nothing}' }).subscribe({ next: done }));
		assert.deepEqual(await asked(), { data: { nothing: 'done' } });
		await server.topics.publish('general', said('one'));
		await first;
		open.unsubscribe();
		await asked();
		await server.topics.publish('general', said('two'));
		await asked();
		assert.deepEqual(heard, [data('1', 'one').payload]);
	} finally {
		client.close();
	}
});

test('the npm client comes back after it was disconnected, and hears again', async () => {
	await using server = await startEngine();
	const client = new SubscriptionClient(
		server.socketUrl,
		{ connectionParams: { headers: { Authorization: 'JWT u1' } }, reconnect: true },
		WebSocket,
	);
	try {
		const heard = Promise.withResolvers<unknown>();
		client
			.request({ query: subscription, variables: { c: 'general' } })
			.subscribe({ next: heard.resolve, error: heard.reject });
		await new Promise((resolve) => client.onConnected(resolve));
		const back = new Promise((resolve) => client.onReconnected(resolve));
		server.engine.disconnect(() => true, 'a test');
		await back;
		await new Promise((done) => client.request({ query: 'mutation{nothing}' }).subscribe({ next: done }));
		await server.topics.publish('general', said('again'));
		assert.deepEqual(await heard.promise, data('1', 'again').payload);
	} finally {
		client.close();
	}
});

test('an event goes to both protocols with the framing of each', async () => {
	await using server = await startEngine();
	await using legacy = await RawSocket.open(server.socketUrl, 'graphql-ws', jwt);
	await using current = await RawSocket.open(server.socketUrl, 'graphql-transport-ws', jwt);
	legacy.send(init, start('1'));
	current.send(init);
	assert.deepEqual(await legacy.next(), ack);
	assert.deepEqual(await current.next(), ack);
	current.send({ ...start('x'), type: 'subscribe' }, { id: 'y', type: 'subscribe', payload: { query: '{hello}' } });
	await current.next();
	await current.next();
	await settled(legacy);
	await server.topics.publish('general', said('both'));
	assert.deepEqual(await legacy.next(), data('1', 'both'));
	assert.deepEqual(await current.next(), { ...data('x', 'both'), type: 'next' });
	legacy.socket.close();
	await once(legacy.socket, 'close');
});
