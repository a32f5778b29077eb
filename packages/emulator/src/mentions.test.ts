import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashtagsIn, spokenTo } from './mentions.ts';

const names = (message: string) => [...spokenTo(message).names];

test('names follow an at sign at the beginning of a word', () => {
	assert.deepEqual(names('@ada and (@bob), mail@carol.de'), ['ada', 'bob']);
});

test('a dot or a dash at the end may belong to the name or to the sentence', () => {
	assert.deepEqual(names('ask @ada.lovelace.'), ['ada.lovelace.', 'ada.lovelace']);
});

test('code speaks to nobody', () => {
	assert.deepEqual(names('`@ada` ```\n@bob\n``` @carol'), ['carol']);
});

test('all, channel and here are said', () => {
	assert.equal(spokenTo('@all').everybody, true);
	assert.equal(spokenTo('@channel').everybody, true);
	assert.equal(spokenTo('@here').here, true);
	assert.equal(spokenTo('@everyone').everybody, false);
});

test('hashtags begin with a letter and have three characters', () => {
	assert.equal(hashtagsIn('#deploy now #x #42 a#b #two-words.'), '#deploy #two-words');
});
