import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TokenBucket } from './token-bucket.ts';

test('a full bucket gives its burst at once, then one token for each interval', () => {
	const bucket = new TokenBucket(0.01, 3, 0);
	assert.deepEqual(
		[bucket.take(1, 0), bucket.take(1, 0), bucket.take(1, 0), bucket.take(1, 0)],
		[true, true, true, false],
	);
	assert.equal(bucket.readyIn(1, 0), 100);
	assert.equal(bucket.take(1, 99), false);
	assert.equal(bucket.take(1, 100), true);
});

test('what is given back can be taken again, but never more than the burst', () => {
	const bucket = new TokenBucket(0.01, 2, 0);
	bucket.take(2, 0);
	bucket.give(5, 0);
	assert.equal(bucket.take(2, 0), true);
	assert.equal(bucket.take(1, 0), false);
});

const rates = fc.double({ min: 0.0001, max: 5, noNaN: true });
const bursts = fc.integer({ min: 1, max: 50 });
const steps = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 1, maxLength: 200 });

test('in no span of time does it give more than burst + rate × time', () => {
	fc.assert(
		fc.property(rates, bursts, steps, fc.nat(199), (rate, burst, gaps, from) => {
			const bucket = new TokenBucket(rate, burst, 0);
			let now = 0;
			let begin: number | undefined;
			let given = 0;
			for (const [index, gap] of gaps.entries()) {
				now += gap;
				if (index >= from) begin ??= now;
				while (bucket.take(1, now)) if (begin !== undefined) given++;
				if (begin !== undefined) assert.ok(given <= burst + rate * (now - begin) + 1e-6);
			}
		}),
	);
});

test('who waits exactly as long as it says gets the tokens, and the rate does not drift over a million of them', () => {
	fc.assert(
		fc.property(rates, bursts, fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 100 }), (rate, burst, wants) => {
			const bucket = new TokenBucket(rate, burst, 0);
			let now = 0;
			let taken = 0;
			for (const wanted of wants) {
				const n = Math.min(wanted, burst);
				now += bucket.readyIn(n, now);
				assert.ok(bucket.take(n, now));
				taken += n;
			}
			// Asked for all the time, it has given all that there was.
			assert.ok(Math.abs(now - Math.max(0, taken - burst) / rate) < 1e-3 + now * 1e-6);
		}),
	);
	const bucket = new TokenBucket(1 / 3, 1, 0);
	let now = 0;
	for (let i = 0; i < 1_000_000; i++) {
		now += bucket.readyIn(1, now);
		assert.ok(bucket.take(1, now));
	}
	assert.ok(Math.abs(now - 999_999 * 3) < 1, `${now}`);
});
