import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plain } from './escape.ts';

/** What a reader sees: without escapes and invisible characters. */
const shown = (text: string) => text.replace(/\\([\\`*[\]~<_#])/g, '$1').replace(/\u200b/g, '');

test('ordinary names of devices stay as they are, letter by letter', () => {
	for (const name of [
		'MacBook Pro 16" M3',
		'DEV-001',
		'Ubiquiti (rack) #2'.replace(' #2', ''),
		'ThinkPad X1 Carbon, Gen 12',
		'snake_case_tag',
		'東芝 R40',
		'a+b=c!',
		"it's 5:30",
	])
		assert.equal(plain(name), name);
});

test('nobody is mentioned, no link, no emoji, no format comes out of a text from outside', () => {
	const attacks: [string, RegExp][] = [
		['@all', /@all/],
		['hey @channel, @here', /@(channel|here)/],
		['@john.doe', /@john/],
		['[click](https://evil.example)', /(?<!\\)\[click/],
		['https://evil.example', /https:\/\//],
		['HTTPS://evil.example', /HTTPS:/],
		['www.evil.example', /www\./],
		['mailto:me@evil.example', /mailto:|@evil/],
		['<https://evil.example>', /(?<!\\)</],
		['**bold** _it_ `code` ~~no~~', /(?<!\\)[*`~]|(?<![\\\w])_/],
		['~town-square', /(?<!\\)~/],
		['#hashtag', /(?<!\\)#/],
		[':tada:', /:tada:/],
		['![x](https://evil.example/x.png)', /(?<!\\)\[|https:\/\//],
	];
	for (const [attack, harm] of attacks) assert.doesNotMatch(plain(attack), harm, attack);
});

test('a text stays one line, so that it can’t begin a heading, a list or a quote', () => {
	assert.equal(plain('MacBook\n# Fake heading\r\n> quote\u2028x'), 'MacBook \\# Fake heading > quote x');
});

test('whatever the text, what is shown is the text, and nothing is mentioned or linked', () => {
	const piece = fc.oneof(
		fc.string(),
		fc.constantFrom('@all', '@', '://', 'www.', '[', ']', '`', '\\', '\n', ' ', '\u200b', '_', '*'),
	);
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
			const text = pieces.join('');
			const safe = plain(text);
			assert.equal(
				shown(safe),
				shown(
					text
						.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
						.trim()
						.replace(/[\\`*[\]~<_#]/g, '\\$&'),
				),
			);
			assert.doesNotMatch(safe, /@[^\u200b]|@$|:\/\/|www\.|[\n\r]/i);
		}),
	);
});
