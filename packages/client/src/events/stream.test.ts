import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStream } from './stream.ts';
import { scriptedServer } from './testing/scripted-server.ts';

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
