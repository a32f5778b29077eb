import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { said } from '../testing/chat-schema.ts';
import { type EngineServer, startEngine } from '../testing/engine-server.ts';

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
	const expired = await Array.fromAsync(events(server, { query }, `u1:${Date.now() + 100}`));
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
	// It never reads, so the kernel's buffers on both sides fill up first.
	const text = 'x'.repeat(10_000);
	let most = 0;
	let heard = first;
	for (let i = 0; i < 2_000; i++) {
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
