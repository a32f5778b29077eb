// The embedded database: node:sqlite in write-ahead mode, every commit on disk before it is answered, one process a file.
import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { StoreOpenError } from './errors.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { TransactionScope } from './scope.ts';
import { NodeSqliteDialect } from './sqlite-dialect.ts';
import type { Migration, Store } from './store.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

/**
 * The files that this process has open, by device and inode. To open and close one of them once more would end SQLite's lock on it: POSIX
 * ends those of a process with any descriptor of the file that it closes.
 */
const inUse = new Set<string>();

/**
 * Opens or makes the file (mode 0600; a missing folder is made).
 * @throws StoreOpenError with what to do about it.
 */
export function openSqlite(file: string): SqliteStore {
	const path = resolve(file);
	try {
		using opening = new DisposableStack();
		makeFolder(dirname(path));
		if (inUse.has(identity(path))) throw new Error('this process has it open already.');
		// SQLite would make the file readable to others; its -wal file takes over the mode of this one.
		const databaseFile = opening.adopt(openSync(path, 'a', 0o600), closeSync);
		const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 0 });
		opening.defer(() => database.close());
		// Exclusive locking is what refuses a second process: an operating system lock, so it is gone when this process is,
		// however it ended. It also spares the shared-memory file.
		database.exec(`
			pragma locking_mode = exclusive;
			pragma journal_mode = wal;
			begin immediate; commit;
			pragma busy_timeout = 5000;
		`);
		// A log that another process left may be in the kernel's memory only, and after a disk's refusal it is taken for written there: so what
		// it holds is written once more, into the database, and synced by SQLite itself, before anyone reads it.
		database.exec('pragma wal_checkpoint(truncate)');
		const logFile = opening.adopt(openSync(`${path}-wal`, 'r+'), closeSync);
		fsyncSync(logFile);
		syncFolder(dirname(path));
		// From here on it is WriteAheadLog that waits for the disk.
		database.exec('pragma synchronous = off; pragma wal_autocheckpoint = 0');
		const own = identity(path);
		inUse.add(own);
		opening.defer(() => void inUse.delete(own));
		const log = new WriteAheadLog(database, { log: logFile, database: databaseFile });
		return new SqliteStore(database, new GroupCommit(database, log), opening.move());
	} catch (error) {
		throw new StoreOpenError(`cannot open the database ${path}: ${reason(error)}`, { cause: error });
	}
}

/** A new folder is there after a power loss, as the files in it are. */
function makeFolder(folder: string): void {
	const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
	if (first === undefined) return;
	for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}

function identity(path: string): string {
	const { dev, ino } = statSync(path, { throwIfNoEntry: false }) ?? {};
	return `${dev}:${ino}`;
}

/** New files are there after a power loss. Windows has no such thing, and needs none. */
function syncFolder(folder: string): void {
	if (process.platform === 'win32') return;
	const handle = openSync(folder, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}

const abandoned = new Set<DisposableStack>();

/**
 * The disk refused something, so only the log on it can tell what is there, to who opens it next. SQLite would delete the log when it
 * closes the database, which is when Node.js ends, too: unless it ends by `process.exit`.
 */
function abandon(files: DisposableStack): void {
	if (abandoned.size === 0) process.on('exit', () => process.exit());
	abandoned.add(files);
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
	readonly #commits: GroupCommit;
	readonly #files: DisposableStack;
	#closing: Promise<void> | undefined;

	/** `files` closes the database and what was opened beside it. */
	constructor(database: DatabaseSync, commits: GroupCommit, files: DisposableStack) {
		this.#database = database;
		this.#commits = commits;
		this.#files = files;
		this.#kysely = new Kysely({ dialect: new NodeSqliteDialect(database, commits) });
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
		// Node.js gives up, with no reason, when its first step finds a transaction open; later steps wait for its end.
		await this.#commits.between((begun) => backup(this.#database, file, { progress: begun }));
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		this.#listeners.clear();
		await this.#kysely.destroy();
		if (this.#commits.failed) return abandon(this.#files);
		// SQLite brings the log into the database when it closes it, and waits for the disk itself.
		this.#database.exec('pragma synchronous = full');
		this.#files.dispose();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}
