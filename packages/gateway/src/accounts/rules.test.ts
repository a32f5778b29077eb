import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseChannelName, refuseEmail, refuseMattermostPassword, refusePassword, refuseUsername } from './rules.ts';

test('a username is taken when Mattermost would take it', () => {
	for (const good of ['ada', 'a1.b-c_d', 'a'.repeat(22)]) assert.equal(refuseUsername(good), undefined, good);
	for (const bad of ['', 'ab', '1ada', 'Ada', 'A B', 'a'.repeat(23), 'ada\n', 'ädä']) {
		assert.match(refuseUsername(bad) ?? '', /must begin with a letter/, bad);
	}
});

test('an email address needs a name, one @ and a domain', () => {
	assert.equal(refuseEmail('ada@example.com'), undefined);
	for (const bad of ['nope', 'a@b', '@example.com', 'a b@example.com', 'a@@example.com', `${'a'.repeat(128)}@x.org`]) {
		assert.equal(refuseEmail(bad), 'Invalid email address', bad);
	}
});

test('a password is refused when it is short, monotonous or the name itself', () => {
	const who = { username: 'ada', email: 'ada@example.com' };
	assert.equal(refusePassword('Sup3r-secret!', who), undefined);
	assert.equal(refusePassword('correct horse', who), undefined);
	for (const bad of ['short', 'aaaaaaaaaaaa', 'my-name-is-Ada', 'ada@example.com', 'x1'.repeat(200)]) {
		assert.ok(refusePassword(bad, who), bad);
	}
});

test('a password for Mattermost itself needs ten characters of four kinds', () => {
	assert.equal(refuseMattermostPassword('Passw0rd!x'), undefined);
	for (const bad of ['Passw0rd!', 'passw0rd!x', 'PASSW0RD!X', 'Password!x', 'Passw0rdxx']) {
		assert.ok(refuseMattermostPassword(bad), bad);
	}
});

test('a channel name is taken when Mattermost would take it', () => {
	for (const good of ['a', 'town-square', 'x_1']) assert.equal(refuseChannelName(good), undefined, good);
	for (const bad of ['', 'Town Square', '-a', 'a-', 'a/b', 'x'.repeat(65)]) assert.ok(refuseChannelName(bad), bad);
});
