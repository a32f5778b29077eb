import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { giveBackCalls, pauseCalls, type RateLimit, takeCalls } from './rate.ts';

const limit: RateLimit = { perSecond: 10, burst: 3 };
const ms = 1_000;

test('a burst goes at once, then one call each tenth of a second', () => {
	const first = takeCalls(0, { count: 5, debt: 0, now: 1_000 * ms }, limit);
	assert.deepEqual([first.granted, first.wait], [3, 100 * ms]);
	const early = takeCalls(first.full, { count: 5, debt: 0, now: 1_099 * ms }, limit);
	assert.deepEqual([early.granted, early.wait], [0, 1 * ms]);
	assert.equal(takeCalls(early.full, { count: 5, debt: 0, now: 1_100 * ms }, limit).granted, 1);
	assert.equal(
		takeCalls(first.full, { count: 5, debt: 0, now: 9_000 * ms }, limit).granted,
		3,
		'a pause saves up a burst',
	);
});

test('calls made without asking are paid for by waiting longer', () => {
	const { granted, wait } = takeCalls(0, { count: 5, debt: 2, now: 0 }, limit);
	assert.deepEqual([granted, wait], [1, 100 * ms]);
	assert.deepEqual(takeCalls(0, { count: 1, debt: 13, now: 0 }, limit), {
		granted: 0,
		full: 1_300 * ms,
		wait: 1_100 * ms,
	});
});

test('what was taken and not used can be taken again', () => {
	const { full } = takeCalls(0, { count: 3, debt: 0, now: 0 }, limit);
	assert.equal(takeCalls(giveBackCalls(full, 2, limit), { count: 5, debt: 0, now: 0 }, limit).granted, 2);
});

test('a pause holds for all, then it goes on without a burst', () => {
	const full = pauseCalls(0, { pause: 1_000 * ms, now: 0 }, limit);
	assert.deepEqual(takeCalls(full, { count: 5, debt: 0, now: 900 * ms }, limit).granted, 0);
	assert.deepEqual(takeCalls(full, { count: 5, debt: 0, now: 1_000 * ms }, limit).granted, 1);
});

test('whoever asks, however often: never more than the burst and the rate allow', () => {
	const step = fc.record({ after: fc.nat(200), count: fc.nat(8) });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 100 }), fc.integer({ min: 1, max: 500 }), (steps, perSecond) => {
			let full = 0;
			let now = 5_000 * ms;
			let granted = 0;
			const began = now;
			for (const { after, count } of steps) {
				now += after * ms;
				const taken = takeCalls(full, { count, debt: 0, now }, { perSecond, burst: 4 });
				full = taken.full;
				granted += taken.granted;
			}
			assert.ok(granted <= 4 + ((now - began) / 1_000_000) * perSecond + 0.01);
		}),
	);
});
