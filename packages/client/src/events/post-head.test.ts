import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headOf, headOfJson } from './post-head.ts';
import { conversations } from './testing/conversations.ts';
import { aPost } from './testing/posts.ts';

test('the head of every recorded post is read without parsing it', () => {
	let posts = 0;
	for (const { frames } of conversations()) {
		for (const { frame } of frames) {
			const json = frame.data?.post;
			if (typeof json !== 'string') continue;
			assert.deepEqual(headOfJson(json), headOf(JSON.parse(json)));
			posts++;
		}
	}
	assert.ok(posts > 30);
});

test('a post whose fields come in another order is read all the same', () => {
	const { id, ...rest } = aPost({ id: 'p', create_at: 5 });
	assert.deepEqual(headOfJson(JSON.stringify({ ...rest, id })), headOf({ id, ...rest }));
	assert.equal(headOfJson('{"id":'), undefined);
});
