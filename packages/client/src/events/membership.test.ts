import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrame } from './frames.ts';
import { changeOfEvent, changeOfPost, mayBeMembershipPost, membershipEvent } from './membership.ts';
import { conversation } from './testing/conversations.ts';

/** What a recorded conversation tells of memberships, by its events and by its system posts. */
function recorded(name: string, me: string) {
	const told: string[] = [];
	for (const { text } of conversation(name).frames) {
		const frame = decodeFrame.decode(text);
		if (!frame || 'reply' in frame) continue;
		const { body } = frame;
		const json = String(body.raw.post);
		const change =
			body.type === 'posted'
				? mayBeMembershipPost(json) && changeOfPost(JSON.parse(json), String(body.raw.team_id))
				: changeOfEvent(body, me);
		if (change) told.push(`${body.type} ${change.kind} ${change.userId} ${change.ofTeam ? 'team' : change.channelId}`);
	}
	return told;
}

const alice = 'jeg9scebnibppcrju9nxjczpfw';
const bob = 'tb5t6qpcxbf18bybzq5shh7icc';

test('who was added or removed on a real server is told alike by the event and by the system post', () => {
	const told = recorded('all that one user sees', alice);
	const channel = 'ndt4gsh7rpngmcx73k9zrz35ie';
	for (const kind of ['added', 'removed']) {
		for (const by of ['posted', `user_${kind}`])
			assert.ok(told.includes(`${by} ${kind} ${bob} ${channel}`), `${by} ${kind}`);
	}
	for (const by of ['posted', 'leave_team']) assert.ok(told.includes(`${by} removed ${bob} team`), by);
});

test('who is removed hears it in a shape of its own', () => {
	const told = recorded('all that another user sees', bob);
	assert.ok(told.includes(`user_removed removed ${bob} ndt4gsh7rpngmcx73k9zrz35ie`));
});

test('an event made up says the same as the one it stands for', () => {
	const base = { userId: 'u', channelId: 'c', teamId: 't', ofTeam: false, by: 'admin' } as const;
	for (const me of ['u', 'someone']) {
		for (const kind of ['added', 'removed'] as const) {
			const said = changeOfEvent(membershipEvent({ ...base, kind }, me), me);
			assert.deepEqual([said?.kind, said?.userId, said?.channelId], [kind, 'u', 'c']);
		}
		const left = changeOfEvent(membershipEvent({ ...base, kind: 'removed', ofTeam: true }, me), me);
		assert.deepEqual([left?.kind, left?.userId, left?.teamId, left?.ofTeam], ['removed', 'u', 't', true]);
	}
});

test('a message that talks like a system post is none', () => {
	assert.ok(!mayBeMembershipPost(JSON.stringify({ type: '', message: '"type":"system_join_channel"' })));
});
