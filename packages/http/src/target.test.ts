import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isValidationError } from './errors/index.ts';
import { parseBase, target, withoutQuery } from './target.ts';

const base = parseBase('https://chat.example.com/mattermost/api/v4/');
const at = (path: string, params?: Parameters<typeof target>[2]) => target(base, path, params);

test('the path goes below the base URL, with or without slashes between', () => {
	assert.equal(base.origin, 'https://chat.example.com');
	for (const path of ['/users/me', 'users/me', '//users/me']) assert.equal(at(path), '/mattermost/api/v4/users/me');
	assert.equal(at(''), '/mattermost/api/v4');
	assert.equal(at('/'), '/mattermost/api/v4/');
	assert.equal(target(parseBase('http://localhost:8065'), '', undefined), '/');
	assert.equal(target(parseBase('http://localhost:8065'), '?a=b', undefined), '/?a=b');
});

test('parameters are encoded; arrays repeat the key; undefined and null are left out', () => {
	assert.equal(
		at('/search', { q: 'a b&c=d#ü', page: 0, all: false, ids: ['x', 'y/z'], none: undefined, nil: null }),
		'/mattermost/api/v4/search?q=a%20b%26c%3Dd%23%C3%BC&page=0&all=false&ids=x&ids=y%2Fz',
	);
	assert.equal(at('/search?a=1', { b: 2 }), '/mattermost/api/v4/search?a=1&b=2');
});

test('what a URL cannot hold is encoded, what is encoded stays', () => {
	assert.equal(at('/users/username/jürgen schmidt'), '/mattermost/api/v4/users/username/j%C3%BCrgen%20schmidt');
	assert.equal(at('/a%2Fb'), '/mattermost/api/v4/a%2Fb');
	assert.equal(at('/a\\b'), '/mattermost/api/v4/a%5Cb');
	assert.equal(at('/files/report.v2.pdf'), '/mattermost/api/v4/files/report.v2.pdf');
	assert.equal(at('/a\ud800b'), '/mattermost/api/v4/a%EF%BF%BDb');
});

test('a path that would leave the base is refused', () => {
	for (const path of [
		'/../admin',
		'/users/../../admin',
		'..',
		'/users/.',
		'/%2e%2e/admin',
		'/.%2E/admin',
		'/users/username/../../../../x?y=1#z',
		'\\..\\admin',
		'https://evil.example/x',
		'/users#x',
		'/users\r\nx: y',
	]) {
		assert.throws(() => at(path), isValidationError, path);
	}
	assert.equal(at('/a?redirect=/../x'), '/mattermost/api/v4/a?redirect=/../x', 'a query is no path');
});

test('any path is refused, or stays below the base on the same host', () => {
	const pieces = fc.constantFrom(
		'..',
		'.',
		'/',
		'\\',
		'%2e',
		'%2F',
		'?',
		'#',
		'@',
		':',
		'//',
		'a',
		'é',
		' ',
		'\n',
		'http:',
		';',
		'\u{1f600}',
	);
	const path = fc.oneof(
		fc.string({ unit: 'binary' }),
		fc.array(pieces).map((parts) => parts.join('')),
	);
	fc.assert(
		fc.property(path, fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (path, params) => {
			let sent: string;
			try {
				sent = at(path, params);
			} catch (error) {
				assert.ok(isValidationError(error));
				return;
			}
			assert.match(sent, /^[\x21-\x7e]+$/, 'undici and proxies take it as it is');
			const url = new URL(base.origin + sent);
			assert.equal(url.host, 'chat.example.com');
			assert.ok(url.pathname === '/mattermost/api/v4' || url.pathname.startsWith('/mattermost/api/v4/'));
			assert.equal(url.hash, '');
		}),
		{ numRuns: 2000 },
	);
});

test('any parameters arrive as they were given', () => {
	const text = fc.string({ unit: 'grapheme' }).map((value) => value.toWellFormed());
	fc.assert(
		fc.property(fc.dictionary(text, fc.array(text)), (params) => {
			const { searchParams } = new URL(base.origin + at('/x', params));
			for (const [key, values] of Object.entries(params)) assert.deepEqual(searchParams.getAll(key), values);
		}),
	);
});

test('a base URL that cannot work is refused, and its password is not repeated', () => {
	for (const url of ['chat.example.com', 'ftp://x', 'https://user:hunter2@x', 'https://x?y', 'https://x#y', '']) {
		assert.throws(
			() => parseBase(url),
			(error) => isValidationError(error) && !error.message.includes('hunter2'),
		);
	}
});

test('for messages the query is cut off', () => {
	assert.equal(withoutQuery('/x?token=secret'), '/x');
	assert.equal(withoutQuery('/x'), '/x');
});
