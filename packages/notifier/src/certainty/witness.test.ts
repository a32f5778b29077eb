import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markerOf } from '../mattermost/marker.ts';
import { Witness } from './witness.ts';

const post = (id: string, delivery: string, user_id = 'bot') => ({
	id,
	user_id,
	channel_id: 'c',
	create_at: 1,
	props: markerOf(delivery),
});

test('a post that was heard is known by its delivery', () => {
	const witness = new Witness();
	assert.equal(witness.hear(post('p1', 'd1'), 'bot'), undefined);
	assert.equal(witness.postOf('d1')?.id, 'p1');
	assert.equal(witness.postOf('d2'), undefined);
});

test('a forged mark is not believed', () => {
	const witness = new Witness();
	witness.hear(post('p1', 'd1', 'mallory'), 'bot');
	assert.equal(witness.postOf('d1'), undefined);
});

test('a second post of one delivery is noticed, the same post heard twice is not', () => {
	const witness = new Witness();
	witness.hear(post('p1', 'd1'), 'bot');
	assert.equal(witness.hear(post('p1', 'd1'), 'bot'), undefined);
	assert.equal(witness.hear(post('p2', 'd1'), 'bot')?.id, 'p1');
});

test('what is remembered is bounded, and the newest half is always there', () => {
	const witness = new Witness();
	for (let number = 0; number < 120_000; number++) witness.hear(post(`p${number}`, `d${number}`), 'bot');
	assert.equal(witness.postOf('d0'), undefined);
	assert.equal(witness.postOf('d100000')?.id, 'p100000');
});
