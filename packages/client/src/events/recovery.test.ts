// Catch-ups that are cut, repeated, or race with what comes live, over real sockets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Post } from '@mattermost/types/posts';
import type { EventType } from './event.ts';
import { EventStream, type EventStreamOptions } from './stream.ts';
import { aPost } from './testing/posts.ts';
import { aChannel, aList, type ScriptedRest, scriptedRest } from './testing/rest.ts';
import { me, type Peer, type ScriptedServer, scriptedServer } from './testing/scripted-server.ts';

const channels = '/api/v4/users/me/channels';
const postsOf = (id: string) => `/api/v4/channels/${id}/posts`;
const timing = { waiting: { shortest: 1, longest: 20 } };

/** A stream that is live and knows its channels. */
async function liveStream<T extends EventType>(
	server: ScriptedServer,
	{ read }: ScriptedRest,
	options: EventStreamOptions<T>,
): Promise<{ stream: EventStream<T>; peer: Peer }> {
	const stream = new EventStream(server.connection(read), { timing, ...options });
	const peer = await server.peer();
	peer.hello('first');
	await stream.ready();
	while (!stream.position().channels) await new Promise(setImmediate);
	return { stream, peer };
}

/** Cuts the connection; the next one is another, at a later time of the server. */
async function reconnected(server: ScriptedServer, peer: Peer, serverTime: number): Promise<Peer> {
	peer.cut();
	const next = await server.peer();
	next.serverTime = serverTime;
	next.hello(`at ${serverTime}`);
	return next;
}

/** Waits until the stream is in the state. */
async function inState(stream: EventStream<never> | EventStream, state: string): Promise<void> {
	if (stream.state === state) return;
	const there = Promise.withResolvers<void>();
	const stop = stream.on('state', (to) => to === state && there.resolve());
	await there.promise;
	stop();
}

test('a change of membership is told once, though the catch-up was cut between its system post and its event', async () => {
	await using server = await scriptedServer();
	let rows: Post[] = [];
	const rest = scriptedRest({ [channels]: () => [aChannel('c')], [postsOf('c')]: () => aList(rows) });
	// One event has room: the second waits for it, and is thrown away by the cut.
	const options = { types: ['posted', 'user_added', 'typing'], buffer: 1 } as const;
	const { stream, peer } = await liveStream(server, rest, options);
	await using _ = stream;
	const joined = { type: 'system_add_to_channel', props: { addedUserId: 'bob' } } as const;
	rows = [
		aPost({ id: 'before', create_at: 1_000_400, channel_id: 'c' }),
		aPost({ id: 'joined', create_at: 1_000_500, channel_id: 'c', ...joined }),
		aPost({ id: 'after', create_at: 1_000_600, channel_id: 'c' }),
	];
	const second = await reconnected(server, peer, 1_002_000);
	const events = stream[Symbol.asyncIterator]();
	await events.next();
	const third = await reconnected(server, second, 1_003_000);
	await third.action('ping');
	const told: string[] = [];
	for (let count = 0; count < 3; count++) told.push(String((await events.next()).value?.type));
	await inState(stream as never, 'live');
	third.event('typing', { user_id: 'ada', parent_id: '' });
	told.push(String((await events.next()).value?.type));
	assert.deepEqual(told, ['posted', 'user_added', 'posted', 'typing']);
});

test('who is removed from a channel while the channels are read hears it once', async () => {
	await using server = await scriptedServer();
	let mine = [aChannel('c'), aChannel('d')];
	const rest = scriptedRest({ [channels]: () => mine, [postsOf('c')]: () => aList([]) });
	const { stream, peer } = await liveStream(server, rest, { types: ['user_removed', 'typing'] });
	await using _ = stream;
	mine = [aChannel('c')];
	const second = await reconnected(server, peer, 1_001_000);
	second.event('user_removed', { channel_id: 'd', remover_id: 'x' }, { user_id: me });
	await inState(stream as never, 'live');
	second.event('typing', { user_id: 'ada', parent_id: '' });
	const told: string[] = [];
	for await (const { type } of stream) if (told.push(type) && type === 'typing') break;
	assert.deepEqual(told, ['user_removed', 'typing']);
});

test('an edit made while a catch-up reads does not hide what came live, should that be cut', async () => {
	await using server = await scriptedServer();
	let rows: Post[] = [];
	const since: number[] = [];
	const asked = Promise.withResolvers<void>();
	const rest = scriptedRest({
		[channels]: () => [aChannel('c')],
		[postsOf('c')]: (params) => {
			if (since.push(Number(params.since)) === 2) asked.resolve();
			return aList(rows);
		},
	});
	const { stream, peer } = await liveStream(server, rest, { types: ['post_edited'], buffer: 1 });
	await using _ = stream;
	const edits = [1_160_001, 1_160_002, 1_160_003];
	rows = edits.map((edit_at) => aPost({ id: `edited at ${edit_at}`, create_at: 900_000, edit_at, channel_id: 'c' }));
	const second = await reconnected(server, peer, 1_100_000);
	const events = stream[Symbol.asyncIterator]();
	await events.next();
	await reconnected(server, second, 1_170_000);
	for (let count = 0; count < 2; count++) await events.next();
	await asked.promise;
	// 15 seconds before the pong of the catch-up that was cut, not before the edit.
	assert.equal(since[1], 1_085_000);
});

test('who wants nothing that can be read reads nothing', async () => {
	await using server = await scriptedServer();
	const rest = scriptedRest({});
	await using stream = new EventStream(server.connection(rest.read), { timing, types: ['typing', 'resync'] });
	const peer = await server.peer();
	peer.hello('first');
	await stream.ready();
	await reconnected(server, peer, 1_001_000);
	const { value } = await stream[Symbol.asyncIterator]().next();
	assert.equal(value?.type, 'resync');
	assert.deepEqual(rest.asked, []);
});

