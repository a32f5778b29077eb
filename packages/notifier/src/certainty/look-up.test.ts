import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MarkedPost, markerOf } from '../mattermost/marker.ts';
import { LookUps } from './look-up.ts';

/** A channel of posts, newest first, read three at a time. */
function channel(posts: readonly MarkedPost[], answered = () => {}) {
	const reads: string[] = [];
	const seen: MarkedPost[][] = [];
	const lookUps = new LookUps({
		read: async (_, { before, page }) => {
			answered();
			reads.push(before ?? 'newest');
			const anchor = posts.find(({ id }) => id === before);
			const older = anchor ? posts.filter(({ create_at }) => create_at < anchor.create_at) : posts;
			return older.slice(page * 3, page * 3 + 3);
		},
		botUserId: () => 'bot',
		seen: (marked) => seen.push([...marked]),
	});
	return { lookUps, reads, seen };
}

const minute = 60_000;
const post = (minutes: number, delivery?: string, user_id = 'bot'): MarkedPost => ({
	id: `p${minutes}-${delivery}-${user_id}`,
	user_id,
	channel_id: 'c',
	create_at: minutes * minute,
	props: delivery === undefined ? {} : markerOf(delivery),
});

test('a post is found by author and mark, however many pages back', async () => {
	const { lookUps, reads } = channel([...Array(10).keys()].map((n) => post(30 - n, n === 7 ? 'wanted' : undefined)));
	const found = await lookUps.find('c', 'wanted', () => 20 * minute);
	assert.equal(found?.create_at, 23 * minute);
	assert.equal(reads.length, 4);
});

test('someone else’s post with the same mark is not taken for it', async () => {
	const { lookUps } = channel([post(30, 'wanted', 'mallory')]);
	assert.equal(await lookUps.find('c', 'wanted', () => 29 * minute), undefined);
});

test('it is read back to a minute before the first attempt, and no further', async () => {
	const { lookUps, reads } = channel([...Array(30).keys()].map((n) => post(100 - n)));
	assert.equal(await lookUps.find('c', 'missing', () => 97 * minute), undefined);
	assert.equal(reads.length, 3, 'the third page ends with minute 94');
});

test('a clock that was set back just before the attempt is known by the first page', async () => {
	let since = 97 * minute;
	const posts = [...Array(30).keys()].map((n) => post(100 - n, n === 20 ? 'wanted' : undefined));
	const { lookUps, reads } = channel(posts, () => {
		since = 80 * minute;
	});
	assert.equal((await lookUps.find('c', 'wanted', () => since))?.create_at, 80 * minute);
	assert.ok(reads.length > 3);
});

test('a channel is read to its end when it is younger than the attempt', async () => {
	const { lookUps, reads } = channel([post(30), post(29)]);
	assert.equal(await lookUps.find('c', 'missing', () => 10 * minute), undefined);
	assert.deepEqual(reads, ['newest', 'p30-undefined-bot']);
});

test('look-ups at the same time share a walk, but never one that has begun', async () => {
	const { lookUps, reads } = channel([post(30, 'a'), post(29, 'b'), post(28, 'c')]);
	const first = lookUps.find('c', 'a', () => 29 * minute);
	const later = ['b', 'c', 'missing'].map((id) => lookUps.find('c', id, () => 29.5 * minute));
	assert.equal((await first)?.create_at, 30 * minute);
	assert.deepEqual(
		(await Promise.all(later)).map((found) => found && found.create_at / minute),
		[29, 28, undefined],
	);
	assert.deepEqual(reads, ['newest', 'newest']);
});

test('everything with a mark that a walk came by is shown to the auditor', async () => {
	const { lookUps, seen } = channel([post(31, 'a'), post(30, 'a'), post(29), post(28, 'b')]);
	await lookUps.find('c', 'a', () => 28 * minute, { whole: true });
	assert.deepEqual(
		seen.flat().map(({ create_at }) => create_at / minute),
		[31, 30, 28],
	);
});

test('who loses the lease while it is read back stops, and the others go on', async () => {
	const { lookUps } = channel([...Array(9).keys()].map((n) => post(30 - n, n === 8 ? 'wanted' : undefined)));
	const fenced = lookUps.find('c', 'x', () => 0, { onPage: () => Promise.reject(new Error('fenced')) });
	const found = lookUps.find('c', 'wanted', () => 0);
	await assert.rejects(fenced, /fenced/);
	assert.equal((await found)?.create_at, 22 * minute);
});

test('a page that can’t be read rejects', async () => {
	const lookUps = new LookUps({
		read: () => Promise.reject(new Error('away')),
		botUserId: () => 'bot',
		seen: () => {},
	});
	await assert.rejects(
		lookUps.find('c', 'x', () => 0),
		/away/,
	);
});
