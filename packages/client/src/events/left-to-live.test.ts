import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from './history.ts';
import { LeftToLive } from './left-to-live.ts';
import { aPost } from './testing/posts.ts';

const made = (id: string, user_id: string, create_at: number): Change => ({
	at: create_at,
	kind: 'posted',
	post: aPost({ id, user_id, create_at }),
});

test('what a writer made after a post that came live is left to the live events, too', () => {
	const left = new LeftToLive((id) => id === 'second');
	const changes = [
		made('first', 'ada', 1),
		made('second', 'ada', 2),
		made('of another', 'bob', 3),
		made('third', 'ada', 3),
	];
	assert.deepEqual(
		changes.filter((change) => !left.leaves(change)).map(({ post }) => post.id),
		['first', 'of another'],
	);
	const { post } = made('third', 'ada', 3);
	assert.ok(left.leaves({ at: 4, kind: 'post_edited', post }), 'and so is that it was edited');
	for (const create_at of [0, 1_000]) {
		const told = aPost({ id: 'told before', user_id: 'ada', create_at });
		assert.ok(!left.leaves({ at: 4, kind: 'post_deleted', post: told }), `whenever it was made: ${create_at}`);
	}
});
