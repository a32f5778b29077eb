import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { UpgradeError } from './errors.ts';
import { memoryStore } from './session-store.ts';
import { EventStream } from './stream.ts';
import { scriptedServer } from './testing/scripted-server.ts';

const tokenUnknown = async () => {
	throw Object.assign(new Error('401'), { status: 401 });
};
const fast = { waiting: { shortest: 20, longest: 100 } };
const post = (id: string, message: string) =>
	JSON.stringify({
		id: id.padEnd(26, '0'),
		create_at: 1_000,
		update_at: 1_000,
		edit_at: 0,
		delete_at: 0,
		user_id: 'u',
		channel_id: 'c',
		message,
	});

test('events come decoded, in order, by `for await`', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection());
	const peer = await server.peer();
	assert.equal(peer.authorization, 'Bearer the-token');
	peer.hello('conn');
	await stream.ready();
	peer.event('posted', { post: post('p1', 'hi'), mentions: '["me"]' }, { channel_id: 'c' });
	peer.event('custom_poll_opened', { poll: '{"id":1}' });
	const seen = [];
	for await (const event of stream) {
		seen.push(event);
		if (seen.length === 3) break;
	}
	const [hello, posted, custom] = seen;
	assert.equal(hello?.type, 'hello');
	assert.ok(posted?.type === 'posted');
	assert.equal(posted.data.post.message, 'hi');
	assert.deepEqual(posted.data.mentions, ['me']);
	assert.deepEqual([posted.seq, posted.source], [1, 'live']);
	assert.deepEqual(custom?.data, { poll: '{"id":1}' });
	assert.equal(stream.state, 'closed');
});

test('a cut connection is resumed where it ended, and the replayed events say so', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection(), { types: ['posted'], timing: fast });
	const events = stream[Symbol.asyncIterator]();
	const first = await server.peer();
	first.hello('conn');
	await stream.ready();
	first.event('posted', { post: post('p1', 'one') });
	assert.equal((await events.next()).value?.data.post.message, 'one');
	first.cut();
	const second = await server.peer();
	assert.equal(second.query.get('connection_id'), 'conn');
	assert.equal(second.query.get('sequence_number'), '2');
	second.event('posted', { post: post('p2', 'two') });
	const { value } = await events.next();
	assert.deepEqual([value?.data.post.message, value?.seq, value?.source], ['two', 2, 'resumed']);
});

test('an edit that the server replays after a restart is told, though its clock was set back since the post', async () => {
	await using server = await scriptedServer();
	const first = new EventStream(server.connection(), { types: ['posted'] });
	const peer = await server.peer();
	peer.hello('conn');
	await first.ready();
	peer.event('posted', { post: post('p1', 'one') });
	await first[Symbol.asyncIterator]().next();
	await first.close();
	await using second = new EventStream(server.connection(), { types: ['post_edited'], position: first.position() });
	const edited = { ...JSON.parse(post('p1', 'one, edited')), update_at: 900, edit_at: 900 };
	(await server.peer()).event('post_edited', { post: JSON.stringify(edited) });
	const { value } = await second[Symbol.asyncIterator]().next();
	assert.equal(value?.data.post.message, 'one, edited');
});

test('an action is answered, and rejected when the stream is closed', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection());
	const peer = await server.peer();
	peer.hello('conn');
	await stream.ready();
	const statuses = stream.statuses(['u1']);
	const asked = await peer.action('get_statuses_by_ids');
	assert.deepEqual(asked.data, { user_ids: ['u1'] });
	peer.reply(asked.seq, { u1: 'away' });
	assert.deepEqual(await statuses, { u1: 'away' });
	const typing = stream.typing('c');
	await peer.action('user_typing');
	await Promise.all([stream.close(), assert.rejects(typing, { name: 'StreamClosedError' })]);
	await assert.rejects(stream.typing('c'), { name: 'StreamClosedError' });
});

test('an action of more than 8,192 bytes is refused before it is sent', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection());
	(await server.peer()).hello('conn');
	await stream.ready();
	await assert.rejects(stream.statuses(Array(300).fill('u'.repeat(26))), { name: 'ActionTooLargeError' });
	assert.equal(stream.state, 'live');
});

