import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PostChange, PostMemory } from './memory.ts';
import { headOf } from './post-head.ts';
import { aPost } from './testing/posts.ts';

const head = (id: string, times: { update_at?: number; edit_at?: number } = {}) =>
	headOf(aPost({ id, create_at: 1, ...times }));

test('what a catch-up told is no news when it comes live as well', () => {
	const memory = new PostMemory(1_000);
	memory.reading();
	memory.tell('posted', head('p', { update_at: 5, edit_at: 5 }), true);
	assert.ok(!memory.isNews('posted', head('p')));
	assert.ok(!memory.isNews('post_edited', head('p', { update_at: 5 })));
	assert.ok(memory.isNews('post_edited', head('p', { update_at: 6 })));
	assert.ok(memory.isNews('post_deleted', head('p')));
	memory.tell('post_deleted', head('p'), true);
	assert.ok(!memory.isNews('post_deleted', head('p')));
	assert.ok(!memory.isNews('post_edited', head('p', { update_at: 9 })));
});

test('live events do not suppress each other: their numbers tell them apart', () => {
	const memory = new PostMemory(1_000);
	memory.tell('posted', head('p'), false);
	// An edit and a pin within a millisecond.
	for (let time = 0; time < 2; time++) {
		assert.ok(memory.isNews('post_edited', head('p', { update_at: 5 })));
		memory.tell('post_edited', head('p', { update_at: 5 }), false);
	}
});

test('an edit whose time is before the last one is news, but not while it may be older than what a catch-up told', () => {
	const memory = new PostMemory(1_000);
	memory.reading();
	memory.tell('posted', head('p', { update_at: 100 }), true);
	assert.ok(!memory.isNews('post_edited', head('p', { update_at: 50 })));
	memory.settle();
	assert.ok(memory.isNews('post_edited', head('p', { update_at: 50 })));
	memory.reading();
	assert.ok(memory.isNews('post_edited', head('p', { update_at: 50 })), 'the next catch-up told nothing of it');
	assert.ok(!memory.isNews('post_edited', head('p', { update_at: 100 })), 'the same once more');
});

test('posts are remembered for the horizon at least, and not for ever', () => {
	const memory = new PostMemory(1_000);
	const tell = (id: string) => memory.tell('posted' satisfies PostChange, head(id), false);
	memory.forget(10_000);
	tell('a');
	memory.forget(10_999);
	assert.ok(memory.get('a'));
	memory.forget(11_500);
	tell('b');
	assert.ok(memory.get('a'));
	memory.forget(12_600);
	assert.equal(memory.get('a'), undefined);
	assert.ok(memory.get('b'));
});

test('a clock that is set back makes nothing forgotten', () => {
	const memory = new PostMemory(1_000);
	memory.forget(10_000);
	memory.tell('posted', head('a'), false);
	for (const time of [9_000, 5_000, 1_000, 1_500]) memory.forget(time);
	assert.ok(memory.get('a'));
});

test('what was told can be taken back', () => {
	const memory = new PostMemory(1_000);
	const first = memory.tell('posted', head('p'), false);
	const second = memory.tell('post_edited', head('p', { update_at: 5 }), false);
	assert.equal(first.before, undefined);
	assert.equal(second.before?.updateAt, 1);
});
