import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChatSchemaOptions, said } from '../testing/chat-schema.ts';
import { type EngineServer, startEngine } from '../testing/engine-server.ts';
import { Listener } from '../testing/listener.ts';

type Subscribe = NonNullable<ChatSchemaOptions['subscribe']>;

const query =
	'subscription s($c:String!,$after:String){onNewChatMessage(channelIdentifier:$c,after:$after){message{message}}}';
const general = { c: 'general' };
const post = (message: string) => ({ key: message, event: said(message).event });
const live = (message: string) => said(message, 'dave', message);
const cohorts = (server: EngineServer) => server.metric('cohorts');

test('an event is executed once for all who asked the same, however they wrote it', async () => {
	let executed = 0;
	await using server = await startEngine({ executed: () => executed++ });
	await using one = await Listener.of(server, 'u1');
	await using two = await Listener.of(server, 'u2');
	await one.subscribe('a', query, general);
	await one.subscribe('b', query.replaceAll(',', ' ,\n'), { ...general, unused: 1 });
	await two.subscribe('a', query, { after: null, ...general });
	await two.subscribe('c', 'subscription{onNewChatMessage(channelIdentifier:"general"){message{message}}}');
	assert.equal(await cohorts(server), 2);
	await server.topics.publish('general', said('once'));
	assert.deepEqual(await one.heard(2), ['once', 'once']);
	assert.deepEqual(await two.heard(2), ['once', 'once']);
	assert.equal(executed, 2);
});

test('the twentieth event, executed by compiled code, reads like the first', async () => {
	await using server = await startEngine();
	await using one = await Listener.of(server, 'u1');
	await one.subscribe('a', query, general);
	const frames = [];
	for (let i = 0; i < 20; i++) {
		await server.topics.publish('general', said('same'));
		frames.push(await one.next());
	}
	for (const frame of frames) assert.deepEqual(frame, frames[0]);
	assert.deepEqual(frames[0], {
		id: 'a',
		type: 'next',
		payload: { data: { onNewChatMessage: { message: { message: 'same' } } } },
	});
});

test('a cohort is gone when its last subscriber leaves', async () => {
	await using server = await startEngine();
	await using one = await Listener.of(server, 'u1');
	await one.subscribe('a', query, general);
	assert.equal(await cohorts(server), 1);
	one.send({ id: 'a', type: 'complete' });
	await one.settle();
	assert.equal(await cohorts(server), 0);
});

test('a field that is not shared is executed for each viewer', async () => {
	await using server = await startEngine();
	await using one = await Listener.of(server, 'u1');
	await using two = await Listener.of(server, 'u2');
	const mine = 'subscription{onNewChatMessage(channelIdentifier:"general"){message{mine}}}';
	await one.subscribe('a', mine);
	await two.subscribe('a', mine);
	assert.equal(await cohorts(server), 2);
	await server.topics.publish('general', said('x'));
	const answer = (value: boolean) => ({
		id: 'a',
		type: 'next',
		payload: { data: { onNewChatMessage: { message: { mine: value } } } },
	});
	assert.deepEqual(await one.next(), answer(true));
	assert.deepEqual(await two.next(), answer(false));
});

test('a shared field that looks at the viewer fails, instead of telling one viewer what is another one’s', async () => {
	await using server = await startEngine();
	await using one = await Listener.of(server, 'u1');
	await one.subscribe('a', 'subscription{onNewChatMessage(channelIdentifier:"general"){message{spying}}}');
	await server.topics.publish('general', said('x'));
	assert.match(
		JSON.stringify(await one.next()),
		/"spying":null.*An unknown error occurred|An unknown error occurred.*"spying":null/,
	);
	assert.match(server.log.join('\n'), /a shared field read viewer\.userId/);
});

test('viewers of different classes are different cohorts', async () => {
	const subscribe: Subscribe = (_args, context) => ({
		viewerClass: context.viewer?.userId === 'u1' ? 'admin' : 'member',
	});
	await using server = await startEngine({ subscribe });
	await using one = await Listener.of(server, 'u1');
	await using two = await Listener.of(server, 'u2');
	const forClass = 'subscription{onNewChatMessage(channelIdentifier:"general"){message{forClass}}}';
	await one.subscribe('a', forClass);
	await two.subscribe('a', forClass);
	await server.topics.publish('general', said('x'));
	assert.match(JSON.stringify(await one.next()), /"admin"/);
	assert.match(JSON.stringify(await two.next()), /"member"/);
});

test('a subscriber hears only the kinds of events that it named', async () => {
	await using server = await startEngine({ subscribe: () => ({ kinds: ['posted'] }) });
	await using one = await Listener.of(server, 'u1');
	await one.subscribe('a', query, general);
	await server.topics.publish('general', { type: 'event', key: 't', event: { kind: 'typing' } });
	await server.topics.publish('general', { type: 'note', note: { any: 'thing' } });
	await server.topics.publish('general', said('heard'));
	assert.deepEqual(await one.heard(1), ['heard']);
});

