import assert from 'node:assert/strict';
import { fdatasync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { tempFolder } from '@matterkit/testing';
import fc from 'fast-check';
import { sql } from 'kysely';
import { GroupCommit } from './group-commit.ts';
import { openSqlite } from './sqlite.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

const fdatasyncAsync = promisify(fdatasync);

const sector = 512;

/** What a power loss leaves of a file that was changed since it was last synced: which sectors reached the disk, and whether its length did. */
interface Loss {
	readonly has: (sector: number) => boolean;
	readonly hasLength: boolean;
}

function afterLoss(synced: Buffer, written: Buffer, { has, hasLength }: Loss): Buffer {
	const left = Buffer.alloc(hasLength ? written.length : synced.length);
	synced.copy(left);
	for (let at = 0; at < written.length; at += sector) if (has(at / sector)) written.copy(left, at, at, at + sector);
	return left;
}

/** A database whose disk surely holds only what was synced. */
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
	const onDisk = new Map([...paths.values()].map((path) => [path, readFileSync(path)]));
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
		/** The rows' values after a power loss now. */
		afterPowerLoss(losses: { database: Loss; log: Loss }): Map<number, number> {
			const image = join(folder, `image-${images++}.db`);
			const left = (path: string, loss: Loss) =>
				afterLoss(onDisk.get(path) ?? Buffer.alloc(0), readFileSync(path), loss);
			writeFileSync(image, left(file, losses.database));
			writeFileSync(`${image}-wal`, left(`${file}-wal`, losses.log));
			const survived = new DatabaseSync(image);
			assert.deepEqual({ ...survived.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' });
			const rows = survived.prepare('select x, value from n').all() as { x: number; value: number }[];
			survived.close();
			rmSync(image);
			return new Map(rows.map(({ x, value }) => [x, value]));
		},
	};
	return disk;
}

/** Whole numbers below `end`, the same ones for the same seed (mulberry32). fast-check would print all that it drew. */
function randomFrom(seed: number): (end: number) => number {
	let state = seed;
	return (end) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
	};
}

/** Sectors written in any order, dropped and torn between them; the length of the file old or new. */
function anyLoss(random: (end: number) => number): Loss {
	const share = [0, 2, 10, 50, 90, 100][random(6)] ?? 0;
	return { hasLength: random(2) === 1, has: () => random(100) < share };
}

test('what was answered is there after a power loss at any moment, also while the log is brought into the database', () =>
	fc.assert(
		fc.asyncProperty(fc.integer(), async (seed) => {
			const random = randomFrom(seed);
			await using folder = await tempFolder();
			const disk = await unreliable(folder.path);
			const { commits, database } = disk;
			// Each value is written to two rows, on pages far from each other: half a transaction would show.
			const pairs = 21;
			const insert = database.prepare('insert into n values (?, 0, randomblob(3000))');
			for (let x = 0; x < 2 * pairs; x++) await commits.write(() => insert.run(x));
			const update = database.prepare(`update n set value = ? where x = ? or x = ? + ${pairs}`);
			const answered = new Map<number, number>();
			let checks = 0;
			disk.asked = () => {
				for (let round = 0; round < 2; round++) {
					const survived = disk.afterPowerLoss({ database: anyLoss(random), log: anyLoss(random) });
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
			const copy = join(folder.path, 'copy.db');
			await Promise.all([
				writer(),
				writer(),
				commits.between((begun) => backup(database, copy, { rate: 1, progress: begun })),
			]);
			await commits.close();
			assert.ok(checks >= 50 && disk.syncs.filter((what) => what === 'database').length > 3, disk.syncs.join(' '));
			const copied = new DatabaseSync(copy);
			assert.deepEqual({ ...copied.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' });
			copied.close();
			database.close();
		}),
		{ seed: 2026, numRuns: 3, endOnFailure: true },
	));

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
