import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pages } from './pages.ts';

/** Five items in pages of two; page 2 is short, and so is the page before it when `gap` leaves one out. */
function numbers({ failAt = -1, gap = false } = {}) {
	const asked: number[] = [];
	let fail = true;
	const pages = new Pages(0, async (page: number) => {
		asked.push(page);
		if (page === failAt && fail) {
			fail = false;
			throw new Error('broken');
		}
		const items = [1, 2, 3, 4, 5].slice(page * 2, page * 2 + 2).filter((item) => !gap || item !== 4);
		return { items, next: page < 3 ? page + 1 : undefined };
	});
	return { pages, asked };
}

test('a list is read without awaiting it, page by page and only as far as it is read', async () => {
	const { pages, asked } = numbers();
	assert.deepEqual(asked, []);
	for await (const item of pages) if (item === 3) break;
	assert.deepEqual(asked, [0, 1]);
	assert.deepEqual(await Array.fromAsync(pages), [1, 2, 3, 4, 5]);
});

test('a list can be had without some of its items', async () => {
	const { pages } = numbers();
	assert.deepEqual(await Array.fromAsync(pages.filter((item) => item % 2 === 0)), [2, 4]);
	assert.deepEqual(await pages.filter((item) => item > 2), []);
});

test('await gives one page', async () => {
	const { pages, asked } = numbers();
	assert.deepEqual(await pages, [1, 2]);
	assert.deepEqual(asked, [0]);
});

test('a short page in the middle does not end the list', async () => {
	assert.deepEqual(await Array.fromAsync(numbers({ gap: true }).pages.byPage()), [[1, 2], [3], [5]]);
});

test('a page that failed is asked for again, and nothing before it is given twice', async () => {
	const { pages, asked } = numbers({ failAt: 1 });
	const items = pages[Symbol.asyncIterator]();
	const read: number[] = [];
	await assert.rejects(async () => {
		for await (const item of items) read.push(item);
	}, /broken/);
	for await (const item of items) read.push(item);
	assert.deepEqual(read, [1, 2, 3, 4, 5]);
	assert.deepEqual(asked, [0, 1, 1, 2, 3]);
});

test('a failed await rejects, and the next one asks again', async () => {
	const { pages } = numbers({ failAt: 0 });
	await assert.rejects(pages.then(), /broken/);
	assert.deepEqual(await pages, [1, 2]);
});

test('next called several times at once gives each item once, in order', async () => {
	const items = numbers().pages[Symbol.asyncIterator]();
	const results = await Promise.all([1, 2, 3, 4, 5, 6].map(() => items.next()));
	assert.deepEqual(
		results.map((result) => result.value),
		[1, 2, 3, 4, 5, undefined],
	);
});