test('a second hello on a connection is a new connection: what was missed is read up to it', async () => {
	await using server = await scriptedServer();
	let rows: Post[] = [];
	const rest = scriptedRest({ [channels]: () => [aChannel('c')], [postsOf('c')]: () => aList(rows) });
	const { stream, peer } = await liveStream(server, rest, { types: ['posted'] });
	await using _ = stream;
	rows = [aPost({ id: 'missed', create_at: 1_030_000, channel_id: 'c' })];
	peer.serverTime = 1_040_000;
	peer.hello('second');
	const { value } = await stream[Symbol.asyncIterator]().next();
	assert.equal(value?.data.post.id, 'missed');
});

test('an edit is told, though the catch-up was cut behind the post that was made and edited', async () => {
	await using server = await scriptedServer();
	let rows: Post[] = [];
	const rest = scriptedRest({ [channels]: () => [aChannel('c')], [postsOf('c')]: () => aList(rows) });
	const { stream, peer } = await liveStream(server, rest, { types: ['posted', 'post_edited'] });
	rows = [aPost({ id: 'edited', create_at: 1_000_500, edit_at: 1_000_600, channel_id: 'c' })];
	await reconnected(server, peer, 1_002_000);
	await stream[Symbol.asyncIterator]().next();
	const position = stream.position();
	await stream.close();
	await using again = new EventStream(server.connection(rest.read), { timing, position });
	(await server.peer()).hello('third');
	const told: string[] = [];
	for await (const { type } of again) if (type !== 'hello' && told.push(type)) break;
	assert.deepEqual(told, ['post_edited']);
});

test('a change whose event was lost is told, though its system post comes live', async () => {
	await using server = await scriptedServer();
	const rest = scriptedRest({ [channels]: () => [aChannel('c')], [postsOf('c')]: () => aList([]) });
	const { stream, peer } = await liveStream(server, rest, { types: ['posted', 'user_added', 'typing'] });
	await using _ = stream;
	const second = await reconnected(server, peer, 1_002_000);
	const about = { type: 'system_add_to_channel', props: { addedUserId: 'bob' } } as const;
	const post = aPost({ id: 'joined', create_at: 1_002_001, channel_id: 'c', ...about });
	second.event('posted', { post: JSON.stringify(post), team_id: 'team' }, { channel_id: 'c' });
	await inState(stream as never, 'live');
	second.event('typing', { user_id: 'ada', parent_id: '' });
	const told: string[] = [];
	for await (const { type } of stream) if (told.push(type) && type === 'typing') break;
	assert.deepEqual(told, ['user_added', 'posted', 'typing']);
});

test('a consumer that is too slow again while that is read is said to be the reason again', async () => {
	await using server = await scriptedServer();
	const asked = Promise.withResolvers<void>();
	const answer = Promise.withResolvers<object>();
	const rest = scriptedRest({
		[channels]: () => [aChannel('c')],
		[postsOf('c')]: () => {
			asked.resolve();
			return answer.promise;
		},
	});
	const { stream, peer } = await liveStream(server, rest, { types: ['post_edited', 'typing', 'resync'], buffer: 1 });
	await using _ = stream;
	const typeTwice = () => {
		for (const user_id of ['ada', 'bob']) peer.event('typing', { user_id, parent_id: '' });
	};
	typeTwice();
	await asked.promise;
	typeTwice();
	// Answered behind the second overflow.
	const statuses = stream.statuses();
	peer.reply((await peer.action('get_statuses')).seq, {});
	await statuses;
	answer.resolve(aList([]));
	const reasons: string[] = [];
	for await (const event of stream) {
		if (event.type === 'resync' && reasons.push(event.data.reason) === 2) break;
	}
	assert.deepEqual(reasons, ['slow-consumer', 'slow-consumer']);
});

test('a channel that is archived while the channels are read is told once', async () => {
	await using server = await scriptedServer();
	let mine = [aChannel('c'), aChannel('d')];
	const rest = scriptedRest({
		[channels]: () => mine,
		[postsOf('c')]: () => aList([]),
		[postsOf('d')]: () => aList([]),
		'/api/v4/channels/d': () => ({ ...aChannel('d'), delete_at: 1_000_990 }),
	});
	const { stream, peer } = await liveStream(server, rest, { types: ['channel_deleted', 'typing'] });
	await using _ = stream;
	mine = [aChannel('c')];
	const second = await reconnected(server, peer, 1_001_000);
	second.event('channel_deleted', { channel_id: 'd', delete_at: 1_000_990 }, { team_id: 'team' });
	await inState(stream as never, 'live');
	second.event('typing', { user_id: 'ada', parent_id: '' });
	const told: string[] = [];
	for await (const { type } of stream) if (told.push(type) && type === 'typing') break;
	assert.deepEqual(told, ['channel_deleted', 'typing']);
});

test('a post made in the millisecond in which the stream began is told', async () => {
	await using server = await scriptedServer();
	let rows: Post[] = [];
	const rest = scriptedRest({ [channels]: () => [aChannel('c')], [postsOf('c')]: () => aList(rows) });
	const { stream, peer } = await liveStream(server, rest, { types: ['posted', 'resync'] });
	await using _ = stream;
	rows = [aPost({ id: 'p', create_at: 1_000_000, channel_id: 'c' })];
	await reconnected(server, peer, 1_001_000);
	const { value } = await stream[Symbol.asyncIterator]().next();
	assert.equal(value?.type, 'posted');
});
