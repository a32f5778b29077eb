import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerError } from '@matterkit/client';
import fc from 'fast-check';
import { createWorld } from '../testing/world.ts';
import { chatOf } from './chat.ts';
import type { MarkedPost } from './marker.ts';
import { pagesBack, type ReadPage } from './pages-back.ts';

const idsOf = async (read: ReadPage) => {
	const ids = new Set<string>();
	for await (const posts of pagesBack(read, 'c')) for (const { id } of posts) ids.add(id);
	return ids;
};

test('no post is passed over while newer ones are deleted between two pages', async () => {
	await using world = await createWorld();
	const posts = Array.from({ length: 450 }, (_, number) => ({ channel_id: world.channelId, message: `${number}` }));
	const made = await Promise.all(posts.map((post) => world.admin.posts.create(post)));
	const newest = made.toSorted((a, b) => b.create_at - a.create_at);
	const chat = chatOf(world.admin.as(world.botToken), 10_000);
	const gone: string[] = [];
	const found = await idsOf(async (_, place) => {
		const page = await chat.page(world.channelId, place);
		const [going] = newest.splice(20, 1);
		if (going) await world.admin.posts.delete(going.id);
		if (going) gone.push(going.id);
		return page;
	});
	const passedOver = made.filter(({ id }) => !found.has(id) && !gone.includes(id));
	assert.deepEqual(passedOver, []);
	assert.ok(gone.length >= 3, `${gone.length} pages`);
});

const change = fc.record({ deleted: fc.array(fc.nat(30), { maxLength: 4 }), made: fc.nat(3) });
test('whatever is made and deleted between two pages, what was there all the time is seen, or it is said that it may not be', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.nat(3), { maxLength: 30 }),
			fc.array(change, { maxLength: 12 }),
			async (gaps, changes) => {
				let time = 0;
				let channel = gaps.map((gap, number) => {
					// At most four of a millisecond: fewer than a page has.
					time -= number % 4 === 0 ? gap + 1 : gap;
					return post(number, time);
				});
				const all = channel.map(({ id }) => id);
				const deleted = new Map<string, number>();
				let pages = 0;
				const found = idsOf(async (_, { before, page }) => {
					const anchor = channel.find(({ id }) => id === before)?.create_at ?? deleted.get(before ?? '') ?? 0;
					const older = before === undefined ? channel : channel.filter(({ create_at }) => create_at < anchor);
					const { deleted: going = [], made = 0 } = changes[pages++] ?? {};
					for (const one of channel) if (going.includes(all.indexOf(one.id))) deleted.set(one.id, one.create_at);
					channel = channel.filter(({ id }) => !deleted.has(id));
					for (let n = 0; n < made; n++) channel.unshift(post(100 * pages + n, 10 * pages + n));
					return older.slice(page * 5, page * 5 + 5);
				});
				const seen = await found.catch((error: unknown) => {
					assert.ok(error instanceof AnswerError && deleted.size > 0, String(error));
					return undefined;
				});
				const passedOver = all.filter((id) => seen && !seen.has(id) && !deleted.has(id));
				assert.deepEqual(passedOver, []);
			},
		),
	);
});

test('an anchor that is gone for good is not the end of the channel', async () => {
	const read: ReadPage = async (_, { before }) => (before === undefined ? [post(1, 30), post(2, 20)] : []);
	await assert.rejects(idsOf(read), AnswerError);
});

test('a channel without posts has an end', async () => {
	assert.deepEqual(await idsOf(async () => []), new Set());
});

const post = (number: number, create_at: number): MarkedPost => ({
	id: `p${number}`,
	user_id: 'u',
	channel_id: 'c',
	create_at,
});
