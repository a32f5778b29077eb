import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashPassword, randomPassword, verifyPassword } from './passwords.ts';
import { refuseMattermostPassword } from './rules.ts';

test('a password opens its own hash and no other does', async () => {
	const stored = await hashPassword('Sup3r-secret!', 1024);
	assert.equal(await verifyPassword('Sup3r-secret!', stored), true);
	assert.equal(await verifyPassword('Sup3r-secret', stored), false);
	assert.equal(await verifyPassword('', stored), false);
});

test('two hashes of one password differ, and both are as costly as asked', async () => {
	const [first, second] = await Promise.all([hashPassword('same', 2048), hashPassword('same', 2048)]);
	assert.notEqual(first, second);
	assert.match(first, /^scrypt\$2048\$8\$1\$/);
});

test('a password is the same however its letters were composed', async () => {
	assert.equal(await verifyPassword('Zoe\u0308-1234', await hashPassword('Zo\u00eb-1234', 1024)), true);
});

test('a random password satisfies any server and is never the same', () => {
	assert.equal(refuseMattermostPassword(randomPassword()), undefined);
	assert.ok(randomPassword().length <= 64, 'Mattermost takes at most 72 bytes');
	assert.notEqual(randomPassword(), randomPassword());
});
