import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeFrame, type StreamEvent } from '@matterkit/client';
import { effectsOf } from './effects.ts';

const nowhere = {
	omit_users: null,
	user_id: '',
	channel_id: '',
	team_id: '',
	connection_id: '',
	omit_connection_id: '',
};
const post = {
	id: 'p1',
	user_id: 'u1',
	channel_id: 'c1',
	root_id: '',
	message: 'hello',
	type: '',
	create_at: 1,
	update_at: 1,
	edit_at: 0,
	delete_at: 0,
	is_pinned: false,
};

/** An event as the client decodes it. */
function event(type: string, data: object, broadcast: object = {}): StreamEvent {
	const frame = decodeFrame.decode(
		JSON.stringify({ event: type, data, broadcast: { ...nowhere, ...broadcast }, seq: 1 }),
	);
	assert.ok(frame && 'body' in frame);
	const { body } = frame;
	return {
		type: body.type,
		data: body.data,
		broadcast: body.broadcast,
		seq: 1,
		source: 'live',
	} as unknown as StreamEvent;
}
const effects = (type: string, data: object, broadcast: object = {}) =>
	effectsOf(event(type, data, broadcast), 'owner', () => 'unique');
const published = (type: string, data: object, broadcast: object = {}) =>
	effects(type, data, broadcast).flatMap((effect) => (effect.do === 'publish' ? [effect.publication.event(null)] : []));

test('a post of the channel is told to all, one for a single user to nobody', () => {
	const data = { post: JSON.stringify(post) };
	assert.equal(published('posted', data, { channel_id: 'c1' }).length, 1);
	assert.deepEqual(published('posted', data, { channel_id: 'c1', user_id: 'owner' }), []);
	assert.deepEqual(published('ephemeral_message', data, { channel_id: 'c1', user_id: 'owner' }), []);
	assert.deepEqual(published('post_edited', data, { channel_id: 'c1', user_id: 'owner' }), []);
	assert.deepEqual(published('post_deleted', data, { channel_id: 'c1', connection_id: 'x' }), []);
});

test('mentions and followers, which are the receiver’s own, are not told', () => {
	const data = { post: JSON.stringify(post), mentions: '["owner"]', followers: '["owner"]' };
	assert.doesNotMatch(
		JSON.stringify(published('posted', data, { channel_id: 'c1' })),
		/"owner"[^:]|mentions|followers/,
	);
});

test('who deleted a post, which only administrators are told, goes no further', () => {
	const data = { post: JSON.stringify(post), delete_by: 'the-admin' };
	const told = published('post_deleted', data, { channel_id: 'c1', contains_sensitive_data: true });
	assert.deepEqual(told, [{ kind: 'deleted', channelId: 'c1', messageId: 'p1', rootId: '' }]);
});

test('both shapes of a removal name the same user and channel', () => {
	const toOthers = effects('user_removed', { user_id: 'u2', remover_id: 'u1' }, { channel_id: 'c1' });
	assert.deepEqual(toOthers.at(-1), { do: 'left-channel', channelId: 'c1', userId: 'u2' });
	const toThem = effects('user_removed', { channel_id: 'c1', remover_id: 'u1' }, { user_id: 'owner' });
	assert.deepEqual(toThem, [{ do: 'left-channel', channelId: 'c1', userId: 'owner' }]);
});

test('what withdraws access is told apart', () => {
	assert.deepEqual(effects('leave_team', { team_id: 't1', user_id: 'u1' }, { team_id: 't1' }), [
		{ do: 'left-team', teamId: 't1', userId: 'u1' },
	]);
	assert.deepEqual(effects('channel_deleted', { channel_id: 'c1', delete_at: 5 }, { team_id: 't1' }), [
		{ do: 'archived', channelId: 'c1' },
	]);
	assert.deepEqual(effects('user_activation_status_change', {}), [{ do: 'check-viewers' }]);
});

test('every recorded frame of a real server is understood or left alone, and nothing personal is told', () => {
	const lines = readFileSync(new URL('../../../emulator/fixtures/websocket.jsonl', import.meta.url), 'utf8')
		.trim()
		.split('\n');
	const kinds = new Set<string>();
	for (const line of lines) {
		const { frames = [] } = JSON.parse(line) as {
			frames?: { in?: { event?: string; data: object; broadcast: object } }[];
		};
		for (const { in: frame } of frames) {
			if (!frame?.event) continue;
			for (const told of published(frame.event, frame.data, frame.broadcast)) {
				kinds.add(told.kind);
				assert.equal((frame.broadcast as { user_id: string }).user_id, '');
				assert.doesNotMatch(JSON.stringify(told), /only bob/, 'an ephemeral post');
			}
		}
	}
	assert.deepEqual([...kinds].sort(), [
		'changed',
		'deleted',
		'edited',
		'joined',
		'left',
		'posted',
		'reaction-added',
		'reaction-removed',
		'typing',
	]);
});
