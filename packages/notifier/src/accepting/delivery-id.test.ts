import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryIds } from './delivery-id.ts';

test('ids sort in the order in which they were made, also when the clock stands still or goes back', () => {
	let now = 1_800_000_000_000;
	const newId = deliveryIds(() => now);
	const ids: string[] = [];
	for (let round = 0; round < 1_000; round++) {
		ids.push(newId());
		if (round % 10 === 0) now += 1;
		if (round % 300 === 0) now -= 5_000;
	}
	assert.deepEqual(ids.toSorted(), ids);
	assert.equal(new Set(ids).size, ids.length);
	for (const id of ids) assert.match(id, /^[0-9a-z]{26}$/);
});

test('two makers do not make the same id in the same millisecond', () => {
	const ids = Array.from({ length: 1_000 }, () => deliveryIds(() => 1_800_000_000_000)());
	assert.equal(new Set(ids).size, ids.length);
});
