import type { Kysely } from 'kysely';

export type StoreKind = 'sqlite' | 'postgres';

/**
 * One SQL database that several rooms share, each with its own tables.
 *
 * What both kinds can hold, so that queries are written once: text, integers up to 2^53 (times are milliseconds since 1970 in
 * a `bigint` column), truth as integer 0 or 1, JSON as text. An integer beyond 2^53 is an error when it is read, never a rounded number.
 */
export interface Store extends AsyncDisposable {
	readonly kind: StoreKind;
	/** The query builder, typed with the caller's tables. Each query is a transaction of its own. */
	db<Tables>(): Kysely<Tables>;
	/**
	 * Runs `work` in one transaction: committed (on disk) when the promise fulfils, rolled back when `work` throws.
	 * Inside `work` use only the `tx` it is given; transactions do not nest. On SQLite transactions run one after another, so do nothing
	 * slow in there.
	 */
	transaction<Tables, T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T>;
	/**
	 * Brings the tables of `room` up to date, in one transaction, under a lock that other processes respect.
	 * @throws NewerDatabaseError when the database was migrated by a newer program.
	 */
	migrate(room: string, migrations: readonly Migration[]): Promise<void>;
	/** Wakes the listeners of `channel`, in this process and (PostgreSQL) in others. Carries nothing: who is woken looks in the tables. */
	notify(channel: string): Promise<void>;
	/**
	 * Calls `wake` after each `notify`, and whenever notifications may have been missed (the connection was lost and is back).
	 * A wake may still be lost while the database is away: poll slowly as well.
	 */
	listen(channel: string, wake: () => void): Promise<AsyncDisposable>;
	/** Ends the connections. Queries that are running are waited for. */
	close(): Promise<void>;
}

/** One step forward; there is no way back. */
export interface Migration {
	/** Three digits and a name: `001-accounts`. The order is that of the digits; what was published is never changed. */
	readonly id: string;
	up(db: Kysely<unknown>, kind: StoreKind): Promise<void>;
}

/** What the store says by itself: reconnects and lost connections. pino and Fastify's log fit. */
export interface StoreLog {
	info(details: object, message: string): void;
	warn(details: object, message: string): void;
}

export const silent: StoreLog = { info() {}, warn() {} };
