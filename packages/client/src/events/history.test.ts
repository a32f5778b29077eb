import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Post } from '@mattermost/types/posts';
import { changesOf, inOrder, type Span } from './history.ts';
import type { Told } from './memory.ts';
import { aPost } from './testing/posts.ts';

const span: Span = { floor: 100, ceiling: 1_000, latest: 2_000, joined: 0, told: () => undefined };
const told = (known: Record<string, Partial<Told>>): Span => ({
	...span,
	told: (id) => (known[id] ? { updateAt: 0, editAt: 0, deleted: false, caughtUp: undefined, ...known[id] } : undefined),
});
const kinds = (rows: Post[], where: Span = span) =>
	changesOf(rows, where).map(({ kind, at, post }) => `${kind} ${post.id} ${at}`);

test('a post made, edited and deleted meanwhile gives the three events that it would have given', () => {
	const post = aPost({ id: 'p', create_at: 200, edit_at: 300, delete_at: 400 });
	assert.deepEqual(kinds([post]), ['posted p 200', 'post_edited p 300', 'post_deleted p 400']);
});

test('what was told before is not told again', () => {
	const post = aPost({ id: 'p', create_at: 200, edit_at: 300 });
	assert.deepEqual(kinds([post], told({ p: { updateAt: 300, editAt: 300 } })), []);
	assert.deepEqual(kinds([post], told({ p: { updateAt: 200 } })), ['post_edited p 300']);
	const deleted = aPost({ id: 'p', create_at: 200, delete_at: 400 });
	assert.deepEqual(kinds([deleted], told({ p: { updateAt: 200, deleted: true } })), []);
	assert.deepEqual(kinds([deleted], told({ p: { updateAt: 200 } })), ['post_deleted p 400']);
});

test('an old post is not new; its later edit and deletion are', () => {
	assert.deepEqual(kinds([aPost({ id: 'p', create_at: 50 })]), []);
	assert.deepEqual(kinds([aPost({ id: 'p', create_at: 50, edit_at: 60, update_at: 60 })]), []);
	assert.deepEqual(kinds([aPost({ id: 'p', create_at: 50, edit_at: 150 })]), ['post_edited p 150']);
	assert.deepEqual(kinds([aPost({ id: 'p', create_at: 50, delete_at: 150 })]), ['post_deleted p 150']);
});

test('a reply or a reaction changes the root, and is no edit of it', () => {
	const root = aPost({ id: 'root', create_at: 50, update_at: 200 });
	const reply = aPost({ id: 'reply', root_id: 'root', create_at: 200 });
	assert.deepEqual(kinds([root, reply]), ['posted reply 200']);
	const reaction = { user_id: 'u', post_id: 'root', emoji_name: 'tada', create_at: 195 };
	const reacted = { ...root, metadata: { ...root.metadata, reactions: [reaction] } };
	assert.deepEqual(kinds([reacted]), []);
});

test('being pinned or having its props changed is an edit, though the server gives it no edit time', () => {
	assert.deepEqual(kinds([aPost({ id: 'p', create_at: 50, update_at: 200 })]), ['post_edited p 200']);
});

test('what was made before the user came, or after the connection, is not told', () => {
	const rows = [150, 250, 1_001].map((create_at) => aPost({ id: `p${create_at}`, create_at }));
	assert.deepEqual(kinds(rows, { ...span, joined: 200 }), ['posted p250 250']);
});

test('an edit is noticed even when the clock was set back before it', () => {
	const post = aPost({ id: 'p', create_at: 200, edit_at: 250, update_at: 250 });
	assert.deepEqual(kinds([post], told({ p: { updateAt: 900, editAt: 900 } })), ['post_edited p 250']);
});

test('all is told by time, and a post before what happened to it', () => {
	const rows = [
		aPost({ id: 'b', create_at: 300 }),
		aPost({ id: 'a', create_at: 200, edit_at: 300 }),
		aPost({ id: 'c', create_at: 250, delete_at: 250 }),
	];
	const order = inOrder(changesOf(rows, span)).map(({ kind, post }) => `${kind} ${post.id}`);
	assert.deepEqual(order, ['posted a', 'posted c', 'post_deleted c', 'posted b', 'post_edited a']);
});

test('a post is told before its edit and its deletion, also when the clock was set back in between', () => {
	const post = aPost({ id: 'p', create_at: 900, edit_at: 500, delete_at: 600 });
	const changes = inOrder(changesOf([post], span));
	assert.deepEqual(
		changes.map(({ kind }) => kind),
		['posted', 'post_edited', 'post_deleted'],
	);
});
