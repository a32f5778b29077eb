import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slots } from './slots.ts';

test('never more at once than there are slots, and all get their turn in order', async () => {
	const slots = new Slots(3);
	let running = 0;
	let most = 0;
	const order: number[] = [];
	const results = await Promise.allSettled(
		Array.from({ length: 20 }, (_, number) =>
			slots.use(async () => {
				order.push(number);
				most = Math.max(most, ++running);
				await new Promise(setImmediate);
				running--;
				if (number % 4 === 0) throw new Error('failed');
			}),
		),
	);
	assert.equal(most, 3);
	assert.deepEqual(
		order,
		Array.from({ length: 20 }, (_, number) => number),
	);
	assert.equal(results.filter(({ status }) => status === 'rejected').length, 5);
	assert.equal(await slots.use(async () => 'still there'), 'still there');
});
