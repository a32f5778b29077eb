import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeardPosts } from './heard-posts.ts';
import type { PostFacts } from './message.ts';

const post = (id: string, create_at: number): PostFacts => ({
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
});

test('the newest post is known as long as one stream that heard it is open', () => {
	const heard = new HeardPosts();
	heard.hear('ada', post('p0', 0));
	assert.equal(heard.get('c1'), undefined, 'who has no stream does not hear what comes next');
	for (const userId of ['ada', 'bob']) heard.open(userId);
	for (const userId of ['ada', 'bob']) heard.hear(userId, post('p1', 1));
	heard.forgetStream('ada');
	assert.equal(heard.get('c1')?.id, 'p1');
	heard.left('bob', 'c1');
	assert.equal(heard.get('c1'), undefined);
});

test('an older post that was read meanwhile does not take the place of a newer one', () => {
	const heard = new HeardPosts();
	heard.open('ada');
	heard.hear('ada', post('p2', 2));
	heard.hear('ada', post('p1', 1));
	assert.equal(heard.get('c1')?.id, 'p2');
});

test('an edit is taken over, a deletion leaves nothing known', () => {
	const heard = new HeardPosts();
	heard.open('ada');
	heard.hear('ada', post('p1', 1));
	heard.edited({ ...post('p1', 1), message: 'edited' });
	assert.equal(heard.get('c1')?.message, 'edited');
	heard.deleted(post('p1', 1));
	assert.equal(heard.get('c1'), undefined);
	assert.equal(heard.changes, 2);
});
