import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { throttleContract } from '../testing/throttle-contract.ts';
import { LocalThrottle, type Throttle, type Throttles } from './throttle.ts';

throttleContract('on one node', async () => {
	const made = new Map<string, Throttle>();
	const throttles: Throttles = (name, rate) => {
		const throttle = made.get(name) ?? new LocalThrottle(rate);
		made.set(name, throttle);
		return throttle;
	};
	return { here: throttles, there: throttles, async [Symbol.asyncDispose]() {} };
});

test('the wait is told to the millisecond', async () => {
	let now = 0;
	const throttle = new LocalThrottle({ burst: 1, perMinute: 6 }, () => now);
	assert.equal(await throttle.take('ada'), 0);
	assert.equal(await throttle.take('ada'), 10_000);
	now += 10_000;
	assert.equal(await throttle.take('ada'), 0);
});

test('invented keys do not grow the memory without end', async () => {
	const throttle = new LocalThrottle({ burst: 1, perMinute: 1 }, () => 0);
	for (let i = 0; i < 25_000; i++) await throttle.take(`key-${i}`);
	assert.ok((await throttle.take('key-24999')) > 0, 'the latest are remembered');
	assert.equal(await throttle.take('key-0'), 0);
});

test('keys of 250,000 characters, which somebody may send as a name, are not kept as they are', async () => {
	setFlagsFromString('--expose-gc');
	const gc: () => void = runInNewContext('gc');
	const throttle = new LocalThrottle({ burst: 1, perMinute: 1 }, () => 0);
	gc();
	const before = process.memoryUsage().heapUsed;
	for (let i = 0; i < 200; i++) await throttle.take(Buffer.alloc(250_000, `${i} `).toString('latin1'));
	gc();
	const grown = process.memoryUsage().heapUsed - before;
	assert.ok(grown < 5_000_000, `${grown} bytes`);
	assert.ok((await throttle.take(Buffer.alloc(250_000, '7 ').toString('latin1'))) > 0);
});
