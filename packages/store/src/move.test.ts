import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type PostgresServer, startPostgres, tempFolder } from '@matterkit/testing';
import { sql } from 'kysely';
import { StoreUsageError } from './errors.ts';
import { move } from './move.ts';
import { openStore } from './open.ts';
import { type Room, status } from './status.ts';

let postgres: PostgresServer | undefined;
before(async () => {
	postgres = await startPostgres();
});
after(() => postgres?.[Symbol.asyncDispose]());

/** `a_leaf` sorts before what it refers to. */
const garden: Room = {
	room: 'garden',
	migrations: [
		{
			id: '001-trees',
			async up(db, kind) {
				await sql`create table tree (id text primary key, height bigint not null, photo ${sql.raw(kind === 'postgres' ? 'bytea' : 'blob')})`.execute(
					db,
				);
				await sql`create table a_leaf (id text primary key, tree_id text references tree (id))`.execute(db);
			},
		},
	],
};

test('all rows move from the embedded database to PostgreSQL, and both say the same count and checksum', async (t) => {
	if (!postgres) return t.skip('PostgreSQL is not installed');
	await using folder = await tempFolder();
	await using from = await openStore({ file: join(folder.path, 'garden.db') });
	await using to = await openStore({ url: await postgres.createDatabase('garden') });
	await from.migrate('garden', garden.migrations);
	await from.transaction(async (tx) => {
		for (let tree = 0; tree < 1_200; tree++)
			await sql`insert into tree values (${`tree ${tree} ☃`}, ${tree * 1_000_000_000}, ${tree % 2 ? null : Buffer.from([tree % 256, 0])})`.execute(
				tx,
			);
		await sql`insert into a_leaf values ('leaf', 'tree 7 ☃'), ('fallen', null)`.execute(tx);
	});
	const moved = await move(from, to, [garden]);
	assert.deepEqual(
		moved.map(({ name, rows }) => [name, rows]),
		[
			['tree', 1200],
			['a_leaf', 2],
		],
	);
	const back = await openStore({ file: join(folder.path, 'back.db') });
	assert.deepEqual(await move(to, back, [garden]), moved);
	await back.close();
	await assert.rejects(move(from, to, [garden]), StoreUsageError);
	assert.deepEqual((await status(to, [garden])).tables, [
		{ name: 'a_leaf', rows: 2 },
		{ name: 'tree', rows: 1200 },
	]);
});

test('a row that does not fit leaves the target empty', async (t) => {
	if (!postgres) return t.skip('PostgreSQL is not installed');
	await using folder = await tempFolder();
	await using from = await openStore({ file: join(folder.path, 'garden.db') });
	await using to = await openStore({ url: await postgres.createDatabase('bad_garden') });
	await from.migrate('garden', garden.migrations);
	await sql`insert into tree values ('fine', 1, null), ('odd', 'tall', null)`.execute(from.db());
	await assert.rejects(move(from, to, [garden]));
	assert.ok((await status(to, [garden])).tables.every(({ rows }) => rows === 0));
});

test('rooms that the program does not know are not left behind silently', async () => {
	await using folder = await tempFolder();
	await using from = await openStore({ file: join(folder.path, 'garden.db') });
	await using to = await openStore({ file: join(folder.path, 'other.db') });
	await from.migrate('garden', garden.migrations);
	await assert.rejects(move(from, to, []), /garden/);
});

test('the status names what is applied, what is missing, and what is of a newer program', async () => {
	await using folder = await tempFolder();
	await using store = await openStore({ file: join(folder.path, 'garden.db') });
	await store.migrate('garden', garden.migrations);
	const next: Room = { room: 'garden', migrations: [{ id: '002-flowers', up: async () => {} }] };
	const { rooms, bytes } = await status(store, [next, { room: 'pond', migrations: next.migrations }]);
	assert.deepEqual(rooms, [
		{ room: 'garden', applied: ['001-trees'], missing: ['002-flowers'], unknown: ['001-trees'] },
		{ room: 'pond', applied: [], missing: ['002-flowers'], unknown: [] },
	]);
	assert.ok(bytes > 4096);
});
