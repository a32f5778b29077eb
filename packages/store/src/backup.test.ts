import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { sql } from 'kysely';
import { backup } from './backup.ts';
import { openStore } from './open.ts';

test('a backup of a database that is written to is one consistent state', async () => {
	await using folder = await tempFolder();
	await using store = await openStore({ file: join(folder.path, 'own.db') });
	await sql`create table pair (a integer, b integer)`.execute(store.db());
	let writing = true;
	let written = 0;
	const writer = (async () => {
		while (writing) {
			// Both columns of all rows always sum up to the same: a torn copy would not.
			await store.transaction(async (tx) => {
				await sql`insert into pair values (${written}, 0)`.execute(tx);
				await sql`update pair set b = a where b = 0`.execute(tx);
			});
			written++;
			await new Promise(setImmediate);
		}
	})();
	while (written < 50) await new Promise(setImmediate);
	const file = join(folder.path, 'copy.db');
	await backup(store, file);
	writing = false;
	await writer;
	assert.equal(statSync(file).mode & 0o777, 0o600);
	assert.deepEqual(
		readdirSync(folder.path).filter((name) => name.includes('partial')),
		[],
	);
	await using copy = await openStore({ file });
	const { rows } = await sql<{ rows: number; torn: number }>`
		select count(*) as rows, count(case when a <> b then 1 end) as torn from pair`.execute(copy.db());
	assert.ok((rows[0]?.rows ?? 0) >= 50);
	assert.equal(rows[0]?.torn, 0);
	await assert.rejects(backup(store, file), /exists/);
});

test('a backup that is asked for in the middle of a transaction waits for its end', async () => {
	await using folder = await tempFolder();
	await using store = await openStore({ file: join(folder.path, 'own.db') });
	await sql`create table n (x integer)`.execute(store.db());
	const { promise, resolve } = Promise.withResolvers<void>();
	const began = Promise.withResolvers<void>();
	const writing = store.transaction(async (tx) => {
		await sql`insert into n values (1)`.execute(tx);
		began.resolve();
		await promise;
	});
	await began.promise;
	const file = join(folder.path, 'copy.db');
	const copied = backup(store, file);
	setTimeout(resolve, 50);
	await Promise.all([writing, copied]);
	await using copy = await openStore({ file });
	assert.equal((await sql`select x from n`.execute(copy.db())).rows.length, 1);
});

test('of two backups into one file at once the second is refused, and the file is whole', async () => {
	await using folder = await tempFolder();
	await using store = await openStore({ file: join(folder.path, 'own.db') });
	await sql`create table n (x integer)`.execute(store.db());
	await sql`insert into n values (1)`.execute(store.db());
	const file = join(folder.path, 'copy.db');
	const [first, second] = await Promise.allSettled([backup(store, file), backup(store, file)]);
	assert.equal(first.status, 'fulfilled');
	assert.match(second.status === 'rejected' ? String(second.reason) : '', /exists: a backup never replaces a file/);
	await using copy = await openStore({ file });
	assert.equal((await sql`select x from n`.execute(copy.db())).rows.length, 1);
});
