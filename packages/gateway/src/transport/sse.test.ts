import assert from 'node:assert/strict';
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
