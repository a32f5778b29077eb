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
	assert.ok(took < 10_000, `${took}`);
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
	const limiter = new RateLimiter({ requestsPerSecond: 2, burst: 10 });
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
	assert.ok(performance.now() - begin < 4_500, 'one token takes half a second, ten would have taken 5');
	assert.equal(limiter.waiting, 0);
});

test('any order of waiting and giving up leaves nobody waiting and loses no token', async () => {
	const waiter = fc.record({ wants: fc.integer({ min: 1, max: 5 }), leaves: fc.boolean() });
	await fc.assert(
		fc.asyncProperty(fc.array(waiter, { maxLength: 20 }), async (waiters) => {
			// So slow that there are only the tokens that are given back.
			const limiter = new RateLimiter({ requestsPerSecond: 0.001, burst: 5 });
			await limiter.acquire(5);
			const controller = new AbortController();
			const waits = waiters.map(({ wants, leaves }) => ({
				wants,
				leaves,
				turn: leaves ? rejection(limiter.acquire(wants, { signal: controller.signal })) : limiter.acquire(wants),
			}));
			controller.abort();
			for (const { wants, leaves, turn } of waits) {
				// A lost token would be waited for for ever.
				if (!leaves) limiter.giveBack(wants);
				const outcome = await turn;
				assert.ok(!leaves || isAbortError(outcome));
			}
			assert.equal(limiter.waiting, 0);
			assert.equal(limiter.tryAcquire(), false);
		}),
	);
});

test('a rate whose waits are longer than a timer can be keeps nobody busy', async () => {
	const warnings: Error[] = [];
	const heard = (warning: Error) => warnings.push(warning);
	process.on('warning', heard);
	const limiter = new RateLimiter({ requestsPerSecond: 1e-7, burst: 1 });
	await limiter.acquire();
	const next = limiter.acquire();
	await new Promise(setImmediate);
	limiter.giveBack();
	await next;
	process.off('warning', heard);
	assert.deepEqual(warnings, []);
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
