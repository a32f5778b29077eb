// PostgreSQL 15 or newer: a pool for queries, one more connection that listens.
import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { StoreOpenError } from './errors.ts';
import { Listener } from './listener.ts';
import { migrate } from './migrate.ts';
import { TransactionScope } from './scope.ts';
import type { Migration, Store, StoreLog } from './store.ts';

const oldestVersion = 15;

/** Milliseconds for which a server that is starting is waited for. */
const startTimeout = 30_000;

/** Any fixed number: what all processes that migrate this database agree on. */
const migrationLock = 6_288_377_011;

/** The type numbers of what arrives as text and is a number here. */
const int8 = 20;
const numeric = 1700;

/** PostgreSQL's 8-byte integers as numbers; pg would give strings. */
function safeInteger(text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value))
		throw new RangeError(`the database holds the integer ${text}, which is beyond 2^53`);
	return value;
}

const types: pg.CustomTypesConfig = {
	getTypeParser: ((type: number, format?: 'text' | 'binary') => {
		if (format !== 'binary' && type === int8) return safeInteger;
		if (format !== 'binary' && type === numeric) return Number;
		return pg.types.getTypeParser(type, format);
		// pg's own type has one overload for each built-in type; this is the general one.
	}) as typeof pg.types.getTypeParser,
};

/**
 * @throws StoreOpenError when the server can't be reached, refuses the login, or is too old. The message has no password.
 */
export async function openPostgres(url: string, log: StoreLog): Promise<PostgresStore> {
	const connection: pg.ClientConfig = {
		connectionString: url,
		application_name: 'matterkit',
		connectionTimeoutMillis: 5_000,
		keepAlive: true,
		types,
	};
	// A connection whose other end vanished answers nothing: without a limit its query would hang for the kernel's 15 minutes.
	const pool = new pg.Pool({
		...connection,
		max: 10,
		query_timeout: 30_000,
		// A process that stands still in the middle of a transaction would hold its locks, and everyone who waits for them, for ever.
		idle_in_transaction_session_timeout: 30_000,
	});
	pool.on('error', (error) => log.warn({ error: error.message }, 'an idle connection to PostgreSQL was lost'));
	// A connection that is lost in the middle of a query says so twice: to the query, and as an event that ends the process when nobody
	// listens. The pool listens only to idle ones.
	pool.on('connect', (client) => client.on('error', () => {}));
	try {
		const version = await versionOf(pool);
		if (version < oldestVersion) throw new Error(`its version is ${version}, ${oldestVersion} or newer is needed.`);
		return new PostgresStore(pool, new Listener(connection, log));
	} catch (error) {
		await pool.end();
		const reason = error instanceof AggregateError ? error.errors.map(String).join(', ') : (error as Error).message;
		throw new StoreOpenError(`cannot open the PostgreSQL database at ${place(url)}: ${reason}`, { cause: error });
	}
}

async function versionOf(pool: pg.Pool): Promise<number> {
	for (const deadline = performance.now() + startTimeout; ; await delay(100)) {
		try {
			const { rows } = await pool.query<{ version: number }>(
				`select current_setting('server_version_num')::int / 10000 as version`,
			);
			return rows[0]?.version ?? 0;
		} catch (error) {
			// "The database system is starting up": it will be there in a moment.
			if ((error as { code?: string }).code !== '57P03' || performance.now() > deadline) throw error;
		}
	}
}

/** Host and database only: a URL holds a password. */
function place(url: string): string {
	const parsed = URL.parse(url);
	return parsed
		? `${parsed.host}${parsed.pathname}`
		: 'an address that is no URL (postgres://user:password@host:5432/database)';
}

export class PostgresStore implements Store {
	readonly kind = 'postgres' as const;
	readonly #pool: pg.Pool;
	readonly #kysely: Kysely<unknown>;
	readonly #listener: Listener;
	readonly #scope = new TransactionScope();
	#closing: Promise<void> | undefined;

	constructor(pool: pg.Pool, listener: Listener) {
		this.#pool = pool;
		this.#kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
		this.#listener = listener;
	}

	db<Tables>(): Kysely<Tables> {
		this.#scope.refuseInside('db()');
		// The tables are the caller's claim; Kysely's type parameter exists only for the compiler.
		return this.#kysely as Kysely<Tables>;
	}

	transaction<Tables, T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
		return this.#scope.run(() => (this.#kysely as Kysely<Tables>).transaction().execute(work));
	}

	migrate(room: string, migrations: readonly Migration[]): Promise<void> {
		return this.transaction<unknown, void>(async (tx) => {
			await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(tx);
			await migrate(tx, this.kind, room, migrations);
		});
	}

	async notify(channel: string): Promise<void> {
		await sql`select pg_notify(${channel}, '')`.execute(this.#kysely);
	}

	listen(channel: string, wake: () => void): Promise<AsyncDisposable> {
		return this.#listener.add(channel, wake);
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		await this.#listener.close();
		await this.#kysely.destroy();
		// Kysely destroys nothing when no query was ever made.
		if (!this.#pool.ended) await this.#pool.end();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}
