import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PostFacts } from '../chat/message.ts';
import { ChannelHistory, missed, sightFrom } from './history.ts';

const post = (id: string, create_at: number, more: Partial<PostFacts> = {}): PostFacts => ({
	id,
	user_id: 'u1',
	channel_id: 'c1',
	root_id: '',
	message: id,
	type: '',
	create_at,
	update_at: create_at,
	edit_at: 0,
	delete_at: 0,
	is_pinned: false,
	...more,
});
const tell = (history: ChannelHistory, id: string, at: number) => history.tell(id, at, history.next(at));
const ids = (posts: readonly PostFacts[]) => posts.map(({ id }) => id);
const unseen = (posts: readonly PostFacts[], anchor: PostFacts, history: ChannelHistory) =>
	sightFrom(anchor, posts, history).unseen;

test('what was there before anybody listened is not told, what came since is', () => {
	const history = new ChannelHistory();
	history.begin([post('p1', 1_000), post('p2', 2_000)]);
	assert.equal(history.missedFrom, 1_000);
	const found = missed([post('p1', 1_000), post('p3', 3_000), post('p2', 2_000)], history, history.missedFrom);
	assert.deepEqual(
		found.map(({ key }) => key),
		['posted:p3'],
	);
});

test('a post that was made before the newest one but came later is told', () => {
	const history = new ChannelHistory();
	history.begin([]);
	tell(history, 'p2', 10_070);
	const found = missed([post('p1', 10_000), post('p2', 10_070)], history, history.missedFrom);
	assert.deepEqual(
		found.map(({ key }) => key),
		['posted:p1'],
	);
});

test('edits and deletions that were missed are told, but nothing of a post that nobody was told of and is gone', () => {
	const history = new ChannelHistory();
	history.begin([post('p0', 10_000)]);
	for (const id of ['p1', 'p2']) tell(history, id, 11_000);
	const found = missed(
		[
			post('p0', 10_000, { edit_at: 12_000, update_at: 12_000 }),
			post('p1', 11_000, { delete_at: 12_500 }),
			post('p2', 11_000),
			post('p3', 11_500, { delete_at: 11_600 }),
		],
		history,
		history.missedFrom,
	);
	assert.deepEqual(
		found.map(({ key }) => key),
		['edited:p0:12000', 'deleted:p1'],
	);
});

test('reactions and pins that were missed are told, and no others', () => {
	const history = new ChannelHistory();
	const on = (user_id: string, emoji_name: string, create_at: number) => ({ user_id, emoji_name, create_at });
	const withReactions = (id: string, create_at: number, ...reactions: ReturnType<typeof on>[]) =>
		post(id, create_at, { update_at: 12_000, metadata: { reactions } });
	history.begin([withReactions('p0', 10_000, on('u1', 'old', 10_001), on('u1', 'gone', 10_002))]);
	tell(history, 'p1', 11_000);
	history.states.react({ postId: 'p1', userId: 'u1', emojiName: 'told', isOn: true });
	history.states.react({ postId: 'p1', userId: 'u2', emojiName: 'off', isOn: true });
	history.states.react({ postId: 'p1', userId: 'u2', emojiName: 'off', isOn: false });
	const found = missed(
		[
			withReactions('p0', 10_000, on('u1', 'old', 10_001), on('u2', 'new', 11_900)),
			withReactions('p1', 11_000, on('u1', 'told', 11_100), on('u2', 'off', 11_950)),
			// From before what is remembered: its older reactions are not news.
			withReactions('p-old', 10, on('u1', 'old', 20), on('u1', 'new', 11_800)),
			post('p-pinned', 11_000, { is_pinned: true }),
		],
		history,
		history.missedFrom,
	);
	assert.deepEqual(
		found.map(({ key }) => key),
		[
			'posted:p-pinned',
			'reaction-removed:p0:u1:gone:read:12000',
			'reaction-added:p0:u2:new:read:12000',
			'reaction-added:p1:u2:off:read:12000',
			'reaction-added:p-old:u1:new:read:12000',
		],
	);
	tell(history, 'p-pinned', 11_000);
	const pinned = missed([post('p-pinned', 11_000, { is_pinned: true, update_at: 13_000 })], history, 9_000);
	assert.deepEqual(
		pinned.map(({ key }) => key),
		['edited:p-pinned:13000'],
	);
	history.states.pin('p-pinned', true);
	assert.deepEqual(missed([post('p-pinned', 11_000, { is_pinned: true })], history, 9_000), []);
});

