import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore, type StoreStatus, status } from '@matterkit/store';
import { startPostgres, tempFolder } from '@matterkit/testing';
import { type MatterkitProcess, matterkit, startMatterkit } from './testing/matterkit-process.ts';

/** A notification in the database of the server; it has gone out. */
async function notify({ ready }: MatterkitProcess): Promise<void> {
	const response = await fetch(`${ready.notifications}/send?wait=60s`, {
		method: 'POST',
		headers: { authorization: `Bearer ${ready.notificationsKey}`, 'content-type': 'application/json' },
		body: JSON.stringify({
			action: 'RETURN',
			userId: 7,
			mattermostUsername: 'ada',
			device: { id: 1, name: 'MacBook Pro' },
			requestId: 1,
			returnDate: '2026-01-20',
		}),
	});
	assert.equal(response.status, 200);
}

const rowsOf = ({ tables }: StoreStatus, table: string) => tables.find(({ name }) => name === table)?.rows;

test('a running server is backed up, and the backup has what it had', async () => {
	await using data = await tempFolder();
	await using server = await startMatterkit(data.path);
	await notify(server);
	const file = join(data.path, 'backup.db');
	const refusedFirst = await matterkit(['db', 'backup', join(data.path, 'matterkit.db'), '--data', data.path]);
	assert.equal(refusedFirst.code, 2);
	assert.match(refusedFirst.stderr, /a backup never replaces a file/);
	const done = await matterkit(['db', 'backup', file, '--data', data.path]);
	assert.equal(done.code, 0, done.stderr);
	assert.equal((await matterkit(['db', 'backup', file, '--data', data.path])).code, 2, 'a backup is never overwritten');
	await using copy = await openStore({ file });
	const backedUp = await status(copy, []);
	const running = JSON.parse((await matterkit(['db', 'status', '--json', '--data', data.path])).stdout) as StoreStatus;
	assert.equal(running.kind, 'sqlite');
	for (const table of ['notifier_delivery', 'notifier_key']) {
		assert.equal(rowsOf(backedUp, table), 1, table);
		assert.equal(rowsOf(running, table), 1, table);
	}
});

test('migrate makes the tables of a database that no server has used, and says so twice', async (t) => {
	await using postgres = await startPostgres();
	if (!postgres) return t.skip('PostgreSQL is not installed');
	await using data = await tempFolder();
	const env = {
		DATABASE_URL: await postgres.createDatabase('migrated'),
		MATTERKIT_SECRET: 'a-secret-for-this-test',
		MATTERKIT_NOTIFICATIONS_KEY: 'a-key-for-this-test-alone',
	};
	const missing = async () =>
		(
			JSON.parse((await matterkit(['db', 'status', '--json', '--data', data.path], { env })).stdout) as StoreStatus
		).rooms
			.filter(({ room }) => room !== 'stranger')
			.map(({ missing }) => missing.length);
	assert.ok((await missing()).every((count) => count > 0));
	for (const time of ['first', 'second']) {
		const { code, stdout, stderr } = await matterkit(['db', 'migrate', '--data', data.path], { env });
		assert.equal(code, 0, `${time}: ${stderr}`);
		assert.match(stdout, /the database is up to date/);
	}
	assert.ok((await missing()).every((count) => count === 0));
	// A newer program was here.
	await using store = await openStore({ url: env.DATABASE_URL });
	const stranger = { room: 'notifier', id: '999-of-tomorrow', applied_at: 0 };
	await store
		.db<{ matterkit_migration: typeof stranger }>()
		.insertInto('matterkit_migration')
		.values(stranger)
		.execute();
	const refused = await matterkit(['db', 'migrate', '--data', data.path], { env });
	assert.notEqual(refused.code, 0);
	assert.match(refused.stderr, /999-of-tomorrow.*newer version/s);
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
	const server = await startMatterkit(data.path);
	await notify(server);
	await server.end('SIGTERM');
	const env = {
		DATABASE_URL: await postgres.createDatabase('moved'),
		MATTERKIT_SECRET: 'a-secret-for-this-test',
		MATTERKIT_NOTIFICATIONS_KEY: 'a-key-for-this-test-alone',
	};
	const moved = await matterkit(['db', 'move', '--json', '--data', data.path], { env });
	assert.equal(moved.code, 0, moved.stderr);
	const tables = JSON.parse(moved.stdout) as { name: string; rows: number; checksum: string }[];
	assert.ok(tables.length > 3);
	const there = JSON.parse((await matterkit(['db', 'status', '--json'], { env })).stdout) as StoreStatus;
	assert.equal(there.kind, 'postgres');
	for (const { name, rows, checksum } of tables) {
		assert.equal(rowsOf(there, name), rows, name);
		assert.match(checksum, /^[0-9a-f]{64}$/);
	}
	assert.equal(rowsOf(there, 'notifier_delivery'), 1);
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
