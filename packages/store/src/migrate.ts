// Migrations of each room, remembered in one table of the database. Forward only.
import { type Kysely, sql } from 'kysely';
import { NewerDatabaseError, StoreUsageError } from './errors.ts';
import type { Migration, StoreKind } from './store.ts';

export interface MigrationTables {
	matterkit_migration: { room: string; id: string; applied_at: number };
}

/** Applies what is missing. The caller holds a transaction and, where there are other processes, a lock. */
export async function migrate(
	tx: Kysely<unknown>,
	kind: StoreKind,
	room: string,
	migrations: readonly Migration[],
): Promise<void> {
	await tx.schema
		.createTable('matterkit_migration')
		.ifNotExists()
		.addColumn('room', 'text', (column) => column.notNull())
		.addColumn('id', 'text', (column) => column.notNull())
		.addColumn('applied_at', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('matterkit_migration_pk', ['room', 'id'])
		.execute();
	// The tables are this file's own: Kysely's type parameter exists only for the compiler.
	const db = tx as Kysely<MigrationTables>;
	const applied = await db.selectFrom('matterkit_migration').select('id').where('room', '=', room).execute();
	const missing = missingMigrations(
		room,
		migrations,
		applied.map(({ id }) => id),
	);
	for (const migration of missing) {
		await migration.up(tx, kind);
		await db.insertInto('matterkit_migration').values({ room, id: migration.id, applied_at: Date.now() }).execute();
	}
}

/**
 * What is to be applied, in order.
 * @throws NewerDatabaseError when the database has migrations that the program does not know.
 * @throws StoreUsageError when the program's own list is out of order, or has a new one before one that was applied.
 */
export function missingMigrations(
	room: string,
	migrations: readonly Migration[],
	applied: readonly string[],
): readonly Migration[] {
	const ids = migrations.map(({ id }) => id);
	const malformed = ids.find((id, index) => !/^\d{3}-[a-z0-9-]+$/.test(id) || number(id) <= number(ids[index - 1]));
	if (malformed !== undefined)
		throw new StoreUsageError(`migration ${malformed} of ${room}: ids are three digits and a name, in rising order`);
	const unknown = applied.filter((id) => !ids.includes(id)).sort();
	if (unknown.length > 0)
		throw new NewerDatabaseError(
			`the database has migrations of ${room} that this program does not know (${unknown.join(', ')}): ` +
				'it was used by a newer version. Run that version, or restore a backup made before the upgrade.',
		);
	const missing = migrations.filter(({ id }) => !applied.includes(id));
	const late = missing.find(({ id }) => applied.some((done) => number(done) > number(id)));
	if (late)
		throw new StoreUsageError(
			`migration ${late.id} of ${room} comes before one that the database has already: add new ones at the end`,
		);
	return missing;
}

const number = (id: string | undefined) => (id === undefined ? -1 : Number.parseInt(id, 10));

/** Which migrations each room has in the database, oldest first. Empty for a database that was never migrated. */
export async function appliedMigrations(db: Kysely<unknown>): Promise<ReadonlyMap<string, readonly string[]>> {
	const tables = await db.introspection.getTables();
	const rooms = new Map<string, string[]>();
	if (!tables.some(({ name }) => name === 'matterkit_migration')) return rooms;
	const { rows } = await sql<{
		room: string;
		id: string;
	}>`select room, id from matterkit_migration order by room, id`.execute(db);
	for (const { room, id } of rows) rooms.set(room, [...(rooms.get(room) ?? []), id]);
	return rooms;
}
