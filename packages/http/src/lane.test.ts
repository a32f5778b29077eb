import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { Lane } from './lane.ts';
import { Lanes } from './lanes.ts';
import { RateLimiter } from './rate-limiter.ts';
import { rejection } from './testing/server.ts';

const open = new AbortController().signal;

/** Enters, and notes its name when it is in. */
function entering(lane: Lane, name: string, log: string[], attempts = 0): Promise<void> {
	return (lane.enter(attempts, undefined, open) ?? Promise.resolve()).then(() => {
		log.push(name);
	});
}

test('as many as allowed are in flight, the others follow in order', async () => {
	const lane = new Lane(2, undefined);
	const log: string[] = [];
	const all = ['a', 'b', 'c', 'd'].map((name) => entering(lane, name, log));
	await Promise.all(all.slice(0, 2));
	assert.deepEqual(log, ['a', 'b']);
	lane.leave();
	await all[2];
	lane.leave();
	await all[3];
	assert.deepEqual(log, ['a', 'b', 'c', 'd']);
});

test('nobody goes during a pause; after it those first that were turned away', async () => {
	const lane = new Lane(10, undefined);
	const log: string[] = [];
	assert.equal(lane.enter(0, undefined, open), undefined);
	const begin = performance.now();
	lane.pause(60);
	lane.leave();
	const fresh = entering(lane, 'fresh', log);
	const turnedAway = entering(lane, 'turned away', log, 1);
	await turnedAway;
	assert.ok(performance.now() - begin >= 59);
	assert.deepEqual(log, ['turned away'], 'one at first');
	lane.leave();
	lane.passed();
	await fresh;
});

test('after a pause they come back by one, two, four', async () => {
	const lane = new Lane(100, undefined);
	lane.pause(1);
	const log: string[] = [];
	const waits = Array.from({ length: 20 }, (_, index) => entering(lane, String(index), log));
	await waits[0];
	const seen: number[] = [];
	let out = 0;
	while (log.length < 20) {
		const inside = log.length - out;
		seen.push(inside);
		for (let i = 0; i < inside; i++) {
			lane.leave();
			lane.passed();
			out++;
		}
		await waits[Math.min(19, log.length)];
	}
	assert.equal(seen[0], 1);
	assert.ok(
		seen.slice(1).every((inside, index) => inside <= 2 ** (index + 2)),
		seen.join(' '),
	);
});

test('those that were turned away most often go first', async () => {
	const lane = new Lane(1, undefined);
	assert.equal(lane.enter(0, undefined, open), undefined);
	const log: string[] = [];
	const all = [0, 1, 3, 1, 2].map((attempts, index) => entering(lane, `${index}: ${attempts}`, log, attempts));
	for (let i = 0; i < 5; i++) {
		lane.leave();
		await new Promise(setImmediate);
	}
	await Promise.all(all);
	assert.deepEqual(log, ['2: 3', '4: 2', '1: 1', '3: 1', '0: 0']);
});

test('pauses of any length, one after the other, end', async () => {
	const lane = new Lane(2, undefined);
	for (let i = 0; i < 200; i++) {
		lane.pause(i % 3 === 0 ? 0 : 1);
		await lane.enter(0, undefined, open);
		if (i % 2) lane.pause(0);
		lane.leave();
		lane.passed();
	}
});

test('the longer of two pauses counts', async () => {
	const lane = new Lane(1, undefined);
	const begin = performance.now();
	lane.pause(80);
	lane.pause(1);
	await lane.enter(0, undefined, open);
	assert.ok(performance.now() - begin >= 79);
});

test('who gives up waiting leaves no trace', async () => {
	const lane = new Lane(1, new RateLimiter({ requestsPerSecond: 1000, burst: 1 }));
	assert.equal(lane.enter(0, undefined, open), undefined);
	const controller = new AbortController();
	const impatient = rejection(lane.enter(0, controller.signal, open) ?? Promise.resolve());
	const log: string[] = [];
	const patient = entering(lane, 'patient', log);
	controller.abort('enough');
	assert.equal(await impatient, 'enough');
	lane.leave();
	await patient;
	lane.leave();
	await until('all is as it was', () => lane.idle);
});

test('a pause that begins while one waits for the limiter holds it too', async () => {
	const limiter = new RateLimiter({ requestsPerSecond: 0.001, burst: 1 });
	const lane = new Lane(5, limiter);
	assert.equal(lane.enter(0, undefined, open), undefined);
	const begin = performance.now();
	const next = lane.enter(0, undefined, open);
	await until('it waits for the limiter', () => limiter.waiting === 1, { every: 0 });
	lane.pause(100);
	limiter.giveBack();
	await next;
	assert.ok(performance.now() - begin >= 99);
});

test('each token has a lane, and those of tokens no longer used are forgotten', () => {
	const lanes = new Lanes(10, false);
	const first = lanes.of('a');
	assert.equal(lanes.of('a'), first);
	assert.notEqual(lanes.of('b'), first);
	first.enter(0, undefined, open);
	for (let i = 0; i < 5000; i++) lanes.of(`token ${i}`);
	assert.equal(lanes.of('a'), first, 'in use');
	assert.ok(lanes.size <= 1001);
});
