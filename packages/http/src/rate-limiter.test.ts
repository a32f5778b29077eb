import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAbortError } from './errors/index.ts';
import { RateLimiter } from './rate-limiter.ts';
import { rejection } from './testing/server.ts';

test('the burst goes at once, the others one by one at the rate, in the order in which they came', async () => {
	const limiter = new RateLimiter({ requestsPerSecond: 100, burst: 5 });
	const begin = performance.now();
	const order: number[] = [];
	await Promise.all(
		Array.from({ length: 25 }, async (_, index) => {
			await limiter.acquire();
			order.push(index);
		}),
	);
	const took = performance.now() - begin;
	assert.deepEqual(
		order,
		[...order].sort((a, b) => a - b),
	);
	assert.ok(took >= 199, `20 tokens at 100 a second take 200 ms, not ${took}`);
	assert.ok(took < 1000, `${took}`);
});

test('who wants many tokens is not overtaken by those who want few', async () => {
	const limiter = new RateLimiter({ requestsPerSecond: 1000, burst: 10 });
	await limiter.acquire(10);
	const order: string[] = [];
	await Promise.all([
		limiter.acquire(10).then(() => order.push('many')),
		limiter.acquire(1).then(() => order.push('few')),
		limiter.acquire(1).then(() => order.push('few')),
	]);
	assert.deepEqual(order, ['many', 'few', 'few']);
});

test('who gives up waiting takes no token along and holds nobody up', async () => {
	const limiter = new RateLimiter({ requestsPerSecond: 20, burst: 10 });
	await limiter.acquire(10);
	const controller = new AbortController();
	const impatient = rejection(limiter.acquire(10, { signal: controller.signal }));
	const begin = performance.now();
	const patient = limiter.acquire(1);
	assert.equal(limiter.waiting, 2);
	controller.abort(new Error('enough'));
	const error = await impatient;
	assert.ok(isAbortError(error));
	assert.equal((error.cause as Error).message, 'enough');
	await patient;
	assert.ok(performance.now() - begin < 400, 'one token takes 50 ms, ten would have taken 500');
	assert.equal(limiter.waiting, 0);
});

test('any order of waiting and giving up leaves nobody waiting and loses no token', async () => {
	const waiter = fc.record({ wants: fc.integer({ min: 1, max: 5 }), leaves: fc.boolean() });
	await fc.assert(
		fc.asyncProperty(fc.array(waiter, { maxLength: 20 }), async (waiters) => {
			const limiter = new RateLimiter({ requestsPerSecond: 5000, burst: 5 });
			const begin = performance.now();
			await limiter.acquire(5);
			const controller = new AbortController();
			let taken = 0;
			const waits = waiters.map(async ({ wants, leaves }) => {
				try {
					await limiter.acquire(wants, leaves ? { signal: controller.signal } : {});
					taken += wants;
				} catch (error) {
					assert.ok(leaves && isAbortError(error));
				}
			});
			controller.abort();
			await Promise.all(waits);
			const took = performance.now() - begin;
			assert.equal(limiter.waiting, 0);
			assert.ok(taken <= took * 5 + 0.01, `${taken} tokens in ${took} ms are more than its rate`);
			await limiter.acquire(5);
			assert.ok(performance.now() - begin < (taken + 5) / 5 + 200, 'a lost token would be missed here');
		}),
		{ numRuns: 50 },
	);
});

test('a signal that has aborted before does not wait', async () => {
	const limiter = new RateLimiter();
	assert.ok(isAbortError(await rejection(limiter.acquire(1, { signal: AbortSignal.abort() }))));
	assert.ok(limiter.tryAcquire(20), 'all tokens are still there');
});

test('tokens that were not used can be given back', async () => {
	const limiter = new RateLimiter({ requestsPerSecond: 0.001, burst: 1 });
	await limiter.acquire();
	const next = limiter.acquire();
	limiter.giveBack();
	await next;
});

test('what can never be is said at once', async () => {
	const limiter = new RateLimiter({ burst: 3 });
	assert.match(String(await rejection(limiter.acquire(4))), /RangeError: cannot acquire 4 tokens/);
	assert.match(String(await rejection(limiter.acquire(Number.NaN))), /RangeError/);
	assert.throws(() => new RateLimiter({ requestsPerSecond: 0 }), RangeError);
	assert.throws(() => new RateLimiter({ burst: 0.5 }), RangeError);
});