for (const [status, contentType, obstacle] of [
	[403, 'application/json', 'forbidden'],
	[404, 'application/json', 'not-found'],
	[200, 'text/html', 'not-websocket'],
] as const) {
	test(`an upgrade answered with ${status} (${contentType}) ends the first connection as "${obstacle}"`, async () => {
		await using server = await scriptedServer();
		server.refuseNext(status, contentType);
		await using stream = new EventStream(server.connection());
		await assert.rejects(stream.ready(), { name: 'UpgradeError', obstacle, status });
		assert.equal(stream.state, 'refused');
		await assert.rejects(Array.fromAsync(stream), { obstacle });
	});
}

test('an upgrade answered with 401 is tried again if the token is good, and ends the stream if it is not', async () => {
	await using server = await scriptedServer();
	server.refuseNext(401);
	await using stream = new EventStream(server.connection(), { timing: fast });
	(await server.peer()).hello('conn');
	await stream.ready();
	server.refuseNext(401);
	await using refused = new EventStream(server.connection(tokenUnknown), { timing: fast });
	await assert.rejects(refused.ready(), { name: 'TokenRefusedError' });
});

test('a server that is not available yet is waited for', async () => {
	await using server = await scriptedServer();
	for (const status of [503, 502]) server.refuseNext(status, 'text/html');
	await using stream = new EventStream(server.connection(), { timing: fast });
	(await server.peer()).hello('conn');
	await stream.ready();
});

test('a token that the server does not know ends the stream before the server closes the silent socket', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection(tokenUnknown));
	(await server.peer()).answersPings = false;
	await assert.rejects(stream.ready(), { name: 'TokenRefusedError' });
});

test('a half-open connection is given up and resumed', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection(), { timing: { ...fast, heartbeat: 50, deadline: 1_000 } });
	const silent = await server.peer();
	silent.hello('conn');
	await stream.ready();
	silent.answersPings = false;
	const next = await server.peer();
	assert.equal(next.query.get('connection_id'), 'conn');
	await silent.gone();
	assert.equal(server.open(), 1);
});

test('an event that is missing in the middle is fetched from the server again', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection(), { types: ['posted'], timing: fast });
	const events = stream[Symbol.asyncIterator]();
	const first = await server.peer();
	first.hello('conn');
	await stream.ready();
	first.skip(1);
	first.event('posted', { post: post('p2', 'two') });
	const second = await server.peer();
	assert.equal(second.query.get('sequence_number'), '1');
	for (const message of ['one', 'two']) second.event('posted', { post: post(`p-${message}`, message) });
	for (const message of ['one', 'two']) assert.equal((await events.next()).value?.data.post.message, message);
});

test('an event that can not be read ends no stream: what it told is read from the server', async () => {
	await using server = await scriptedServer();
	const nothing = async () => [] as never;
	await using stream = new EventStream(server.connection(nothing), { timing: fast });
	let peer = await server.peer();
	peer.hello('conn');
	await stream.ready();
	const damaged = () => {
		peer.text('{"event": "posted", "data": {');
		peer.skip(1);
		peer.event('typing', { user_id: 'u', parent_id: '' });
	};
	damaged();
	peer = await server.peer();
	assert.equal(peer.query.get('connection_id'), 'conn');
	damaged();
	peer = await server.peer();
	assert.equal(peer.query.get('connection_id'), null);
	peer.hello('another');
	for await (const event of stream) if (event.type === 'resync') break;
});

test('handlers get events one after the other, and an error in one ends nothing', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection());
	const done: string[] = [];
	const failed = Promise.withResolvers<unknown>();
	const last = Promise.withResolvers<void>();
	stream.on('error', (error) => failed.resolve(error));
	stream.on('typing', async ({ data }) => {
		done.push(`begin ${data.user_id}`);
		await new Promise(setImmediate);
		done.push(`end ${data.user_id}`);
		if (data.user_id === 'a') throw new Error('a handler failed');
		last.resolve();
	});
	const peer = await server.peer();
	peer.hello('conn');
	await stream.ready();
	for (const user_id of ['a', 'b']) peer.event('typing', { user_id, parent_id: '' });
	await last.promise;
	assert.deepEqual(done, ['begin a', 'end a', 'begin b', 'end b']);
	assert.equal(((await failed.promise) as Error).message, 'a handler failed');
	assert.equal(stream.state, 'live');
});

