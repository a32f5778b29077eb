import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { sql } from 'kysely';
import { StoreOpenError } from './errors.ts';
import { openSqlite } from './sqlite.ts';

test('a second process is refused the file in use, and gets it when the first is killed', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'own.db');
	const source = `${openWithTable(file)}
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

test('what a killed process left in the log is in the database, on disk, before anyone reads it', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'own.db');
	await run(`${openWithTable(file)} process.kill(process.pid, 'SIGKILL');`);
	assert.ok(statSync(`${file}-wal`).size > 0);
	await using _store = openSqlite(file);
	const alone = join(folder.path, 'alone.db');
	copyFileSync(file, alone);
	await using withoutLog = openSqlite(alone);
	assert.deepEqual((await sql`select x from a`.execute(withoutLog.db())).rows, []);
});

test('after the disk refused pages the log stays for who opens it next, whether or not the program ends in good order', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'own.db');
	const before = join(folder.path, 'before.db');
	const module = (name: string) => JSON.stringify(join(import.meta.dirname, name));
	const source = `
		const { copyFileSync, openSync, fdatasyncSync } = await import('node:fs');
		const { DatabaseSync } = await import('node:sqlite');
		const { sql } = await import('kysely');
		const { GroupCommit } = await import(${module('group-commit.ts')});
		const { SqliteStore } = await import(${module('sqlite.ts')});
		const { WriteAheadLog } = await import(${module('write-ahead-log.ts')});
		const file = ${JSON.stringify(file)};
		const database = new DatabaseSync(file);
		database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; create table a (x text);' +
			'pragma wal_checkpoint(truncate); pragma synchronous = off; pragma wal_autocheckpoint = 0');
		copyFileSync(file, ${JSON.stringify(before)});
		const files = { database: openSync(file, 'r+'), log: openSync(file + '-wal', 'r+') };
		const log = new WriteAheadLog(database, files, {
			longest: 1,
			syncFile: async (descriptor) => {
				if (descriptor === files.database) throw new Error('EIO');
				fdatasyncSync(descriptor);
			},
		});
		const closing = new DisposableStack();
		closing.defer(() => database.close());
		const store = new SqliteStore(database, new GroupCommit(database, log), closing);
		await sql\`insert into a values ('answered')\`.execute(store.db());
		await sql\`insert into a values ('refused')\`.execute(store.db()).then(() => process.exit(1), () => {});
		await store.close();
	`;
	assert.equal(await run(source), 0);
	// The kernel gave up on the pages: what the disk holds of them is what was there before.
	copyFileSync(before, file);
	await using store = openSqlite(file);
	const { rows } = await sql<{ x: string }>`select x from a`.execute(store.db());
	assert.deepEqual(
		rows.map(({ x }) => x),
		['answered'],
	);
});

/** Source that opens the store and makes a table `a` with a column `x`. */
const openWithTable = (file: string) => `
	const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
	const store = await openStore({ file: ${JSON.stringify(file)} });
	await store.migrate('test', [{ id: '001-a', up: (db) => db.schema.createTable('a').addColumn('x', 'text').execute() }]);
`;

/** Runs the source in a process of its own. @returns its exit code. */
async function run(source: string): Promise<number | null> {
	const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', source], {
		stdio: ['ignore', 'ignore', 'inherit'],
		cwd: import.meta.dirname,
	});
	const [code] = await once(child, 'exit');
	return code;
}
