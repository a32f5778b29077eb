import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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

test('the head of a post does not keep the post alive', () => {
	setFlagsFromString('--expose-gc');
	const collect: () => void = runInNewContext('gc');
	collect();
	const before = process.memoryUsage().heapUsed;
	const rest = ',"create_at":1,"update_at":1,"edit_at":0,"delete_at":0,"message":"';
	const heads = Array.from({ length: 200 }, (_, number) =>
		headOfJson(`{"id":"${String(number).padStart(26, '0')}"${rest}${'x'.repeat(100_000)}"}`.replace(' ', '')),
	);
	collect();
	assert.ok(process.memoryUsage().heapUsed - before < 5_000_000);
	assert.equal(heads.length, 200);
});
