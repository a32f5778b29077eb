import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plain, plainAnywhere, plainLines, plainUrl } from './escape.ts';

/** What a reader sees: without escapes and invisible characters. */
const shown = (text: string) => text.replace(/\\([\\`*[\]~<|_#])/g, '$1').replace(/\u200b/g, '');

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
		['&commat;all &#64;all &#x40;all', /&(#|#x)?\w+;/],
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
		fc.constantFrom('@all', '@', '&', 'commat;', '://', 'www.', '[', ']', '`', '\\', '\n', ' ', '\u200b', '_', '*'),
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
						.replace(/[\\`*[\]~<|_#]/g, '\\$&'),
				),
			);
			assert.doesNotMatch(safe, /@[^\u200b]|@$|&#?[a-z0-9]+;|:\/\/|www\.|[\n\r]/i);
		}),
	);
});

/** What harm a text can do in a line of markdown, in the middle or at its beginning. */
const harm = /&#?[a-z0-9]+;|@[^\u200b]|@$|:\/\/|www\.|(?<!\\)(?:\\\\)*[`[\]~<|*]|^\s*(?:[>+=-]|#|\d{1,9}[.)])/im;
const attack = fc
	.array(
		fc.oneof(
			fc.string({ unit: 'grapheme' }),
			fc.constantFrom(
				'&commat;',
				'&#64;all',
				'@all',
				'@channel',
				'@here',
				'@john.doe',
				'@',
				'[x](https://evil.example)',
				'https://evil.example',
			),
			fc.constantFrom(
				'```',
				'`',
				'\\',
				'**',
				'~~',
				'> ',
				'- ',
				'1. ',
				'# ',
				'---',
				'===',
				'| a | b |',
				'<@x>',
				'![x](y)',
			),
			fc.constantFrom(
				'\n',
				'\r\n',
				'\u2028',
				'\u2029',
				'\u0000',
				'\u200b',
				'\u202e',
				'\t',
				' ',
				'{{name}}',
				'$&',
				'$1',
			),
		),
		{ maxLength: 10 },
	)
	.map((pieces) => pieces.join(''));

test('wherever a template puts a text from outside, it mentions, links and formats nothing and begins no block', () => {
	fc.assert(
		fc.property(attack, (text) => {
			const safe = plainAnywhere(text);
			assert.doesNotMatch(safe, harm, JSON.stringify(safe));
			assert.doesNotMatch(safe, /[\n\r\u2028\u2029]/);
		}),
		{ numRuns: 1_000 },
	);
});

test('a text of several lines keeps them, and none of them does harm', () => {
	assert.equal(plainLines('first\n- second\r\n```\n@all'), 'first\n\u200b- second\n\\`\\`\\`\n@\u200ball');
	fc.assert(
		fc.property(attack, (text) => {
			for (const line of plainLines(text).split('\n')) assert.doesNotMatch(line, harm, JSON.stringify(line));
		}),
	);
});

test('an address stays inside the parentheses of its link, and leads where it led', () => {
	assert.equal(plainUrl(new URL('https://example.com/a_b?c=(d)')), 'https://example.com/a%5Fb?c=%28d%29');
	assert.equal(plainUrl(new URL('https://example.com/;v=1?a&commat;all')), 'https://example.com/;v=1?a&commat%3Ball');
	fc.assert(
		fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), attack, (base, text) => {
			if (!URL.canParse(text, base)) return;
			const url = new URL(text, base);
			if (!url.protocol.startsWith('http')) return;
			const safe = plainUrl(url);
			assert.doesNotMatch(safe.slice(url.origin.length), /[()[\]`*_~|@<>"'\s]/);
			assert.equal(new URL(safe).host, url.host);
			// A lone % is a % to both.
			const decoded = (path: string) =>
				path.replace(/%([0-7][0-9A-F])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
			assert.equal(decoded(new URL(safe).pathname), decoded(url.pathname));
		}),
	);
});
