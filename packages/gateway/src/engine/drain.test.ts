// How an engine ends in order: what is under way is answered, what is open ends bit by bit, nothing new begins.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { authenticate, startEngine } from '../testing/engine-server.ts';
import { Listener } from '../testing/listener.ts';
import { RawSocket } from '../testing/raw-socket.ts';

const send = 'mutation{textMessageSend(channelIdentifier:"a",textMessage:"b")}';
const sent = { data: { textMessageSend: 'Message send successfully!' } };
const jwt = { authorization: 'JWT u1' };

/** An engine whose mutations wait for `release`. */
async function slowEngine() {
	const entered = Promise.withResolvers<void>();
	const gate = Promise.withResolvers<void>();
	const server = await startEngine({
		slow() {
			entered.resolve();
			return gate.promise;
		},
	});
	return { server, entered: entered.promise, release: gate.resolve };
}

test('drain: no new sockets, 1012 one after the other, answers under way are sent first', async () => {
	const gate = Promise.withResolvers<void>();
	await using server = await startEngine({ slow: () => gate.promise });
	const sockets = await Promise.all(Array.from({ length: 5 }, () => Listener.of(server)));
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
	await until('the mutation is under way', async () => (await server.metric('subscriptions')) === 1);
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
});

test('HTTP requests under way are answered, those whose token is still being looked at too, and their connections end', async () => {
	const gate = Promise.withResolvers<void>();
	const asked: string[] = [];
	await using server = await startEngine({
		async authenticate(authorization) {
			asked.push(authorization);
			await gate.promise;
			return authenticate(authorization);
		},
	});
	const answer = server.post({ query: send }, jwt);
	await until('the token is looked at', () => asked.length === 1);
	const drained = server.engine.drain({ window: 0 });
	const meanwhile = new Promise((resolve) => setImmediate(resolve, 'not yet'));
	assert.equal(await Promise.race([drained, meanwhile]), 'not yet');
	gate.resolve();
	const { status, body, headers } = await answer;
	assert.deepEqual(
		{ status, body, connection: headers.get('connection') },
		{ status: 200, body: sent, connection: 'close' },
	);
	await drained;
});

test('a long answer is waited for until it is read', async () => {
	const gate = Promise.withResolvers<void>();
	const asked = Promise.withResolvers<void>();
	const userId = 'u'.repeat(60_000_000);
	await using server = await startEngine({
		async authenticate() {
			asked.resolve();
			await gate.promise;
			return { userId, expiresAt: Date.now() + 60_000 };
		},
	});
	const request = get(`${server.url}?query={whoAmI}`, { headers: jwt });
	await asked.promise;
	let drained = false;
	const draining = server.engine.drain({ window: 0 }).then(() => {
		drained = true;
	});
	gate.resolve();
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	// Some looks of the drain later; the kernel's buffers don't hold it all.
	for (let i = 0; i < 5; i++) await fetch(`${server.origin}/graphql?query={hello}`);
	assert.equal(drained, false);
	assert.deepEqual(JSON.parse(await text(response)), { data: { whoAmI: userId } });
	await draining;
});

test('while sockets are closed requests are still answered, and streams are not begun; afterwards nothing is', async () => {
	await using server = await startEngine();
	const sockets = await Promise.all(Array.from({ length: 4 }, () => Listener.of(server)));
	const drained = server.engine.drain({ window: 3_000 });
	const { status, headers } = await server.post({ query: '{whoAmI}' }, jwt);
	assert.deepEqual([status, headers.get('connection')], [200, 'close']);
	const stream = await server.post({ query: '{whoAmI}' }, { ...jwt, accept: 'text/event-stream' });
	assert.equal(stream.status, 503);
	await Promise.all(sockets.map(({ closed }) => closed));
	await drained;
	const late = await server.post({ query: send }, jwt);
	assert.equal(late.status, 503);
	assert.deepEqual(late.body, { errors: [{ message: 'the server is being replaced: ask again' }] });
});

test('an event stream that is to bring an answer brings it; one that only listens is cut without complete', async () => {
	const { server, entered, release } = await slowEngine();
	await using _ = server;
	const stream = (query: string) =>
		fetch(server.url, {
			method: 'POST',
			headers: { ...jwt, 'content-type': 'application/json', accept: 'text/event-stream' },
			body: JSON.stringify({ query }),
		}).then((response) => response.text());
	const answer = stream(send);
	await entered;
	const heard = stream('subscription{onNewChatMessage(channelIdentifier:"a"){message{message}}}');
	await until('it listens', async () => (await server.metric('cohorts')) === 1);
	const drained = server.engine.drain({ window: 0 });
	assert.equal(await heard, '');
	release();
	assert.equal(await answer, `event: next\ndata: ${JSON.stringify(sent)}\n\nevent: complete\ndata:\n\n`);
	await drained;
});

test('an answer that never comes is waited for as long as `grace` says, no longer', async () => {
	const { server, entered, release } = await slowEngine();
	await using _ = server;
	await using socket = await Listener.of(server);
	const late = server.post({ query: send }, jwt);
	socket.start('m', send);
	await entered;
	await until('both are under way', async () => (await server.metric('subscriptions')) === 1);
	await server.engine.drain({ window: 0, grace: 50 });
	assert.equal((await socket.closed).code, 1012);
	release();
	await late;
});
