import assert from 'node:assert/strict';
import { fdatasync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { tempFolder } from '@matterkit/testing';
import { sql } from 'kysely';
import { GroupCommit } from './group-commit.ts';
import { openSqlite } from './sqlite.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

const fdatasyncAsync = promisify(fdatasync);

/** A database whose disk holds only what was synced: what a power loss leaves at worst. */
async function unreliable(folder: string) {
	const file = join(folder, 'own.db');
	const database = new DatabaseSync(file);
	database.exec(`
		pragma locking_mode = exclusive;
		pragma journal_mode = wal;
		create table n (x integer primary key, value integer not null, filler blob);
		pragma synchronous = off;
		pragma wal_autocheckpoint = 0`);
	const descriptors = { database: openSync(file, 'r+'), log: openSync(`${file}-wal`, 'r+') };
	const paths = new Map([
		[descriptors.database, file],
		[descriptors.log, `${file}-wal`],
	]);
	const onDisk = new Map<string, Buffer>();
	const keep = (path: string) => onDisk.set(path, readFileSync(path));
	for (const path of paths.values()) keep(path);
	const syncs: string[] = [];
	const log = new WriteAheadLog(database, descriptors, {
		longest: 60_000,
		syncFile: async (descriptor) => {
			const path = paths.get(descriptor) ?? '';
			const bytes = readFileSync(path);
			disk.asked();
			await fdatasyncAsync(descriptor);
			onDisk.set(path, bytes);
			syncs.push(path.endsWith('-wal') ? 'log' : 'database');
		},
	});
	let images = 0;
	const disk = {
		/** Told when the disk is asked for something. */
		asked: () => {},
		commits: new GroupCommit(database, log),
		database,
		syncs,
		/** The rows' values after a power loss now. `has`: which of the pages that were not synced had reached the disk. */
		afterPowerLoss(has: (page: number) => boolean): Map<number, number> {
			const image = join(folder, `image-${images++}.db`);
			const [synced, written] = [onDisk.get(file) ?? Buffer.alloc(0), readFileSync(file)];
			const pages = Array.from({ length: written.length / 4096 }, (_, page) => {
				const of = has(page) || page * 4096 >= synced.length ? written : synced;
				return of.subarray(page * 4096, (page + 1) * 4096);
			});
			writeFileSync(image, Buffer.concat(pages));
			writeFileSync(`${image}-wal`, onDisk.get(`${file}-wal`) ?? '');
			const survived = new DatabaseSync(image);
			assert.deepEqual({ ...survived.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' });
			const rows = survived.prepare('select x, value from n').all() as { x: number; value: number }[];
			survived.close();
			return new Map(rows.map(({ x, value }) => [x, value]));
		},
	};
	return disk;
}

test('what was answered is there after a power loss at any moment, also while the log is brought into the database', async () => {
	await using folder = await tempFolder();
	const disk = await unreliable(folder.path);
	const { commits, database } = disk;
	// Each value is written to two rows, one on an even page and one on an odd one: half a transaction would show.
	const pairs = 21;
	const insert = database.prepare('insert into n values (?, 0, randomblob(3000))');
	for (let x = 0; x < 2 * pairs; x++) await commits.write(() => insert.run(x));
	const update = database.prepare(`update n set value = ? where x = ? or x = ? + ${pairs}`);
	const answered = new Map<number, number>();
	let checks = 0;
	disk.asked = () => {
		for (const has of [() => false, () => true, (page: number) => page % 2 === 0, (page: number) => page % 2 === 1]) {
			const survived = disk.afterPowerLoss(has);
			for (let x = 0; x < pairs; x++) {
				assert.equal(survived.get(x), survived.get(x + pairs), `both rows of the pair ${x}`);
				assert.ok((survived.get(x) ?? -1) >= (answered.get(x) ?? 0), `what was answered of the pair ${x}`);
			}
			checks++;
		}
	};
	let next = 1;
	const writer = async () => {
		while (next <= 120) {
			const value = next++;
			const pair = (value * 8) % pairs;
			await commits.write(() => update.run(value, pair, pair));
			answered.set(pair, value);
		}
	};
	await Promise.all([writer(), writer()]);
	await commits.close();
	assert.ok(checks >= 100 && disk.syncs.filter((what) => what === 'database').length > 3, disk.syncs.join(' '));
	database.close();
});

test('when the pages do not reach the disk nothing is written any more, and the log still has them', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'own.db');
	const database = new DatabaseSync(file);
	database.exec(`
		pragma locking_mode = exclusive; pragma journal_mode = wal;
		create table n (x integer primary key, filler blob);
		pragma synchronous = off; pragma wal_autocheckpoint = 0`);
	const descriptors = { database: openSync(file, 'r+'), log: openSync(`${file}-wal`, 'r+') };
	const log = new WriteAheadLog(database, descriptors, {
		longest: 10_000,
		syncFile: (descriptor) =>
			descriptor === descriptors.log ? fdatasyncAsync(descriptor) : Promise.reject(new Error('EIO')),
	});
	const commits = new GroupCommit(database, log);
	const write = (x: number) => commits.write(() => database.exec(`insert into n values (${x}, zeroblob(9000))`));
	await write(1);
	await assert.rejects(write(2), /the disk refused what was written \(EIO\)/);
	assert.ok(statSync(`${file}-wal`).size > 9_000);
	assert.deepEqual(await commits.read(() => database.prepare('select x from n').all().length), 1);
	database.close();
});

test('the log stays short, however much is written', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'own.db');
	await using store = openSqlite(file);
	await sql`create table n (x integer primary key, filler blob)`.execute(store.db());
	let longest = 0;
	for (let round = 0; round < 40; round++) {
		await Promise.all(
			Array.from({ length: 10 }, () => sql`insert into n (filler) values (zeroblob(20000))`.execute(store.db())),
		);
		longest = Math.max(longest, statSync(`${file}-wal`).size);
	}
	const { rows } = await sql<{ count: number }>`select count(*) as count from n`.execute(store.db());
	assert.equal(rows[0]?.count, 400);
	assert.ok(longest < 3_000_000, `${longest} bytes`);
	assert.ok(statSync(file).size > 6_000_000);
});
