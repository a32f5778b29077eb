import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateLimiter } from './rate-limiter.ts';

const limit = { perSecond: 5, burst: 10 };

test('a burst and one more may come at once, then as many as a second allows', () => {
	const limiter = new RateLimiter();
	const at = (now: number) => limiter.take('ada', now, limit);
	const first = Array.from({ length: 12 }, () => at(0));
	assert.deepEqual(
		first.map(({ allowed }) => allowed),
		[...Array(11).fill(true), false],
	);
	assert.deepEqual(first[11], { allowed: false, limit: 11, remaining: 0, reset: 3, retryAfter: 1 });
	assert.equal(at(199).allowed, false);
	assert.equal(at(200).allowed, true);
	assert.equal(limiter.take('bob', 200, limit).remaining, 10);
});
