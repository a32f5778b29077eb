// The npm client graphql-sse, in its distinct connections mode, as the oracle of server-sent events.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { createClient, type ExecutionResult } from 'graphql-sse';
import { said } from '../testing/chat-schema.ts';
import { type EngineServer, startEngine } from '../testing/engine-server.ts';

const subscription = 'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){message{message}}}';
const heard = (message: string) => ({ data: { onNewChatMessage: { message: { message } } } });

/** Waits until so many of the one subscription are heard: none or one. */
const open = (server: EngineServer, count: 0 | 1) =>
	until(`${count} subscriptions`, async () => (await server.metric('cohorts')) === count);

test('the npm client graphql-sse asks, subscribes and unsubscribes', async () => {
	await using server = await startEngine();
	const client = createClient({ url: server.url, headers: { Authorization: 'JWT u1' }, retryAttempts: 0 });
	const answers = async (query: string) => Array.fromAsync(client.iterate({ query }));
	assert.deepEqual(await answers('{whoAmI}'), [{ data: { whoAmI: 'u1' } }]);
	assert.deepEqual(await answers('mutation{nothing}'), [{ data: { nothing: 'done' } }]);
	const messages = client.iterate({ query: subscription, variables: { c: 'general' } });
	const first = messages.next();
	await open(server, 1);
	for (const message of ['one', 'two']) await server.topics.publish('general', said(message));
	assert.deepEqual((await first).value, heard('one'));
	assert.deepEqual((await messages.next()).value, heard('two'));
	await messages.return?.();
	await open(server, 0);
	client.dispose();
});

test('graphql-sse sees a subscription that is withdrawn end with its reason, and does not come back', async () => {
	await using server = await startEngine();
	let connections = 0;
	const client = createClient({
		url: server.url,
		headers: { Authorization: 'JWT u1' },
		retry: async () => {},
		on: { connecting: () => void connections++ },
	});
	const withdrawn = Array.fromAsync<ExecutionResult<Record<string, unknown>, unknown>>(
		client.iterate({ query: subscription, variables: { c: 'general' } }),
	);
	await open(server, 1);
	server.engine.disconnect(({ userId }) => userId === 'u1', 'logged out');
	assert.deepEqual(
		(await withdrawn).map(({ errors }) => errors?.map(({ message }) => message)),
		[['logged out']],
	);
	assert.equal(connections, 1);
	client.dispose();
});

test('graphql-sse comes back when its stream is cut by a server that is replaced, and hears again', async () => {
	await using old = await startEngine();
	await using replacement = await startEngine();
	let url = old.url;
	const client = createClient({ url: () => url, headers: { Authorization: 'JWT u1' }, retry: async () => {} });
	const messages = client.iterate({ query: subscription, variables: { c: 'general' } });
	const first = messages.next();
	await open(old, 1);
	url = replacement.url;
	await old.engine.drain({ window: 0, grace: 0 });
	await open(replacement, 1);
	await replacement.topics.publish('general', said('again'));
	assert.deepEqual((await first).value, heard('again'));
	await messages.return?.();
	client.dispose();
});

test('EventSource, which can only GET, gets the same events', async () => {
	await using server = await startEngine();
	const url = new URL(server.url);
	url.search = String(new URLSearchParams({ query: subscription, variables: JSON.stringify({ c: 'general' }) }));
	const leave = new AbortController();
	const response = await fetch(url, {
		headers: { accept: 'text/event-stream', authorization: 'JWT u1' },
		signal: leave.signal,
	});
	assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
	const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
	await open(server, 1);
	await server.topics.publish('general', said('hello'));
	assert.equal((await reader?.read())?.value, `event: next\ndata: ${JSON.stringify(heard('hello'))}\n\n`);
	leave.abort();
	await open(server, 0);
});
