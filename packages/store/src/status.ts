// What a database holds, for `matterkit db status`.
import { sql } from 'kysely';
import { appliedMigrations } from './migrate.ts';
import type { Migration, Store, StoreKind } from './store.ts';

/** A room's migrations, as the program knows them. */
export interface Room {
	/** The name it gives to `store.migrate`. */
	readonly room: string;
	readonly migrations: readonly Migration[];
}

export interface StoreStatus {
	readonly kind: StoreKind;
	readonly rooms: readonly RoomStatus[];
	/** By name, with their number of rows. */
	readonly tables: readonly { readonly name: string; readonly rows: number }[];
	/** Of the database on disk. */
	readonly bytes: number;
}

export interface RoomStatus {
	readonly room: string;
	readonly applied: readonly string[];
	/** `migrate` will apply them. */
	readonly missing: readonly string[];
	/** Of a newer program: `migrate` will refuse. */
	readonly unknown: readonly string[];
}

export async function status(store: Store, rooms: readonly Room[]): Promise<StoreStatus> {
	const db = store.db<unknown>();
	const applied = await appliedMigrations(db);
	const names = new Set([...rooms.map(({ room }) => room), ...applied.keys()]);
	const tables = await tableNames(store);
	return {
		kind: store.kind,
		rooms: [...names].map((room) => {
			const known = rooms.find((one) => one.room === room)?.migrations.map(({ id }) => id) ?? [];
			const done = applied.get(room) ?? [];
			return {
				room,
				applied: done,
				missing: known.filter((id) => !done.includes(id)),
				unknown: done.filter((id) => !known.includes(id)),
			};
		}),
		tables: await Promise.all(tables.map(async (name) => ({ name, rows: await countRows(store, name) }))),
		bytes: await size(store),
	};
}

/** The rooms' tables, without the store's own. */
export async function tableNames(store: Store): Promise<string[]> {
	const tables = await store.db<unknown>().introspection.getTables();
	return tables
		.filter(({ name, schema }) => name !== 'matterkit_migration' && (schema === undefined || schema === 'public'))
		.map(({ name }) => name)
		.sort();
}

export async function countRows(store: Store, table: string): Promise<number> {
	const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(store.db());
	return rows[0]?.count ?? 0;
}

async function size(store: Store): Promise<number> {
	const bytes =
		store.kind === 'postgres'
			? sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`
			: sql<{ bytes: number }>`select page_count * page_size as bytes from pragma_page_count, pragma_page_size`;
	const { rows } = await bytes.execute(store.db());
	return rows[0]?.bytes ?? 0;
}
