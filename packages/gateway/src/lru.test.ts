import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lru } from './lru.ts';

const kept = (lru: Lru<string>, keys: string) => [...keys].filter((key) => lru.get(key) !== undefined).join('');

test('what was used stays, what was not goes first', () => {
	const lru = new Lru<string>({ entries: 3, weight: 100 });
	for (const key of 'abc') lru.set(key, key, 1);
	lru.get('a');
	lru.set('d', 'd', 1);
	assert.equal(kept(lru, 'abcd'), 'acd');
});

test('when all were used the oldest goes', () => {
	const lru = new Lru<string>({ entries: 2, weight: 100 });
	for (const key of 'ab') lru.set(key, key, 1);
	assert.equal(kept(lru, 'ab'), 'ab');
	lru.set('c', 'c', 1);
	assert.equal(lru.size, 2);
	assert.equal(kept(lru, 'bc'), 'bc');
});

test('weight is bounded too, and what is replaced or deleted weighs nothing any more', () => {
	const lru = new Lru<string>({ entries: 100, weight: 10 });
	lru.set('a', 'a', 6);
	lru.set('a', 'A', 5);
	lru.set('b', 'b', 5);
	assert.equal(kept(lru, 'ab'), 'ab');
	lru.set('c', 'c', 1);
	assert.equal(lru.size, 2);
	assert.equal(lru.get('c'), 'c');
	lru.set('huge', 'huge', 11);
	assert.deepEqual([lru.size, lru.get('huge')], [2, undefined]);
});
