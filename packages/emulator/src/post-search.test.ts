import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesWords, parseSearch } from './post-search.ts';

const finds = (terms: string, message: string, any = false) => matchesWords(message, '', parseSearch(terms), any);

test('all words must be there, with `any` one of them', () => {
	assert.equal(finds('disk full', 'the disk is full'), true);
	assert.equal(finds('disk empty', 'the disk is full'), false);
	assert.equal(finds('disk empty', 'the disk is full', true), true);
});

test('quoted words follow one another', () => {
	assert.equal(finds('"disk is full"', 'the Disk is full!'), true);
	assert.equal(finds('"disk full"', 'the disk is full'), false);
});

test('a star stands for the rest of a word', () => {
	assert.equal(finds('dis*', 'the disk'), true);
	assert.equal(finds('dis', 'the disk'), false);
});

test('what is excluded must not be there', () => {
	assert.equal(finds('disk -full', 'the disk is full'), false);
	assert.equal(finds('disk -"not there"', 'the disk is there, not here'), true);
});

test('authors and channels are named, or excluded', () => {
	const terms = parseSearch('from:@ada in:~ops -from:bob -in:town-square hello');
	assert.deepEqual([terms.from, terms.in, terms.notFrom, terms.notIn], [['ada'], ['ops'], ['bob'], ['town-square']]);
	assert.deepEqual(terms.words, [['hello']]);
});

test('days are the user’s own', () => {
	const day = 86_400_000;
	const utc = Date.UTC(2026, 0, 2);
	assert.equal(parseSearch('on:2026-01-02').since, utc);
	assert.equal(parseSearch('on:2026-01-02').until, utc + day);
	assert.equal(parseSearch('after:2026-01-02').since, utc + day);
	assert.equal(parseSearch('before:2026-01-02', 3_600).until, utc - 3_600_000);
});

test('hashtags are looked for as such', () => {
	assert.equal(matchesWords('about #ops', '#ops', parseSearch('#ops'), false), true);
	assert.equal(matchesWords('about ops', '', parseSearch('#ops'), false), false);
});
