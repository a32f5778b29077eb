import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { tempFolder, until } from '@matterkit/testing';
import { type Kysely, sql } from 'kysely';
import { GroupCommit } from './group-commit.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

interface Tables {
	n: { x: number };
}

async function withStore(body: (store: Store, db: Kysely<Tables>) => Promise<void>): Promise<void> {
	await using folder = await tempFolder();
	await using store = openSqlite(join(folder.path, 'own.db'));
	await sql`create table n (x integer primary key)`.execute(store.db());
	await body(store, store.db<Tables>());
}

const values = async (db: Kysely<Tables>) =>
	(await db.selectFrom('n').select('x').orderBy('x').execute()).map(({ x }) => x);
const insert = (db: Kysely<Tables>, x: number) => db.insertInto('n').values({ x }).execute();

test('of transactions at the same time one that fails takes nothing of the others with it', () =>
	withStore(async (store, db) => {
		const results = await Promise.allSettled(
			[1, 2, 3, 4, 5, 6].map((x) =>
				store.transaction<Tables, void>(async (tx) => {
					await insert(tx, x);
					if (x % 2 === 0) throw new Error('changed my mind');
				}),
			),
		);
		assert.deepEqual(
			results.map(({ status }) => status),
			['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled', 'rejected'],
		);
		assert.deepEqual(await values(db), [1, 3, 5]);
	}));

test('a statement that breaks a rule fails alone', () =>
	withStore(async (store, db) => {
		const results = await Promise.allSettled([
			insert(db, 1),
			insert(db, 1),
			insert(db, 2),
			store.transaction<Tables, void>(async (tx) => void (await insert(tx, 2))),
		]);
		assert.deepEqual(
			results.map(({ status }) => status),
			['fulfilled', 'rejected', 'fulfilled', 'rejected'],
		);
		assert.deepEqual(await values(db), [1, 2]);
	}));

test('a transaction may catch the error of one of its statements and go on', () =>
	withStore(async (store, db) => {
		await insert(db, 1);
		await store.transaction<Tables, void>(async (tx) => {
			await insert(tx, 2);
			await assert.rejects(insert(tx, 1));
			await insert(tx, 3);
		});
		assert.deepEqual(await values(db), [1, 2, 3]);
	}));

test('a transaction that waits for something else is seen by nobody until it is over', () =>
	withStore(async (store, db) => {
		const { promise, resolve } = Promise.withResolvers<void>();
		const slow = store.transaction<Tables, void>(async (tx) => {
			await insert(tx, 1);
			await promise;
			await insert(tx, 2);
		});
		const reading = values(db);
		setTimeout(resolve, 20);
		await slow;
		assert.deepEqual(await reading, [1, 2]);
	}));

test('when the disk is full all that was not on it yet fails, nothing is half there, and it goes on when there is room', () =>
	withStore(async (store, db) => {
		await sql`create table big (id integer primary key, body blob)`.execute(db);
		await insert(db, 1);
		const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
		await sql.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 3}`).execute(db);
		const fill = (tx: Kysely<Tables>) => sql`insert into big (body) values (zeroblob(100000))`.execute(tx);
		const results = await Promise.allSettled([
			store.transaction<Tables, void>(async (tx) => void (await insert(tx, 2))),
			store.transaction<Tables, void>(async (tx) => {
				await insert(tx, 3);
				await fill(tx);
			}),
			fill(db),
		]);
		const left = await values(db);
		for (const [index, { status }] of results.entries())
			if (index < 2) assert.equal(left.includes(index + 2), status === 'fulfilled', `transaction ${index}`);
		assert.deepEqual(
			results.slice(1).map(({ status }) => status),
			['rejected', 'rejected'],
		);
		await sql`pragma max_page_count = 1000000`.execute(db);
		await store.transaction<Tables, void>(async (tx) => {
			await insert(tx, 4);
			await fill(tx);
		});
		assert.ok((await values(db)).includes(4));
	}));

test('nobody is answered before it is on disk, and many share one trip to it', async () => {
	await using made = memoryDatabase();
	const { commits, database, trips } = made;
	let told = 0;
	const writes = Array.from({ length: 100 }, (_, x) =>
		commits.write(() => database.exec(`insert into n values (${x})`)).then(() => told++),
	);
	await until('the first trip', () => trips.length === 1);
	const reading = commits.read(() => database.prepare('select count(*) as n from n').get()).then(() => told++);
	await new Promise(setImmediate);
	assert.equal(told, 0);
	trips[0]?.resolve();
	await Promise.all([...writes, reading]);
	assert.deepEqual([told, trips.length], [101, 1]);
	await commits.read(() => undefined);
});

test('what is written while the disk is busy goes with the next trip', async () => {
	await using made = memoryDatabase();
	const { commits, database, trips } = made;
	const first = commits.write(() => database.exec('insert into n values (1)'));
	await until('the first trip', () => trips.length === 1);
	let late = false;
	const second = commits
		.write(() => database.exec('insert into n values (2)'))
		.then(() => {
			late = true;
		});
	trips[0]?.resolve();
	await first;
	await until('the second trip', () => trips.length === 2);
	assert.equal(late, false);
	trips[1]?.resolve();
	await second;
});

test('when the disk refuses, those who wait for it are told, and nothing more is written', async () => {
	await using made = memoryDatabase();
	const { commits, database, trips } = made;
	const failing = [1, 2].map((x) =>
		assert.rejects(
			commits.write(() => database.exec(`insert into n values (${x})`)),
			/EIO/,
		),
	);
	await until('the trip', () => trips.length === 1);
	trips[0]?.reject(new Error('EIO'));
	await Promise.all(failing);
	// The kernel has forgotten what it could not write: another trip would succeed, over a hole.
	await assert.rejects(
		commits.write(() => database.exec('insert into n values (3)')),
		/the disk refused what was written \(EIO\): nothing more is written until the program is started again/,
	);
	assert.equal(trips.length, 1);
});

/** The disk answers when the test says so. */
function memoryDatabase() {
	const database = new DatabaseSync(':memory:');
	database.exec('create table n (x integer primary key)');
	const trips: PromiseWithResolvers<void>[] = [];
	const commits = new GroupCommit(database, {
		sync() {
			const trip = Promise.withResolvers<void>();
			trips.push(trip);
			return trip.promise;
		},
		isLong: false,
		empty: async () => {},
	});
	return { database, commits, trips, [Symbol.asyncDispose]: () => commits.close() };
}
