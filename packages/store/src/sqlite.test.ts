import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { sql } from 'kysely';
import { StoreOpenError } from './errors.ts';
import { openSqlite } from './sqlite.ts';

test('a second process is refused the file in use, and gets it when the first is killed', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'own.db');
	const source = `
		const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
		const store = await openStore({ file: ${JSON.stringify(file)} });
		await store.migrate('test', [{ id: '001-a', up: (db) => db.schema.createTable('a').addColumn('x', 'text').execute() }]);
		console.log('open');
		setInterval(() => {}, 1000);
	`;
	const first = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', source], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(first.stdout, 'data');
	assert.throws(
		() => openSqlite(file),
		(error: unknown) => error instanceof StoreOpenError && /another process/.test(error.message),
	);
	first.kill('SIGKILL');
	await once(first, 'exit');
	await using store = openSqlite(file);
	await sql`insert into a values ('written')`.execute(store.db());
});

test('the same file is refused twice in one process too, and stays locked to others', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'own.db');
	await using _first = openSqlite(file);
	assert.throws(() => openSqlite(file), /this process has it open already/);
	const source = `
		const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
		await openStore({ file: ${JSON.stringify(file)} }).then(() => console.log('opened'), (error) => console.log(error.message));
		process.exit();
	`;
	const other = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', source], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [said] = await once(other.stdout, 'data');
	assert.match(String(said), /another process is using it/);
});

test('nobody else may read the files', async () => {
	await using folder = await tempFolder();
	await using store = openSqlite(join(folder.path, 'new/folder/own.db'));
	await sql`create table a (x text)`.execute(store.db());
	const made = join(folder.path, 'new/folder');
	for (const name of readdirSync(made)) assert.equal(statSync(join(made, name)).mode & 0o077, 0, name);
	assert.ok(readdirSync(made).length > 1);
});

test('what is no database is refused with a sentence that says so', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'letter.txt');
	writeFileSync(file, 'Dear reader, '.repeat(1000));
	assert.throws(() => openSqlite(file), /letter\.txt: it is not an SQLite database/);
	assert.throws(() => openSqlite(folder.path), StoreOpenError);
});

test('the log is a write-ahead one, and references are checked', async () => {
	await using folder = await tempFolder();
	await using store = openSqlite(join(folder.path, 'own.db'));
	const pragma = async (name: string) =>
		Object.values((await sql.raw<object>(`pragma ${name}`).execute(store.db())).rows[0] ?? {});
	assert.deepEqual(await pragma('journal_mode'), ['wal']);
	assert.deepEqual(await pragma('foreign_keys'), [1]);
});