test('what was missed is replayed first, then live, nothing twice; after is no part of the cohort', async () => {
	const release = Promise.withResolvers<void>();
	async function* replay() {
		yield post('missed 1');
		yield post('missed 2');
		await release.promise;
		yield post('missed 3');
	}
	await using server = await startEngine({
		subscribe: ({ after }) => (after ? { replay: replay() } : {}),
	});
	await using late = await Listener.of(server, 'u1');
	await using other = await Listener.of(server, 'u2');
	await other.subscribe('o', query, general);
	late.send({ id: 'l', type: 'subscribe', payload: { query, variables: { ...general, after: 'missed 0' } } });
	assert.deepEqual(await late.heard(2), ['missed 1', 'missed 2']);
	assert.equal(await cohorts(server), 1);
	await server.topics.publish('general', live('missed 3'));
	await server.topics.publish('general', live('live 4'));
	assert.deepEqual(await other.heard(2), ['missed 3', 'live 4']);
	release.resolve();
	assert.deepEqual(await late.heard(2), ['missed 3', 'live 4']);
	await server.topics.publish('general', live('missed 2'));
	await server.topics.publish('general', live('live 5'));
	assert.deepEqual(await late.heard(1), ['live 5']);
	assert.deepEqual(await other.heard(2), ['missed 2', 'live 5']);
});

test('what the subscriber had before, at another node, is not sent when this one hears of it', async () => {
	async function* replay() {
		yield { key: 'had' };
		yield post('missed');
	}
	await using server = await startEngine({ subscribe: () => ({ replay: replay() }) });
	await using one = await Listener.of(server, 'u1');
	one.send({ id: 'a', type: 'subscribe', payload: { query, variables: general } });
	assert.deepEqual(await one.heard(1), ['missed']);
	await server.topics.publish('general', live('had'));
	await server.topics.publish('general', live('new'));
	assert.deepEqual(await one.heard(1), ['new']);
});

test('a replay is given up when its subscriber leaves', async () => {
	const returned = Promise.withResolvers<void>();
	const ended = Promise.withResolvers<void>();
	async function* replay() {
		try {
			for (let i = 0; ; i++) {
				yield post(`missed ${i}`);
				await new Promise((resolve) => setImmediate(resolve));
			}
		} finally {
			returned.resolve();
		}
	}
	await using server = await startEngine({ subscribe: () => ({ replay: replay(), ended: ended.resolve }) });
	await using one = await Listener.of(server, 'u1');
	one.send({ id: 'a', type: 'subscribe', payload: { query, variables: general } });
	await one.heard(1);
	one.send({ id: 'a', type: 'complete' });
	await returned.promise;
	await ended.promise;
});

test('a replay that fails ends the operation and tells no secret', async () => {
	// biome-ignore lint/correctness/useYield: it fails before it yields
	async function* replay(): AsyncGenerator<ReturnType<typeof post>> {
		throw new Error('token=hunter2');
	}
	await using server = await startEngine({ subscribe: () => ({ replay: replay() }) });
	await using one = await Listener.of(server, 'u1');
	one.send({ id: 'a', type: 'subscribe', payload: { query, variables: general } });
	assert.deepEqual(await one.heard(1), ['error: An unknown error occurred.']);
	assert.equal(await cohorts(server), 0);
});

test('a replay that can not keep up with what happens meanwhile ends the operation', async () => {
	async function* replay() {
		yield post('missed');
		await new Promise(() => {});
	}
	await using server = await startEngine({ subscribe: () => ({ replay: replay() }), limits: { heldEvents: 2 } });
	await using one = await Listener.of(server, 'u1');
	one.send({ id: 'a', type: 'subscribe', payload: { query, variables: general } });
	await one.heard(1);
	for (const text of ['a', 'b', 'c']) await server.topics.publish('general', said(text));
	assert.deepEqual(await one.heard(1), ['error: too much happened while the past was replayed']);
});

test('an operation whose signal aborts ends with its reason; the others of the socket go on', async () => {
	const membership = new AbortController();
	let ended = 0;
	await using server = await startEngine({
		subscribe: ({ channelIdentifier }) =>
			channelIdentifier === 'general' ? { signal: membership.signal, ended: () => ended++ } : {},
	});
	await using one = await Listener.of(server, 'u1');
	await one.subscribe('a', query, general);
	await one.subscribe('b', query, { c: 'random' });
	membership.abort(new Error('you are not in this channel any more'));
	await server.topics.publish('general', said('secret'));
	await server.topics.publish('random', said('fine'));
	assert.deepEqual(await one.heard(2), ['error: you are not in this channel any more', 'fine']);
	assert.equal(ended, 1);
	one.send({ id: 'c', type: 'subscribe', payload: { query, variables: general } });
	assert.deepEqual(await one.heard(1), ['error: you are not in this channel any more']);
});

test('an end entry ends the operations of one user on that topic, in order with the messages', async () => {
	await using server = await startEngine();
	await using one = await Listener.of(server, 'u1');
	await using two = await Listener.of(server, 'u2');
	await one.subscribe('a', query, general);
	await two.subscribe('a', query, general);
	await server.topics.publish('general', said('before'));
	await server.topics.publish('general', { type: 'end', userId: 'u1', message: 'removed from the channel' });
	await server.topics.publish('general', said('after'));
	await server.topics.publish('general', { type: 'end', message: 'the channel was archived' });
	assert.deepEqual(await one.heard(2), ['before', 'error: removed from the channel']);
	assert.deepEqual(await two.heard(3), ['before', 'after', 'error: the channel was archived']);
	assert.equal(await cohorts(server), 0);
});

test('ended is called when the client left before the subscription had begun', async () => {
	const gate = Promise.withResolvers<void>();
	const ended = Promise.withResolvers<void>();
	await using server = await startEngine({ subscribe: () => ({ ended: ended.resolve }), slow: () => gate.promise });
	await using one = await Listener.of(server, 'u1');
	one.send({ id: 'a', type: 'subscribe', payload: { query, variables: general } }, { id: 'a', type: 'complete' });
	gate.resolve();
	await ended.promise;
	assert.equal(await cohorts(server), 0);
});
