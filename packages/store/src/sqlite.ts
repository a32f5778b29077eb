// The embedded database: node:sqlite in write-ahead mode, every commit on disk before it is answered, one process a file.
import { closeSync, fdatasync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { Kysely } from 'kysely';
import { StoreOpenError } from './errors.ts';
import { migrate } from './migrate.ts';
import { TransactionScope } from './scope.ts';
import { NodeSqliteDialect } from './sqlite-dialect.ts';
import type { Migration, Store } from './store.ts';

const fdatasyncAsync = promisify(fdatasync);

/**
 * Opens or makes the file (mode 0600; a missing folder is made).
 * @throws StoreOpenError with what to do about it.
 */
export function openSqlite(file: string): SqliteStore {
	const path = resolve(file);
	let database: DatabaseSync | undefined;
	try {
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		// SQLite would make the file readable to others; its -wal file takes over the mode of this one.
		closeSync(openSync(path, 'a', 0o600));
		database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 0 });
		// Exclusive locking is what refuses a second process: an operating system lock, so it is gone when this process is,
		// however it ended. It also spares the shared-memory file.
		database.exec(`
			pragma locking_mode = exclusive;
			pragma journal_mode = wal;
			pragma synchronous = normal;
			begin immediate; commit;
			pragma busy_timeout = 5000;
		`);
		return new SqliteStore(database, openSync(`${path}-wal`, 'r+'));
	} catch (error) {
		database?.close();
		throw new StoreOpenError(`cannot open the database ${path}: ${reason(error)}`, { cause: error });
	}
}

function reason(error: unknown): string {
	const { errcode, code, message } = error as { errcode?: number; code?: string; message: string };
	// The low byte is SQLite's primary result code.
	switch (errcode === undefined ? undefined : errcode & 0xff) {
		case 5:
			return 'another process is using it. Stop that one first, or give this one another file.';
		case 26:
			return 'it is not an SQLite database. Give another file, or move this one away.';
		case 11:
			return 'its content is damaged. Restore it from a backup.';
		case 13:
			return 'the disk is full.';
	}
	if (code === 'EACCES' || code === 'EPERM' || errcode === 14 || errcode === 8)
		return 'no permission to read and write it.';
	return message;
}

export class SqliteStore implements Store {
	readonly kind = 'sqlite' as const;
	readonly #database: DatabaseSync;
	readonly #kysely: Kysely<unknown>;
	readonly #scope = new TransactionScope();
	readonly #listeners = new Map<string, Set<() => void>>();
	readonly #log: number;
	#closing: Promise<void> | undefined;

	/** `log`: file descriptor of the write-ahead log. It is the same file as long as the database is open. */
	constructor(database: DatabaseSync, log: number) {
		this.#database = database;
		this.#log = log;
		this.#kysely = new Kysely({ dialect: new NodeSqliteDialect(database, () => fdatasyncAsync(log)) });
	}

	db<Tables>(): Kysely<Tables> {
		// On one connection a query outside of the transaction that it stands in would wait for itself.
		this.#scope.refuseInside('db()');
		// The tables are the caller's claim; Kysely's type parameter exists only for the compiler.
		return this.#kysely as Kysely<Tables>;
	}

	transaction<Tables, T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T> {
		return this.#scope.run(() => (this.#kysely as Kysely<Tables>).transaction().execute(work));
	}

	migrate(room: string, migrations: readonly Migration[]): Promise<void> {
		return this.transaction<unknown, void>((tx) => migrate(tx, this.kind, room, migrations));
	}

	async notify(channel: string): Promise<void> {
		for (const wake of this.#listeners.get(channel) ?? []) wake();
	}

	async listen(channel: string, wake: () => void): Promise<AsyncDisposable> {
		const listeners = this.#listeners.get(channel) ?? new Set();
		this.#listeners.set(channel, listeners.add(wake));
		return { [Symbol.asyncDispose]: async () => void listeners.delete(wake) };
	}

	/** Copies the database into a new `file` while it goes on being used: one consistent state. */
	async copyTo(file: string): Promise<void> {
		closeSync(openSync(file, 'wx', 0o600));
		await backup(this.#database, file);
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		this.#listeners.clear();
		await this.#kysely.destroy();
		// Kysely destroys nothing when no query was ever made.
		if (this.#database.isOpen) this.#database.close();
		closeSync(this.#log);
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}
