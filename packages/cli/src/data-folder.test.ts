import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { DataFolder, findRunningServer } from './data-folder.ts';
import { UsageError } from './usage-error.ts';

const nothing = { secret: undefined, notificationsKey: undefined };

test('secrets are made once, readable by their owner only, and the same after a restart', async () => {
	await using folder = await tempFolder();
	const path = join(folder.path, 'new');
	const made = new DataFolder(path).secrets(nothing);
	assert.ok(made.secret.length >= 43);
	assert.deepEqual(new DataFolder(path).secrets(nothing), made);
	assert.equal(statSync(join(path, 'secrets.json')).mode & 0o777, 0o600);
});

test('a secret that is given wins over the kept one', async () => {
	await using folder = await tempFolder();
	const data = new DataFolder(folder.path);
	const kept = data.secrets(nothing);
	const secrets = data.secrets({ ...nothing, secret: 'given by the environment' });
	assert.deepEqual(secrets, { secret: 'given by the environment', notificationsKey: kept.notificationsKey });
});

test('damaged secrets are refused, not replaced: new ones would orphan every account', async () => {
	await using folder = await tempFolder();
	writeFileSync(join(folder.path, 'secrets.json'), '{"secret":');
	assert.throws(() => new DataFolder(folder.path).secrets(nothing), UsageError);
});

test('a data folder that is a file is refused in one sentence', async () => {
	await using folder = await tempFolder();
	const path = join(folder.path, 'file');
	writeFileSync(path, '');
	assert.throws(() => new DataFolder(path), { name: 'UsageError', message: /data folder .*file cannot be used/ });
});

test('a server is found while its process lives', async () => {
	await using folder = await tempFolder();
	const data = new DataFolder(folder.path);
	assert.equal(findRunningServer(folder.path), undefined);
	const server = { pid: process.pid, mattermost: 'http://127.0.0.1:1', token: 't' };
	data.announce(server);
	assert.deepEqual(findRunningServer(folder.path), server);
	data.withdraw();
	assert.equal(findRunningServer(folder.path), undefined);
});

test('a folder in which nothing can be made is refused at once', { skip: process.platform !== 'linux' }, () => {
	assert.throws(() => new DataFolder('/proc/matterkit/data'), { name: 'UsageError', message: /cannot be used/ });
});
