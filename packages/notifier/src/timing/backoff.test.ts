import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff } from './backoff.ts';

test('the wait doubles from half a second to half a minute, less a random quarter', () => {
	const longest = [0, 1, 2, 3, 10, 1_000].map((failures) => backoff(failures, undefined, () => 0));
	assert.deepEqual(longest, [500, 1_000, 2_000, 4_000, 30_000, 30_000]);
	assert.equal(
		backoff(0, undefined, () => 1),
		375,
	);
});

test('the wait stays within the bounds it is given', () => {
	const bounds = { firstWait: 60_000, longestWait: 600_000 };
	const longest = [0, 1, 2, 3, 4, 1_000].map((failures) => backoff(failures, bounds, () => 0));
	assert.deepEqual(longest, [60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
});
