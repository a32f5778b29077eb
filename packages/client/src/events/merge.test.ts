import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { grouped, merge } from './merge.ts';

async function* source(times: readonly number[]) {
	for (const at of times) yield { at };
}

test('several ordered sources become one in order, with nothing left out', async () => {
	const sorted = fc.array(fc.nat(50), { maxLength: 20 }).map((times) => times.toSorted((a, b) => a - b));
	await fc.assert(
		fc.asyncProperty(fc.array(sorted, { maxLength: 5 }), async (lists) => {
			const merged = await Array.fromAsync(merge(lists.map(source)), ({ at }) => at);
			assert.deepEqual(
				merged,
				lists.flat().toSorted((a, b) => a - b),
			);
		}),
	);
});

test('whoever stops reading lets the sources go', async () => {
	let released = 0;
	async function* endless() {
		try {
			for (let at = 0; ; at++) yield { at };
		} finally {
			released++;
		}
	}
	for await (const { at } of merge([endless(), endless()])) if (at === 3) break;
	assert.equal(released, 2);
});

test('groups are full but for the last', async () => {
	const groups = await Array.fromAsync(grouped(source([1, 2, 3, 4, 5]), 2), (group) => group.map(({ at }) => at));
	assert.deepEqual(groups, [[1, 2], [3, 4], [5]]);
});