test('who saw a message last sees what was told after it, whatever was created when', () => {
	const history = new ChannelHistory();
	history.begin([]);
	// p2 was made after p3 and told before it.
	for (const [id, at] of [
		['p1', 10_000],
		['p2', 10_070],
		['p3', 10_010],
	] as const)
		tell(history, id, at);
	const all = [post('p1', 10_000), post('p2', 10_070), post('p3', 10_010)];
	assert.deepEqual(ids(unseen(all, post('p2', 10_070), history)), ['p3']);
	assert.deepEqual(ids(unseen(all, post('p3', 10_010), history)), []);
	assert.deepEqual(ids(unseen(all, post('p1', 10_000), history)), ['p2', 'p3']);
	const onItsWay = [...all, post('p4', 10_060)];
	assert.deepEqual(ids(unseen(onItsWay, post('p2', 10_070), history)), ['p3'], 'p4 will be told to all at once');
});

test('what was posted while nobody listened is owed to who comes back', () => {
	const history = new ChannelHistory();
	history.begin([post('p1', 1_000)]);
	tell(history, 'p2', 20_000);
	history.begin([post('p1', 1_000), post('p2', 20_000), post('p3', 30_000), post('p4', 40_000)]);
	const all = [post('p4', 40_000), post('p3', 30_000), post('p2', 20_000), post('p1', 1_000)];
	assert.deepEqual(ids(unseen(all, post('p2', 20_000), history)), ['p3', 'p4']);
});

test('among messages that nobody was told of, those of one millisecond go in the order of the list, in every process', () => {
	const all = [
		post('p0', 999),
		post('p3', 1_000),
		post('p1', 1_000),
		post('p2', 1_000),
		post('p4', 1_001),
		post('p5', 1_002, { delete_at: 5 }),
	];
	const there = new ChannelHistory();
	there.begin(all);
	const longAfter = new ChannelHistory();
	longAfter.begin([post('p9', 100_000)]);
	for (const history of [there, longAfter]) {
		assert.deepEqual(ids(unseen(all, post('p3', 1_000), history)), ['p1', 'p2', 'p4']);
		assert.deepEqual(ids(unseen(all, post('p1', 1_000), history)), ['p2', 'p4']);
		assert.deepEqual(ids(unseen(all, post('p2', 1_000), history)), ['p4']);
	}
	const withoutAnchor = all.filter(({ id }) => id !== 'p1');
	assert.deepEqual(ids(unseen(withoutAnchor, post('p1', 1_000), longAfter)), ['p3', 'p2', 'p4'], 'it was deleted');
});

test('after a restart the order in which posts were told is that of before, and what was told to nobody comes after it', () => {
	const before = new ChannelHistory();
	before.begin([]);
	const told = [
		['p1', 10_000],
		['p2', 10_070],
		['p3', 10_010],
		['p4', 10_070],
	] as const;
	const rows = told.map(([postId, createdAt]) => ({ postId, createdAt, position: before.next(createdAt) }));

	const after = new ChannelHistory();
	after.load(rows);
	const all = [
		post('p0', 7_000),
		post('p1', 10_000),
		post('p3', 10_010),
		// Made before p2 and not told when the gateway was killed.
		post('p5', 10_060),
		post('p2', 10_070),
		post('p4', 10_070),
		// Made while it was down.
		post('p6', 10_090),
	];
	const placed = after.begin(all);
	assert.deepEqual(
		placed.map(({ postId }) => postId),
		['p5', 'p6'],
		'to be recorded',
	);
	assert.deepEqual(ids(unseen(all, post('p1', 10_000), after)), ['p2', 'p3', 'p4', 'p5', 'p6']);
	assert.deepEqual(ids(unseen(all, post('p2', 10_070), after)), ['p3', 'p4', 'p5', 'p6']);
	assert.deepEqual(ids(unseen(all, post('p4', 10_070), after)), ['p5', 'p6']);
	tell(after, 'p7', 10_080);
	assert.deepEqual(ids(unseen([...all, post('p7', 10_080)], post('p4', 10_070), after)), ['p5', 'p6', 'p7']);
	assert.deepEqual(ids(unseen([...all, post('p7', 10_080)], post('p7', 10_080), after)), []);
});

