import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryOf, markerOf, split } from './marker.ts';

const post = { id: 'p1', user_id: 'bot', channel_id: 'c', create_at: 5, props: markerOf('d1') };

test('a post of the bot is known by its mark', () => {
	assert.equal(deliveryOf(post, 'bot'), 'd1');
});

test('a mark that someone else put on a post means nothing', () => {
	assert.equal(deliveryOf({ ...post, user_id: 'mallory' }, 'bot'), undefined);
});

test('a deleted post, one without a mark, and one with an odd mark are nobody’s', () => {
	assert.equal(deliveryOf({ ...post, delete_at: 9 }, 'bot'), undefined);
	assert.equal(deliveryOf({ ...post, props: {} }, 'bot'), undefined);
	assert.equal(deliveryOf({ ...post, props: { notification_id: { a: 1 } } }, 'bot'), undefined);
});

test('of two posts the earlier one stays, by its id where the time is the same', () => {
	const later = { ...post, id: 'p0', create_at: 6 };
	assert.deepEqual(split([later, post]), { stays: post, go: [later] });
	const tie = { ...post, id: 'p2' };
	assert.equal(split([tie, post]).stays, post);
});
