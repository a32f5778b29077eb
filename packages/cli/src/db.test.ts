import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore, status } from '@matterkit/store';
import { startPostgres, tempFolder } from '@matterkit/testing';
import { matterkit, startMatterkit } from './testing/matterkit-process.ts';

test('a running server is backed up, and the backup has what it had', async () => {
	await using data = await tempFolder();
	await using _ = await startMatterkit(data.path);
	const file = join(data.path, 'backup.db');
	const refusedFirst = await matterkit(['db', 'backup', join(data.path, 'matterkit.db'), '--data', data.path]);
	assert.equal(refusedFirst.code, 2);
	assert.match(refusedFirst.stderr, /a backup never replaces a file/);
	const done = await matterkit(['db', 'backup', file, '--data', data.path]);
	assert.equal(done.code, 0, done.stderr);
	assert.equal((await matterkit(['db', 'backup', file, '--data', data.path])).code, 2, 'a backup is never overwritten');
	await using copy = await openStore({ file });
	assert.ok((await status(copy, [])).tables.some(({ name, rows }) => name.includes('account') && rows >= 0));
	const running = await matterkit(['db', 'status', '--json', '--data', data.path]);
	assert.equal(JSON.parse(running.stdout).kind, 'sqlite');
});

test('a second server on the same data folder is refused', async () => {
	await using data = await tempFolder();
	await using _ = await startMatterkit(data.path);
	const { code, stderr } = await matterkit(['start', '--port', '0', '--data', data.path]);
	assert.equal(code, 2);
	assert.match(stderr, /another process is using it/);
});

test('everything moves to PostgreSQL, verified, and a second move is refused', async (t) => {
	await using postgres = await startPostgres();
	if (!postgres) return t.skip('PostgreSQL is not installed');
	await using data = await tempFolder();
	await (await startMatterkit(data.path)).end('SIGTERM');
	const env = {
		DATABASE_URL: await postgres.createDatabase('moved'),
		MATTERKIT_SECRET: 'a-secret-for-this-test',
		MATTERKIT_NOTIFICATIONS_KEY: 'a-key-for-this-test-alone',
	};
	const moved = await matterkit(['db', 'move', '--json', '--data', data.path], { env });
	assert.equal(moved.code, 0, moved.stderr);
	const tables = JSON.parse(moved.stdout) as { name: string; checksum: string }[];
	assert.ok(tables.length > 3);
	const there = await matterkit(['db', 'status', '--json'], { env });
	assert.equal(JSON.parse(there.stdout).kind, 'postgres');
	const again = await matterkit(['db', 'move', '--data', data.path], { env });
	assert.equal(again.code, 2);
	assert.match(again.stderr, /move only into an empty database/);
});

test('db says what it takes when it is asked for something else', async () => {
	await using data = await tempFolder();
	for (const [args, sentence] of [
		[['db', 'drop'], /status, migrate, backup or move/],
		[['db', 'status', '--data', data.path], /there is no database in/],
		[['db', 'move', '--data', data.path], /DATABASE_URL is not set/],
	] as const) {
		const { code, stderr } = await matterkit(args);
		assert.equal(code, 2);
		assert.match(stderr, sentence);
	}
});