test('what was there before anybody listened keeps its place before what was told, over a restart too', () => {
	const before = new ChannelHistory();
	const there = [post('p0', 9_000), post('p1', 10_000), post('p2', 10_000)];
	const rows = [...before.begin(there)];
	assert.equal(rows.length, 3);
	rows.push({ postId: 'p3', createdAt: 10_020, position: before.next(10_020) });
	const after = new ChannelHistory();
	after.load(rows);
	const all = [...there, post('p3', 10_020)];
	assert.deepEqual(after.begin(all), []);
	assert.deepEqual(ids(unseen(all, post('p1', 10_000), after)), ['p2', 'p3']);
	assert.deepEqual(ids(unseen(all, post('p2', 10_000), after)), ['p3']);
});

test('what another node told has its place there, and is still told here, once and in its order', () => {
	const there = new ChannelHistory();
	const here = new ChannelHistory();
	for (const history of [there, here]) history.begin([post('p0', 9_000)]);
	// p3 was made before p2 and told after it.
	const rows = (
		[
			['p1', 10_000],
			['p2', 10_070],
			['p3', 10_010],
		] as const
	).map(([postId, createdAt]) => ({ postId, createdAt, position: there.next(createdAt) }));
	here.place(rows);
	const all = [post('p0', 9_000), post('p1', 10_000), post('p3', 10_010), post('p2', 10_070), post('p4', 10_060)];
	const sight = sightFrom(post('p2', 10_070), all, here);
	assert.deepEqual(ids(sight.seen), ['p0', 'p1', 'p2'], 'had at the other node');
	assert.deepEqual(ids(sight.unseen), [], 'p3 and p4 will be told to all at once');
	const long = sightFrom(post('p9', 13_000), all, here);
	assert.deepEqual(
		ids(long.seen),
		['p0', 'p1', 'p3', 'p2', 'p4'],
		'so long before the last one that they had it, wherever it was',
	);
	assert.deepEqual(
		missed(all, here, here.missedFrom).map(({ key }) => key),
		['posted:p1', 'posted:p4', 'posted:p2', 'posted:p3'],
	);
	for (const [id, at] of [
		['p1', 10_000],
		['p4', 10_060],
		['p2', 10_070],
		['p3', 10_010],
	] as const)
		here.tell(id, at, here.isPlaced(id) ? here.positionOf(post(id, at)) : here.next(at));
	assert.deepEqual(ids(unseen(all, post('p0', 9_000), here)), ['p1', 'p4', 'p2', 'p3'], 'as they were told here');
	assert.deepEqual(ids(unseen(all, post('p2', 10_070), here)), ['p3']);
	assert.ok(here.next(10_010) > (rows.at(-1)?.position ?? 0));
});

test('what a process wrote down and may not have told before it was killed is told again, and what became of it as well', () => {
	const before = new ChannelHistory();
	before.begin([post('p0', 9_000)]);
	const rows = ['p1', 'p2'].map((postId) => ({ postId, createdAt: 12_000, position: before.next(12_000) }));
	const after = new ChannelHistory();
	after.load(rows);
	const there = [post('p0', 9_000), post('p1', 12_000), post('p2', 12_000, { edit_at: 12_500, update_at: 12_500 })];
	after.begin(there);
	const keys = () => missed(there, after, after.missedFrom).map(({ key }) => key);
	assert.deepEqual(keys(), ['posted:p1', 'posted:p2', 'edited:p2:12500']);
	for (const { postId, createdAt, position } of rows) after.tell(postId, createdAt, position);
	assert.deepEqual(keys(), ['edited:p2:12500']);
});

test('history forgets what is long ago', () => {
	const history = new ChannelHistory();
	for (let i = 0; i < 10_000; i++) tell(history, `p${i}`, i);
	assert.equal(history.knows('p0'), false);
	assert.equal(history.knows('p9999'), true);
});
