import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff } from './backoff.ts';

test('the wait doubles from half a second to half a minute, less a random quarter', () => {
	const longest = [0, 1, 2, 3, 10, 1_000].map((failures) => backoff(failures, () => 0));
	assert.deepEqual(longest, [500, 1_000, 2_000, 4_000, 30_000, 30_000]);
	assert.equal(
		backoff(0, () => 1),
		375,
	);
});
