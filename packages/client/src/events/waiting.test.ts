import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { waitingTime } from './waiting.ts';

const limits = { shortest: 500, longest: 30_000 };

test('the longest wait doubles from half a second up to half a minute', () => {
	const longest = [0, 1, 2, 3, 6, 7, 2_000].map((failures) => waitingTime(failures, limits, () => 1));
	assert.deepEqual(longest, [500, 1_000, 2_000, 4_000, 30_000, 30_000, 30_000]);
});

test('a wait is anything between nothing and the longest', () => {
	fc.assert(
		fc.property(fc.nat(3_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
			const wait = waitingTime(failures, limits, () => random);
			assert.ok(wait >= 0 && wait <= Math.min(30_000, 500 * 2 ** failures));
		}),
	);
});
