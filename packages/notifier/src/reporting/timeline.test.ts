import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timelineOf } from './timeline.ts';

const row = {
	state: 'sent',
	accepted_at: 1_000,
	due_at: 1_000,
	sending_at: 1_010,
	finished_at: 1_020,
	reason: null,
	post_id: 'p',
} as const;
const told = (...given: Parameters<typeof timelineOf>) => timelineOf(...given).map(({ what }) => what);

test('an ordinary delivery was accepted, sent, and says which post it is', () => {
	assert.deepEqual(timelineOf(row, []), [
		{ at: '1970-01-01T00:00:01.000Z', what: 'accepted' },
		{ at: '1970-01-01T00:00:01.010Z', what: 'sending' },
		{ at: '1970-01-01T00:00:01.020Z', what: 'sent', detail: 'p' },
	]);
});

test('a scheduled one shows when it is due, also before that', () => {
	const scheduled = { ...row, state: 'scheduled', due_at: 9_000, sending_at: null, finished_at: null } as const;
	assert.deepEqual(told({ ...scheduled, post_id: null }, []), ['accepted', 'due']);
});

test('retries, a replay and the death before it stand where they happened', () => {
	const replayed = { ...row, due_at: 1_400, finished_at: 1_600 };
	const events = [
		{ at: 1_050, kind: 'retry', detail: 'status 502; again in 500 ms' },
		{ at: 1_300, kind: 'dead', detail: 'given up' },
		{ at: 1_400, kind: 'replayed', detail: null },
		{ at: 1_600, kind: 'found', detail: 'found in the channel' },
	] as const;
	assert.deepEqual(told(replayed, events), ['accepted', 'sending', 'retry', 'dead', 'replayed', 'found', 'sent']);
});
