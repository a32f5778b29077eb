import assert from 'node:assert/strict';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import type { Position } from './position.ts';
import { fileStore, memoryStore, type SessionStore } from './session-store.ts';

const position: Position = {
	version: 1,
	userId: 'me',
	begun: 1,
	at: 5,
	ahead: 0,
	behind: false,
	posts: [['p', 1, 0, false]],
	memberships: [],
	connection: { connectionId: 'c', seq: 4 },
};

async function keeps(store: SessionStore) {
	assert.equal(await store.load(), undefined);
	await store.save(position);
	assert.deepEqual(await store.load(), position);
	await store.save({ ...position, at: 6 });
	assert.equal((await store.load())?.at, 6);
}

test('a position is kept in memory', () => keeps(memoryStore()));

test('a position is kept in a file that only its owner reads, and nothing is left beside it', async () => {
	await using folder = await tempFolder();
	const path = join(folder.path, 'position.json');
	await keeps(fileStore(path));
	assert.equal((await stat(path)).mode & 0o777, 0o600);
	assert.deepEqual(await readdir(folder.path), ['position.json']);
});

test('a damaged file is said so, with what to do', async () => {
	await using folder = await tempFolder();
	const path = join(folder.path, 'position.json');
	for (const text of ['{"version":1', '{"version":7}', '[]', 'null']) {
		await writeFile(path, text);
		await assert.rejects(fileStore(path).load(), /can't be read as a stream's position: delete it/);
	}
});

test('a folder that is not there fails when it is saved to', async () => {
	await using folder = await tempFolder();
	await assert.rejects(fileStore(join(folder.path, 'no/such/folder')).save(position), { code: 'ENOENT' });
});
