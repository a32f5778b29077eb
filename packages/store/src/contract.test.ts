// What both kinds of store must do, run on SQLite always and on PostgreSQL where it is installed.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type PostgresServer, startPostgres, tempFolder, until } from '@matterkit/testing';
import { sql } from 'kysely';
import { NewerDatabaseError, StoreUsageError } from './errors.ts';
import { openStore, type StoreLocation } from './open.ts';
import type { Migration, Store, StoreKind } from './store.ts';

interface Tables {
	note: { id: string; body: string; at: number };
}

const notes: Migration = {
	id: '001-notes',
	async up(db) {
		await db.schema
			.createTable('note')
			.addColumn('id', 'text', (column) => column.primaryKey())
			.addColumn('body', 'text', (column) => column.notNull())
			.addColumn('at', 'bigint', (column) => column.notNull())
			.execute();
	},
};

const index: Migration = {
	id: '002-notes-by-time',
	up: (db) => db.schema.createIndex('note_at').on('note').column('at').execute(),
};

for (const kind of ['sqlite', 'postgres'] satisfies StoreKind[]) {
	describe(`a ${kind} store`, () => {
		let server: PostgresServer | undefined;
		let folder: Awaited<ReturnType<typeof tempFolder>>;
		let databases = 0;
		before(async () => {
			folder = await tempFolder();
			if (kind === 'postgres') server = await startPostgres();
		});
		after(async () => {
			await server?.[Symbol.asyncDispose]();
			await folder[Symbol.asyncDispose]();
		});

		/** An empty database; the test is skipped where the server is missing. */
		const newDatabase = async (): Promise<StoreLocation | undefined> => {
			databases++;
			if (kind === 'sqlite') return { file: join(folder.path, `${databases}.db`) };
			return server && { url: await server.createDatabase(`contract_${databases}`) };
		};
		const run = (name: string, body: (store: Store, location: StoreLocation) => Promise<void>) =>
			test(name, async (t) => {
				const location = await newDatabase();
				if (!location) return t.skip('PostgreSQL is not installed');
				await using store = await openStore(location);
				await body(store, location);
			});

		run('rows come back as they were written, whole numbers as numbers', async (store) => {
			await store.migrate('test', [notes]);
			const note = { id: 'a', body: `it's "quoted" \\ ☃ 日本`, at: Number.MAX_SAFE_INTEGER };
			await store.db<Tables>().insertInto('note').values(note).execute();
			assert.deepEqual({ ...(await store.db<Tables>().selectFrom('note').selectAll().executeTakeFirst()) }, note);
			const { count } = await store
				.db<Tables>()
				.selectFrom('note')
				.select((eb) => eb.fn.countAll<number>().as('count'))
				.executeTakeFirstOrThrow();
			assert.equal(count, 1);
		});

		run('an integer beyond 2^53 is refused when it is read, not rounded', async (store) => {
			await store.migrate('test', [notes]);
			await sql`insert into note values ('a', 'b', 9007199254740993)`.execute(store.db());
			await assert.rejects(store.db<Tables>().selectFrom('note').selectAll().execute(), RangeError);
		});

		run('a statement tells how many rows it changed, and returns them when asked', async (store) => {
			await store.migrate('test', [notes]);
			const db = store.db<Tables>();
			await db
				.insertInto('note')
				.values([
					{ id: 'a', body: 'x', at: 1 },
					{ id: 'b', body: 'x', at: 2 },
				])
				.execute();
			const changed = await db.updateTable('note').set({ body: 'y' }).where('at', '>', 1).executeTakeFirst();
			assert.equal(changed.numUpdatedRows, 1n);
			const gone = await db.deleteFrom('note').where('id', '=', 'a').returning('at').execute();
			assert.deepEqual(
				gone.map((row) => row.at),
				[1],
			);
		});

		run('a transaction that throws leaves nothing', async (store) => {
			await store.migrate('test', [notes]);
			const failing = store.transaction<Tables, void>(async (tx) => {
				await tx.insertInto('note').values({ id: 'a', body: 'x', at: 1 }).execute();
				throw new Error('changed my mind');
			});
			await assert.rejects(failing, /changed my mind/);
			assert.deepEqual(await store.db<Tables>().selectFrom('note').selectAll().execute(), []);
		});

		run('transactions at the same time do not see each other half done', async (store) => {
			await store.migrate('test', [notes]);
			await store.db<Tables>().insertInto('note').values({ id: 'sum', body: '', at: 0 }).execute();
			const addOne = () =>
				store.transaction<Tables, void>(async (tx) => {
					const row = await tx
						.updateTable('note')
						.set({ body: 'adding' })
						.where('id', '=', 'sum')
						.returning('at')
						.executeTakeFirstOrThrow();
					await tx
						.updateTable('note')
						.set({ at: row.at + 1 })
						.where('id', '=', 'sum')
						.execute();
				});
			await Promise.all(Array.from({ length: 40 }, addOne));
			assert.equal((await store.db<Tables>().selectFrom('note').select('at').executeTakeFirstOrThrow()).at, 40);
		});

		run('a transaction inside a transaction is refused, and so is the store itself in there', async (store) => {
			await assert.rejects(
				store.transaction(() => store.transaction(async () => {})),
				StoreUsageError,
			);
			await assert.rejects(
				store.transaction(async () => void store.db()),
				StoreUsageError,
			);
			await store.transaction(async (tx) => void (await sql`select 1`.execute(tx)));
		});

		run('foreign keys are enforced', async (store) => {
			const children: Migration = {
				id: '002-children',
				up: (db) =>
					db.schema
						.createTable('child')
						.addColumn('note_id', 'text', (column) => column.references('note.id'))
						.execute(),
			};
			await store.migrate('test', [notes, children]);
			await assert.rejects(sql`insert into child values ('nobody')`.execute(store.db()), /foreign key/i);
		});

		run('migrations are applied once, in order, also by several at once', async (store, location) => {
			await store.migrate('test', [notes]);
			const others = kind === 'postgres' ? await Promise.all([1, 2, 3].map(() => openStore(location))) : [store];
			await Promise.all(others.map((other) => other.migrate('test', [notes, index])));
			if (kind === 'postgres') await Promise.all(others.map((other) => other.close()));
			await store.migrate('test', [notes, index]);
			await store.migrate('another room', [{ id: '001-nothing', up: async () => {} }]);
			const { rows } = await sql<{
				room: string;
				id: string;
			}>`select room, id from matterkit_migration order by id`.execute(store.db());
			assert.deepEqual(rows.map(({ room, id }) => `${room} ${id}`).sort(), [
				'another room 001-nothing',
				'test 001-notes',
				'test 002-notes-by-time',
			]);
		});

		run('a migration that fails leaves the database as it was', async (store) => {
			const broken: Migration = {
				id: '002-broken',
				up: async () => {
					throw new Error('no');
				},
			};
			await assert.rejects(store.migrate('test', [notes, broken]), /no/);
			await store.migrate('test', [notes]);
		});

		run('a database of a newer program is refused', async (store) => {
			await store.migrate('test', [notes, index]);
			await assert.rejects(store.migrate('test', [notes]), NewerDatabaseError);
		});

		run('a store that was closed says so instead of hanging, and may be closed twice', async (store) => {
			await store.close();
			await store.close();
			await assert.rejects(sql`select 1`.execute(store.db()));
			await assert.rejects(store.transaction(async (tx) => void (await sql`select 1`.execute(tx))));
		});

		run('who listens is woken by notify, until it stops listening', async (store) => {
			let woken = 0;
			let other = 0;
			const listening = await store.listen('work', () => woken++);
			await using _other = await store.listen('work', () => other++);
			await store.notify('work');
			await until('both are woken', () => woken === 1 && other === 1);
			await listening[Symbol.asyncDispose]();
			await store.notify('work');
			await store.notify('other work');
			await until('the other is woken again', () => other === 2);
			assert.equal(woken, 1);
		});
	});
}
