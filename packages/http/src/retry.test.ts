import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Repeat } from './options.ts';
import { type AttemptState, nextAttempt, type Outcome, type RetryPolicy } from './retry.ts';

const policy: RetryPolicy = {
	maxRetries: 3,
	onStatus: new Set([429, 500, 502, 503, 504]),
	base: 1000,
	cap: 30_000,
	jitter: 0,
};
const first: AttemptState = { attempts: 1, repeat: 'safe', bodyAgain: true, budget: Number.POSITIVE_INFINITY };
const status = (status: number, retryAfter?: number): Outcome => ({ status, retryAfter });
const cut: Outcome = { sent: true, passing: true };
const refused: Outcome = { sent: false, passing: true };

test('the waits are 1, 2 and 4 seconds, and then it gives up', () => {
	const decisions = [1, 2, 3, 4].map((attempts) => nextAttempt({ ...first, attempts }, status(503), policy));
	assert.deepEqual(decisions, [{ wait: 1000 }, { wait: 2000 }, { wait: 4000 }, { giveUp: 'no retries left' }]);
});

test('full jitter waits anything up to that', () => {
	const full = { ...policy, jitter: 'full' } as const;
	assert.deepEqual(
		nextAttempt({ ...first, attempts: 2 }, cut, full, () => 0),
		{ wait: 0 },
	);
	assert.deepEqual(
		nextAttempt({ ...first, attempts: 2 }, cut, full, () => 0.5),
		{ wait: 1000 },
	);
});

test('what the server asks for is waited, but never longer than the cap', () => {
	assert.deepEqual(nextAttempt(first, status(429, 11_000), policy), { wait: 11_000 });
	assert.deepEqual(nextAttempt(first, status(503, 0), policy), { wait: 0 });
	assert.deepEqual(nextAttempt(first, status(429, 3_600_000), policy), { wait: 30_000 });
});

test('only statuses that pass are repeated', () => {
	for (const lasting of [400, 401, 403, 404, 409, 413, 501]) {
		assert.deepEqual(nextAttempt(first, status(lasting), policy), { giveUp: 'not an error that passes' });
	}
	assert.deepEqual(nextAttempt(first, { sent: false, passing: false }, policy), { giveUp: 'not an error that passes' });
});

test('a request that may have been acted on is repeated only when it is safe', () => {
	const decide = (repeat: Repeat, outcome: Outcome) => 'wait' in nextAttempt({ ...first, repeat }, outcome, policy);
	const outcomes = [refused, cut, status(429), status(503), status(500), status(502), status(504)];
	assert.deepEqual(
		outcomes.map((outcome) => decide('safe', outcome)),
		[true, true, true, true, true, true, true],
	);
	assert.deepEqual(
		outcomes.map((outcome) => decide('unless-acted', outcome)),
		[true, false, true, true, false, false, false],
	);
	assert.deepEqual(
		outcomes.map((outcome) => decide('never', outcome)),
		[false, false, false, false, false, false, false],
	);
});

test('a stream that is used up is not sent again', () => {
	assert.deepEqual(nextAttempt({ ...first, bodyAgain: false }, status(503), policy), { giveUp: 'body used up' });
});

test('it does not wait for what its total time does not allow', () => {
	assert.deepEqual(nextAttempt({ ...first, budget: 1001 }, status(503), policy), { wait: 1000 });
	assert.deepEqual(nextAttempt({ ...first, budget: 1000 }, status(503), policy), { giveUp: 'no time left' });
});

test('what classify says beats method and status, but not the number of attempts', () => {
	const asked: Outcome = { status: 500, retryAfter: undefined, verdict: { after: 1000 } };
	const state: AttemptState = { ...first, repeat: 'never' };
	assert.deepEqual(nextAttempt(state, asked, { ...policy, base: 7 }), { wait: 1000 });
	assert.deepEqual(nextAttempt({ ...state, attempts: 4 }, asked, policy), { giveUp: 'no retries left' });
	assert.deepEqual(nextAttempt(first, { status: 503, retryAfter: 1, verdict: false }, policy), {
		giveUp: 'not an error that passes',
	});
});

const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
	fc.record({
		status: fc.constantFrom(400, 404, 408, 429, 500, 501, 502, 503, 504),
		retryAfter: fc.option(fc.integer({ min: -1e9, max: 1e9 }), { nil: undefined }),
	}),
	fc.record({ sent: fc.boolean(), passing: fc.boolean() }),
);

test('whatever happens: a bounded number of attempts, each wait within cap and budget', () => {
	fc.assert(
		fc.property(
			fc.array(outcomes, { minLength: 1, maxLength: 20 }),
			fc.constantFrom<Repeat>('safe', 'unless-acted', 'never'),
			fc.nat(10),
			fc.integer({ min: 0, max: 100_000 }),
			fc.oneof(fc.constant('full' as const), fc.double({ min: 0, max: 2, noNaN: true })),
			fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
			(story, repeat, maxRetries, budget, jitter, chance) => {
				let attempts = 0;
				let left = budget;
				for (const outcome of story) {
					attempts++;
					const state = { attempts, repeat, bodyAgain: true, budget: left };
					const next = nextAttempt(state, outcome, { ...policy, maxRetries, jitter }, () => chance);
					if ('giveUp' in next) break;
					assert.ok(next.wait >= 0 && next.wait <= policy.cap && next.wait < left);
					left -= next.wait;
				}
				assert.ok(attempts <= maxRetries + 1);
			},
		),
	);
});

test('whatever happens: what was sent and may have been acted on is not sent twice unless that is safe', () => {
	fc.assert(
		fc.property(outcomes, fc.constantFrom<Repeat>('unless-acted', 'never'), (outcome, repeat) => {
			const mayHaveActed = 'status' in outcome ? outcome.status !== 429 && outcome.status !== 503 : outcome.sent;
			if (mayHaveActed) assert.ok('giveUp' in nextAttempt({ ...first, repeat }, outcome, policy));
		}),
	);
});
