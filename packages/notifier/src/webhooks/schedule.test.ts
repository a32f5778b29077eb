import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep } from './schedule.ts';

const none = () => 0;

test('any 2xx is a delivery; a redirect, a refusal and no answer are not', () => {
	assert.deepEqual(
		[200, 202, 204].map((status) => nextStep({ status }, 1).kind),
		['delivered', 'delivered', 'delivered'],
	);
	for (const outcome of [{ status: 301 }, { status: 400 }, { status: 404 }, { status: 500 }, { error: 'ECONNREFUSED' }])
		assert.deepEqual(nextStep(outcome, 1, none), { kind: 'again', wait: 5_000 });
});

test('the waits grow over a day, then it is dead', () => {
	const waits = Array.from({ length: 8 }, (_, tried) => nextStep({ status: 500 }, tried + 1, none));
	const total = waits.reduce((sum, step) => sum + (step.kind === 'again' ? step.wait : Number.NaN), 0);
	assert.ok(total > 24 * 3_600_000 && total < 30 * 3_600_000, `${total}`);
	assert.deepEqual(nextStep({ status: 500 }, 9), { kind: 'dead' });
});

test('Retry-After is obeyed, for an hour at most', () => {
	assert.deepEqual(nextStep({ status: 429, retryAfter: 60_000 }, 1, none), { kind: 'again', wait: 60_000 });
	assert.deepEqual(nextStep({ status: 503, retryAfter: 86_400_000 }, 1, none), { kind: 'again', wait: 3_600_000 });
});

test('410 ends the webhook', () => {
	assert.deepEqual(nextStep({ status: 410 }, 1), { kind: 'gone' });
});
