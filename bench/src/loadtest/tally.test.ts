import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from './tally.ts';

test('what is lost and what is doubled is counted for each subscriber and message', () => {
	const tally = new Tally(3);
	const first = tally.send(0);
	const second = tally.send(10);
	tally.arrive(first, 0, 5);
	tally.arrive(first, 1, 6);
	tally.arrive(first, 1, 7);
	tally.arrive(first, 2, 8);
	tally.arrive(second, 2, 30);
	assert.equal(tally.complete, false);
	const { expected, delivered, lost, doubled, max } = tally.summary();
	assert.deepEqual(
		{ expected, delivered, lost, doubled, max },
		{ expected: 6, delivered: 4, lost: 2, doubled: 1, max: 20 },
	);
});

test('a message that the gateway did not take is expected nowhere', () => {
	const tally = new Tally(2);
	tally.withdraw(tally.send(0));
	const kept = tally.send(0);
	tally.arrive(kept, 0, 1);
	tally.arrive(kept, 1, 1);
	assert.equal(tally.complete, true);
	assert.equal(tally.summary().expected, 2);
});

test('percentiles are the milliseconds within which so many deliveries were done', () => {
	const tally = new Tally(1);
	for (let i = 0; i < 100; i++) tally.arrive(tally.send(0), 0, i + 0.5);
	const { p50, p90, p99, max } = tally.summary();
	assert.deepEqual({ p50, p90, p99, max }, { p50: 50, p90: 90, p99: 99, max: 99.5 });
	assert.deepEqual(tally.histogram().at(0), { from: 0, to: 1, count: 1 });
	assert.deepEqual(tally.histogram().at(-1), { from: 64, to: 128, count: 36 });
});

test('a clock that seems to go back and a message that nobody sent do no harm', () => {
	const tally = new Tally(1);
	tally.arrive(7, 0, 1);
	tally.arrive(tally.send(10), 0, 9);
	assert.deepEqual(tally.histogram(), [{ from: 0, to: 1, count: 1 }]);
	assert.deepEqual(new Tally(1).histogram(), []);
});
