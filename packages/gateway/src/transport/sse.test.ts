import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { defaultLimits } from '../engine/limits.ts';
import { said } from '../testing/chat-schema.ts';
import { type EngineServer, startEngine } from '../testing/engine-server.ts';
import { EventStream } from './sse.ts';

const query = 'subscription{onNewChatMessage(channelIdentifier:"general"){message{message}}}';

/** The events of a stream, one string each. */
async function* events(server: EngineServer, body: object, token = 'u1'): AsyncGenerator<string> {
	const response = await fetch(server.url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `JWT ${token}` },
		body: JSON.stringify(body),
	});
	assert.equal(response.status, 200);
	assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
	let rest = '';
	for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
		rest += text;
		const parts = rest.split('\n\n');
		rest = parts.pop() ?? '';
		yield* parts;
	}
}

const subscribed = (server: EngineServer) =>
	until('the subscription is open', async () => /matterkit_gateway_cohorts 1/.test(await server.metrics.metrics()));

test('a subscription streams as server-sent events until the client leaves', async () => {
	await using server = await startEngine();
	const stream = events(server, { query });
	const first = stream.next();
	await subscribed(server);
	assert.deepEqual(
		[...server.engine.viewers()].map(({ userId }) => userId),
		['u1'],
	);
	await server.topics.publish('general', said('hello'));
	assert.equal((await first).value, 'event: next\ndata: {"data":{"onNewChatMessage":{"message":{"message":"hello"}}}}');
	await stream.return(undefined);
	await until('the subscription is closed', async () =>
		/matterkit_gateway_streams 0/.test(await server.metrics.metrics()),
	);
	assert.match(await server.metrics.metrics(), /matterkit_gateway_cohorts 0/);
});

test('a query over SSE is one event, then complete', async () => {
	await using server = await startEngine();
	assert.deepEqual(await Array.fromAsync(events(server, { query: '{whoAmI}' })), [
		'event: next\ndata: {"data":{"whoAmI":"u1"}}',
		'event: complete\ndata:',
	]);
});

test('a stream ends when its viewer is disconnected, and when its token expires, and says so', async () => {
	await using server = await startEngine();
	const out = Array.fromAsync(events(server, { query }));
	await subscribed(server);
	assert.equal(
		server.engine.disconnect(({ userId }) => userId === 'u1', 'logged out'),
		1,
	);
	assert.match((await out).join('\n'), /logged out/);
	const expired = await Array.fromAsync(events(server, { query }, `u1:${Date.now() + 3_000}`));
	assert.match(expired.join('\n'), /the token has expired.*\nevent: complete/);
});

test('a bad document is refused with 400 before the stream begins', async () => {
	await using server = await startEngine();
	const { status } = await server.post({ query: 'subscription{nothing}' }, { accept: 'text/event-stream' });
	assert.equal(status, 400);
});

test('a stream that is not read is cut, and what waits for it is bounded; who reads gets everything', async () => {
	const queueBytes = 200_000;
	await using server = await startEngine({ limits: { queueBytes } });
	const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
	const body = JSON.stringify({ query });
	socket.write(
		`POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: JWT u1\r\nAccept: text/event-stream\r\n` +
			`Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
	);
	await subscribed(server);
	const quick = events(server, { query }, 'u2');
	const first = quick.next();
	await until('both listen', async () => /streams 2/.test(await server.metrics.metrics()));
	// It never reads, so the kernel's buffers on both sides fill up first, however much they take.
	const text = 'x'.repeat(10_000);
	let most = 0;
	let heard = first;
	for (let i = 0; i < 30_000 && (await server.metric('streams')) === 2; i++) {
		await server.topics.publish('general', said(text));
		most = Math.max(most, await server.metric('queued_bytes'));
		assert.match((await heard).value ?? '', /xxx/);
		heard = quick.next();
	}
	assert.match(await server.metrics.metrics(), /matterkit_gateway_streams 1/);
	assert.ok(most > queueBytes / 2 && most < queueBytes + 20_000, `${most} bytes waited`);
	socket.destroy();
	void heard.catch(() => {});
});

test('a drain cuts streams without complete, so that their clients come back', async () => {
	await using server = await startEngine();
	const out = Array.fromAsync(events(server, { query }));
	await subscribed(server);
	await server.engine.drain({ window: 0, grace: 1_000 });
	assert.doesNotMatch((await out).join('\n'), /complete/);
});

test('line ends of any kind within a message do not break an event in two', async () => {
	await using server = await startEngine();
	const stream = events(server, { query });
	const first = stream.next();
	await subscribed(server);
	const text = 'one\ntwo\r\n\rthree\u2028data: x\n\nevent: complete';
	await server.topics.publish('general', said(text));
	const [event, data, ...more] = ((await first).value ?? '').split(/\r\n|\r|\n/);
	assert.deepEqual([event, more], ['event: next', []]);
	assert.equal(JSON.parse(data?.replace('data: ', '') ?? '').data.onNewChatMessage.message.message, text);
	await stream.return(undefined);
});

test('only who wants nothing but a stream gets one for a query; a subscription is streamed to whoever takes streams', async () => {
	await using server = await startEngine();
	// What urql sends, whatever it asks.
	const accept =
		'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed';
	const { body } = await server.post({ query: '{whoAmI}' }, { accept, authorization: 'JWT u1' });
	assert.deepEqual(body, { data: { whoAmI: 'u1' } });
	const leave = new AbortController();
	const { headers } = await fetch(server.url, {
		method: 'POST',
		headers: { accept, 'content-type': 'application/json', authorization: 'JWT u1' },
		body: JSON.stringify({ query }),
		signal: leave.signal,
	});
	assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8');
	leave.abort();
});

test('a silent stream brings a comment every 12 seconds, so that no proxy takes it for dead', async () => {
	await using server = createServer((_request, response) => {
		const caller = { viewer: null, refusal: null, requestId: 'r1', address: '' };
		const stream = new EventStream(response, caller, defaultLimits, 0);
		for (let now = 0; now <= 36_000; now += 1_000) stream.tick(now);
		stream.cut();
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	assert.equal(await response.text(), ':\n\n'.repeat(3));
});
