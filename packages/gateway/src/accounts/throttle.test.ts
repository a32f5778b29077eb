import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Throttle } from './throttle.ts';

test('after the burst the next try is told how long to wait, and passes then', () => {
	let now = 0;
	const throttle = new Throttle({ burst: 3, perMinute: 6 }, () => now);
	assert.deepEqual(
		[1, 2, 3].map(() => throttle.take('ada')),
		[0, 0, 0],
	);
	assert.equal(throttle.take('ada'), 10_000);
	assert.equal(throttle.take('bob'), 0, 'others are not held up');
	now += 10_000;
	assert.equal(throttle.take('ada'), 0);
	assert.equal(throttle.take('ada'), 10_000);
});

test('a try that is given back does not count', () => {
	const throttle = new Throttle({ burst: 1, perMinute: 1 }, () => 0);
	for (let i = 0; i < 100; i++) {
		assert.equal(throttle.take('ada'), 0);
		throttle.giveBack('ada');
	}
});

test('invented keys do not grow the memory without end', () => {
	const throttle = new Throttle({ burst: 1, perMinute: 1 }, () => 0);
	for (let i = 0; i < 25_000; i++) throttle.take(`key-${i}`);
	assert.ok(throttle.take('key-24999') > 0, 'the latest are remembered');
});
