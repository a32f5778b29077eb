import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoff } from './backoff.ts';

test('the wait doubles with each failure, up to the cap', () => {
	const waits = [1, 2, 3, 4, 5, 6, 60, 5000].map((failures) =>
		backoff(failures, { base: 1000, cap: 30_000, jitter: 0 }),
	);
	assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a jitter of 0.1 adds 0–10 %, full jitter spreads over the whole wait, neither passes the cap', () => {
	const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 100 }),
			fc.integer({ min: 0, max: 60_000 }),
			chances,
			(failures, base, chance) => {
				const plain = backoff(failures, { base, cap: 30_000, jitter: 0 });
				const some = backoff(failures, { base, cap: 30_000, jitter: 0.1 }, () => chance);
				const full = backoff(failures, { base, cap: 30_000, jitter: 'full' }, () => chance);
				assert.ok(some >= plain && some <= Math.min(30_000, plain * 1.1));
				assert.ok(full >= 0 && full <= plain);
			},
		),
	);
});
