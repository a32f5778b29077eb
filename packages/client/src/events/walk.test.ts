import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ChannelPages } from './testing/channel-pages.ts';
import { aPost } from './testing/posts.ts';
import { walk } from './walk.ts';

function channelWith(times: readonly number[]): ChannelPages {
	const channel = new ChannelPages();
	channel.posts = times.map((create_at, number) => aPost({ id: `p${String(number).padStart(6, '0')}`, create_at }));
	return channel;
}

async function walked(channel: ChannelPages, floor: number): Promise<Set<string>> {
	const seen = new Set<string>();
	let newest = 0;
	for await (const page of walk(channel.as(), 'channel', floor)) {
		const fresh = page.filter(({ id }) => !seen.has(id));
		for (const post of fresh) {
			assert.ok(post.create_at >= newest, 'the oldest first, also from page to page');
			newest = post.create_at;
			seen.add(post.id);
		}
	}
	return seen;
}

const later = (channel: ChannelPages, floor: number) =>
	channel.posts.filter(({ create_at, delete_at }) => create_at > floor && delete_at === 0).map(({ id }) => id);

// Times close to each other, so that many posts share their millisecond.
const histories = fc.record({
	times: fc.array(fc.nat(400), { minLength: 0, maxLength: 1_500 }),
	floor: fc.integer({ min: -1, max: 400 }),
});

test('every post later than the floor is found, however many share a millisecond', async () => {
	await fc.assert(
		fc.asyncProperty(histories, async ({ times, floor }) => {
			const channel = channelWith(times);
			const seen = await walked(channel, floor);
			for (const id of later(channel, floor)) assert.ok(seen.has(id), id);
		}),
		{ numRuns: 60 },
	);
});

test('deletions between two reads move nothing out of sight', async () => {
	await fc.assert(
		fc.asyncProperty(histories, fc.infiniteStream(fc.nat()), async ({ times, floor }, dice) => {
			const channel = channelWith(times);
			channel.between = () => {
				// Fewer than two pages have in common.
				for (let number = 0; number < 5; number++) {
					const victim = channel.posts[(dice.next().value ?? 0) % Math.max(1, channel.posts.length)];
					if (victim) victim.delete_at = 1;
				}
			};
			const seen = await walked(channel, floor);
			for (const id of later(channel, floor)) assert.ok(seen.has(id), id);
		}),
		{ numRuns: 40 },
	);
});

test('posts that are made meanwhile hide no older one', async () => {
	await fc.assert(
		fc.asyncProperty(histories, async ({ times, floor }) => {
			const channel = channelWith(times);
			const before = later(channel, floor);
			let made = 0;
			channel.between = () => {
				if (made < 300)
					for (let count = 0; count < 7; count++)
						channel.posts.push(aPost({ id: `n${made++}`, create_at: 500 + made }));
			};
			const seen = await walked(channel, floor);
			for (const id of before) assert.ok(seen.has(id), id);
		}),
		{ numRuns: 40 },
	);
});

test('an anchor that the server forgets meanwhile is noticed, not taken for silence', async () => {
	const channel = channelWith(Array.from({ length: 900 }, (_, number) => number));
	let reads = 0;
	channel.between = () => {
		// Everything up to then is purged, anchors included: data retention.
		if (++reads === 8) channel.posts = channel.posts.filter(({ create_at }) => create_at > 500);
	};
	const seen = await walked(channel, 100);
	for (const id of later(channel, 500)) assert.ok(seen.has(id), id);
});

test('the beginning is found with few reads', async () => {
	const channel = channelWith(Array.from({ length: 20_000 }, (_, number) => number));
	const pages = walk(channel.as(), 'channel', 10_000);
	const first = await pages.next();
	assert.ok(!first.done);
	assert.ok(first.value.some(({ create_at }) => create_at === 10_001));
	assert.ok(channel.reads < 20, `${channel.reads} reads`);
});
