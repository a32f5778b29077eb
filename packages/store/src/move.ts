// Takes all rows from one database to another, empty one (from the embedded to PostgreSQL, usually), and proves that they arrived.
import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { StoreUsageError } from './errors.ts';
import { appliedMigrations } from './migrate.ts';
import { countRows, type Room, tableNames } from './status.ts';
import type { Store, StoreKind } from './store.ts';

export interface MovedTable {
	readonly name: string;
	readonly rows: number;
	/** SHA-256 sum over all rows, in whatever order; the same in both databases. */
	readonly checksum: string;
}

type Row = Readonly<Record<string, unknown>>;

/** Rows read at once. */
const page = 500;
/** PostgreSQL takes 65,535 parameters a statement, SQLite 32,766. */
const parameters = 30_000;

/**
 * Copies every table of `rooms` in one transaction of the target: it has all rows, or none.
 * @throws StoreUsageError when the target has rows, or the source has tables of rooms that are not given.
 * @throws Error when a table's count or checksum differs: the target is left empty.
 */
export async function move(from: Store, to: Store, rooms: readonly Room[]): Promise<MovedTable[]> {
	const known = new Set(rooms.map(({ room }) => room));
	const strangers = [...(await appliedMigrations(from.db())).keys()].filter((room) => !known.has(room));
	if (strangers.length > 0)
		throw new StoreUsageError(`the source has rooms that this program does not know: ${strangers.join(', ')}`);
	for (const { room, migrations } of rooms) {
		await from.migrate(room, migrations);
		await to.migrate(room, migrations);
	}
	const tables = await inOrderOfReferences(from);
	for (const name of tables)
		if ((await countRows(to, name)) > 0)
			throw new StoreUsageError(`the target has rows in ${name}: move only into an empty database`);
	return await from.transaction<Tables, MovedTable[]>(async (source) => {
		// One state of the source, whoever writes to it meanwhile.
		if (from.kind === 'postgres') await sql`set transaction isolation level repeatable read`.execute(source);
		return await to.transaction<Tables, MovedTable[]>(async (target) => {
			const moved: MovedTable[] = [];
			for (const name of tables)
				moved.push(await copyTable(name, { db: source, kind: from.kind }, { db: target, kind: to.kind }));
			return moved;
		});
	});
}

interface Side {
	readonly db: Kysely<Tables>;
	readonly kind: StoreKind;
}

async function copyTable(name: string, source: Side, target: Side): Promise<MovedTable> {
	const sent = new Sum();
	await eachPage(source, name, async (rows) => {
		sent.add(rows);
		await insert(target.db, name, rows);
	});
	const arrived = new Sum();
	await eachPage(target, name, async (rows) => arrived.add(rows));
	if (sent.toString() !== arrived.toString())
		throw new Error(`${name} did not arrive as it was: ${sent} in the source, ${arrived} in the target`);
	return { name, rows: sent.rows, checksum: sent.checksum };
}

/** Any table; its columns are known at run time only. */
interface Tables {
	[table: string]: Row;
}

/** A sum of hashes does not depend on the order of the rows, which the two databases sort differently. */
class Sum {
	rows = 0;
	#sum = 0n;

	add(rows: readonly Row[]): void {
		for (const row of rows) {
			const hash = createHash('sha256').update(canonical(row)).digest('hex');
			this.#sum = (this.#sum + BigInt(`0x${hash}`)) & ((1n << 256n) - 1n);
			this.rows++;
		}
	}

	get checksum(): string {
		return this.#sum.toString(16).padStart(64, '0');
	}

	toString(): string {
		return `${this.rows} rows, checksum ${this.checksum.slice(0, 16)}…`;
	}
}

function canonical(row: Row): string {
	const columns = Object.keys(row).sort();
	return JSON.stringify(
		columns.map((column) => {
			const value = row[column];
			return [column, value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('hex') } : value];
		}),
	);
}

async function insert(tx: Kysely<Tables>, table: string, rows: readonly Row[]): Promise<void> {
	const columns = Math.max(1, Object.keys(rows[0] ?? {}).length);
	const most = Math.floor(parameters / columns);
	for (let at = 0; at < rows.length; at += most)
		await tx
			.insertInto(table)
			.values(rows.slice(at, at + most))
			.execute();
}

/** Page by page, so that a table may be larger than the memory. */
async function eachPage({ db, kind }: Side, table: string, take: (rows: Row[]) => Promise<void>): Promise<void> {
	if (kind === 'postgres') {
		// A cursor lives in the transaction that `move` runs in.
		await sql`declare matterkit_move no scroll cursor for select * from ${sql.table(table)}`.execute(db);
		for (;;) {
			const { rows } = await sql<Row>`fetch ${sql.lit(page)} from matterkit_move`.execute(db);
			if (rows.length === 0) break;
			await take(rows);
		}
		await sql`close matterkit_move`.execute(db);
		return;
	}
	for (let after = -1; ; ) {
		const { rows } = await sql<Row & { matterkit_rowid: number }>`
			select rowid as matterkit_rowid, * from ${sql.table(table)}
			where rowid > ${after} order by rowid limit ${page}`.execute(db);
		const last = rows.at(-1);
		if (!last) return;
		after = last.matterkit_rowid;
		await take(rows.map(({ matterkit_rowid: _, ...row }) => row));
	}
}

/** A table comes after those that it refers to. */
async function inOrderOfReferences(store: Store): Promise<string[]> {
	const ordered = new Set<string>();
	const names = await tableNames(store);
	const refersTo = new Map<string, string[]>();
	for (const name of names) refersTo.set(name, await referencesOf(store, name));
	const visit = (name: string, path: readonly string[]) => {
		if (ordered.has(name) || path.includes(name)) return;
		for (const other of refersTo.get(name) ?? []) visit(other, [...path, name]);
		ordered.add(name);
	};
	for (const name of names) visit(name, []);
	return [...ordered];
}

async function referencesOf(store: Store, table: string): Promise<string[]> {
	const query =
		store.kind === 'sqlite'
			? sql<{ name: string }>`select "table" as name from pragma_foreign_key_list(${table})`
			: sql<{ name: string }>`
				select confrelid::regclass::text as name from pg_constraint
				where contype = 'f' and conrelid = ${table}::regclass`;
	const { rows } = await query.execute(store.db());
	return rows.map(({ name }) => name);
}
