import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Buffer } from './buffer.ts';

test('items come out in the order in which they went in, also to who waits', async () => {
	const buffer = new Buffer<number>(10);
	const waited = buffer.take();
	for (let number = 1; number <= 5; number++) buffer.push(number);
	assert.equal(await waited, 1);
	assert.deepEqual([...buffer], [2, 3, 4, 5]);
	assert.deepEqual(await Promise.all([buffer.take(), buffer.take()]), [2, 3]);
	assert.equal(buffer.size, 2);
});

test('room is there when half is taken', async () => {
	const buffer = new Buffer<number>(4);
	for (let number = 1; number <= 4; number++) buffer.push(number);
	assert.ok(buffer.full);
	let room = false;
	const waiting = buffer.room().then(() => {
		room = true;
	});
	await buffer.take();
	assert.ok(!room);
	await buffer.take();
	await waiting;
});

test('at the end what is there can be taken, and whoever waits is let go', async () => {
	const buffer = new Buffer<number>(1);
	buffer.push(1);
	const room = buffer.room();
	buffer.end();
	await room;
	assert.equal(await buffer.take(), 1);
	assert.equal(await buffer.take(), undefined);
});
