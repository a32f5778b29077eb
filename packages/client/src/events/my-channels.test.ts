import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBody, toNobody } from './event.ts';
import { channelsAfter } from './my-channels.ts';

const before = new Map([
	['a', 'team1'],
	['b', 'team1'],
	['c', 'team2'],
]);
const after = (type: string, data: object, broadcast: object = {}) => [
	...channelsAfter(before, new EventBody(type, { ...data }, { ...toNobody, ...broadcast }), 'me').keys(),
];

test('coming into a channel, leaving one, an archive and a left team change what the user is in', () => {
	assert.deepEqual(after('user_added', { user_id: 'me', team_id: 'team2' }, { channel_id: 'd' }), ['a', 'b', 'c', 'd']);
	assert.deepEqual(after('channel_created', { channel_id: 'd', team_id: 'team2' }), ['a', 'b', 'c', 'd']);
	assert.deepEqual(after('direct_added', { teammate_id: 'x' }, { channel_id: 'd' }), ['a', 'b', 'c', 'd']);
	assert.deepEqual(after('user_removed', { channel_id: 'a', remover_id: 'x' }, { user_id: 'me' }), ['b', 'c']);
	assert.deepEqual(after('channel_deleted', { channel_id: 'b' }), ['a', 'c']);
	assert.deepEqual(after('leave_team', { user_id: 'me', team_id: 'team1' }), ['c']);
});

test('what others do changes nothing', () => {
	assert.deepEqual(after('user_added', { user_id: 'you', team_id: 'team2' }, { channel_id: 'd' }), ['a', 'b', 'c']);
	assert.deepEqual(after('user_removed', { user_id: 'you', remover_id: 'x' }, { channel_id: 'a' }), ['a', 'b', 'c']);
	assert.deepEqual(after('leave_team', { user_id: 'you', team_id: 'team1' }), ['a', 'b', 'c']);
});