test('a loop that begins beside handlers gets every event from then on', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection(), { types: ['typing', 'status_change'] });
	stream.on('status_change', () => {});
	const peer = await server.peer();
	peer.hello('conn');
	await stream.ready();
	const first = stream[Symbol.asyncIterator]().next();
	for (const user_id of ['a', 'b']) peer.event('typing', { user_id, parent_id: '' });
	const { value } = await first;
	assert.ok(value?.type === 'typing');
	assert.equal(value.data.user_id, 'a');
});

test('an event without data or broadcast, and a post that is no JSON, pass through', async () => {
	await using server = await scriptedServer();
	await using stream = new EventStream(server.connection());
	const peer = await server.peer();
	peer.hello('conn');
	await stream.ready();
	peer.text('{"event":"custom_odd","data":null,"seq":1}');
	peer.skip(1);
	peer.event('posted', { post: '{"type":"system_' });
	const types: string[] = [];
	for await (const event of stream) if (types.push(event.type) === 3) break;
	assert.deepEqual(types, ['hello', 'custom_odd', 'posted']);
});

test('an abort closes the stream, also before it is live', async () => {
	await using server = await scriptedServer();
	const abort = new AbortController();
	await using stream = new EventStream(server.connection(), { signal: abort.signal });
	const peer = await server.peer();
	abort.abort();
	await assert.rejects(stream.ready(), { name: 'StreamClosedError' });
	assert.deepEqual(await Array.fromAsync(stream), []);
	await peer.gone();
});

test('a position kept in a store goes on after a restart, and the event under way comes again', async () => {
	await using server = await scriptedServer();
	const store = memoryStore();
	const first = new EventStream(server.connection(), { types: ['typing'], store });
	const peer = await server.peer();
	peer.hello('conn');
	await first.ready();
	for (const user_id of ['a', 'b', 'c']) peer.event('typing', { user_id, parent_id: '' });
	for await (const event of first) if (event.data.user_id === 'b') break;
	await using second = new EventStream(server.connection(), { store });
	const again = await server.peer();
	// `a` was done with when `b` was asked for; `b` was not.
	assert.equal(again.query.get('sequence_number'), '2');
	await second.close();
});

test('the position of another user is refused', async () => {
	await using server = await scriptedServer();
	const first = new EventStream(server.connection());
	(await server.peer()).hello('conn');
	await first.ready();
	await first.close();
	await using second = new EventStream(server.connection(), { position: { ...first.position(), userId: 'someone' } });
	(await server.peer()).hello('other');
	await assert.rejects(second.ready(), /that of another user/);
});

test('the token is in no error', async () => {
	await using server = await scriptedServer();
	server.refuseNext(404);
	await using stream = new EventStream(server.connection());
	await assert.rejects(stream.ready(), (error) => !inspect(error).includes('the-token'));
});

test('an upgrade that is never answered is told from a connection that was lost', async () => {
	await using silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
	await once(silent, 'listening');
	const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
	const connection = { url, token: () => 'the-token', read: tokenUnknown };
	await using stream = new EventStream(connection, { timing: { ...fast, connectTimeout: 50 } });
	const error = await new Promise<Error | undefined>((resolve) => {
		stream.on('state', (state, error) => state === 'waiting' && resolve(error));
	});
	assert.ok(error instanceof UpgradeError);
	assert.equal(error.obstacle, 'timeout');
});

test('a server that can not be reached is waited for, and the state says why', async () => {
	const nowhere = { url: 'http://127.0.0.1:9', token: () => 'the-token', read: tokenUnknown };
	await using stream = new EventStream(nowhere);
	const [state, error] = await new Promise<[string, Error | undefined]>((resolve) => {
		stream.on('state', (state, error) => state === 'waiting' && resolve([state, error]));
	});
	assert.equal(state, 'waiting');
	assert.ok(error instanceof UpgradeError);
	assert.deepEqual([error.obstacle, error.code], ['unreachable', 'ECONNREFUSED']);
});
