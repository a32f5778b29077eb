import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRetry, isUsedUp, retryPolicyOf } from './retry.ts';

test('without a limit a delivery is never given up', () => {
	assert.equal(isUsedUp(defaultRetry, 1_000_000), false);
});

test('with a limit it is given up when so many tries had no clear answer', () => {
	const policy = { ...defaultRetry, attempts: 3 };
	assert.deepEqual(
		[0, 2, 3, 4].map((failures) => isUsedUp(policy, failures)),
		[false, false, true, true],
	);
});

test('a delivery’s own policy changes only what it names', () => {
	assert.deepEqual(retryPolicyOf('{"attempts":5}', defaultRetry), { ...defaultRetry, attempts: 5 });
	assert.equal(retryPolicyOf(null, defaultRetry), defaultRetry);
});

test('a first wait longer than the longest is the longest', () => {
	assert.equal(retryPolicyOf('{"firstWait":60000}', defaultRetry).longestWait, 60_000);
});
