import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBody, toNobody } from './event.ts';
import type { Incoming } from './held.ts';
import { Intake, type IntakeOptions } from './intake.ts';
import type { Position } from './position.ts';
import { aPost } from './testing/posts.ts';

function anIntake(options: Partial<IntakeOptions> = {}): Intake {
	const intake = new Intake({ types: undefined, channels: undefined, capacity: 10, overlap: 15_000, ...options });
	intake.connected('me');
	intake.reached(1_000_000);
	return intake;
}

function incoming(seq: number, type: string, raw: object, channelId = 'c'): Incoming {
	const body = new EventBody(type, { ...raw }, { ...toNobody, channel_id: channelId });
	return { body, seq, source: 'live', at: 1_000_000, connectionId: 'conn' };
}

function posted(seq: number, channelId = 'c'): Incoming {
	const post = aPost({ id: `p${seq}`, create_at: 1_000_000 + seq, channel_id: channelId });
	return incoming(seq, 'posted', { post: JSON.stringify(post), team_id: 'team' }, channelId);
}

function positionOf(intake: Intake, taken = true): Position {
	const next = { connectionId: 'conn', seq: 1_000 };
	const link = { next, behind: false, tokenMark: undefined, sessions: undefined };
	return intake.position(link, { ahead: 0, within: 0, lowered: 0 }, taken);
}

const postIds = ({ posts }: Position) => posts.map(([id]) => id);

test('what was told before an event that waits for long stands in the position as long as that event does', async () => {
	const intake = anIntake();
	intake.deliver(posted(1));
	intake.deliver(posted(2));
	(await intake.take())?.done();
	for (let at = 1_024_000; at < 1_400_000; at += 24_000) intake.reached(at);
	assert.equal(positionOf(intake).at, 1_000_000);
	assert.deepEqual(postIds(positionOf(intake)), ['p1']);
	(await intake.take())?.done();
	for (let at = 1_400_000; at < 1_600_000; at += 24_000) intake.reached(at);
	assert.deepEqual(postIds(positionOf(intake)), []);
});

test('a consumer that never comes back keeps nothing in memory for ever', () => {
	const intake = anIntake({ types: new Set(['typing', 'post_deleted']) });
	intake.deliver(incoming(1, 'typing', {}));
	for (let seq = 2; seq < 200; seq++) {
		intake.deliver(posted(seq));
		intake.reached(1_000_000 + seq * 24_000);
	}
	assert.ok([...intake.memory.entries()].length < 60);
});

test('an event is handled or still to be taken at any moment until the consumer is done with it', async () => {
	const intake = anIntake();
	intake.deliver(posted(1));
	let taken: { done: () => void } | undefined;
	void intake.take().then((item) => {
		taken = item;
	});
	while (!taken) {
		assert.deepEqual(postIds(positionOf(intake, false)), []);
		await undefined;
	}
	assert.deepEqual(postIds(positionOf(intake, false)), []);
	taken.done();
	assert.deepEqual(postIds(positionOf(intake, false)), ['p1']);
});

test('what nobody asked for needs no room', () => {
	const intake = anIntake({ types: new Set(['posted']), channels: new Set(['c']), capacity: 1 });
	assert.ok(intake.deliver(posted(1)));
	assert.ok(intake.deliver(incoming(2, 'typing', {})));
	assert.ok(intake.deliver(posted(3, 'another channel')));
	assert.ok(!intake.deliver(posted(4)));
	assert.deepEqual(
		[...intake.memory.entries()].map(([id]) => id),
		['p1'],
	);
});

test('an event that found no room was not told', () => {
	const intake = anIntake({ capacity: 1 });
	intake.channels = new Map();
	assert.ok(intake.deliver(posted(1)));
	assert.ok(!intake.deliver(incoming(2, 'user_added', { team_id: 'team', user_id: 'me' }, 'd')));
	assert.equal(intake.channels.size, 0);
});
