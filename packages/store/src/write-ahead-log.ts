import { fdatasync, fstatSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';

/**
 * Bytes of the log at which it is brought into the database: 500 pages, at most 4 ms of copying on the event loop as measured. SQLite's
 * own 1,000 pages, with its waits for the disk, held the loop for 25 to 108 ms.
 */
const defaultLongest = 500 * 4120;

/** The log to which commits are written, and from where they come into the database. */
export interface Log {
	/** Brings what was written to the log to the disk. */
	sync(): Promise<void>;
	readonly isLong: boolean;
	/**
	 * Brings what is in the log into the database and begins it anew. All of it is on disk and nobody writes meanwhile.
	 * @throws what leaves neither of the two whole on disk.
	 */
	empty(): Promise<void>;
}

/**
 * SQLite waits for the disk on the event loop, wherever it waits. So it is told not to (`synchronous = off`, `wal_autocheckpoint = 0`), and
 * what has to be on disk before something else happens is brought there on the thread pool, in the order that SQLite itself would keep:
 * the log, then the pages in the database, and only then is the log begun anew. That is done by cutting it to nothing: written over from
 * its start, as SQLite does by default, it would have to be synced between its new head and what follows, which only SQLite could do.
 * That it was cut is synced as well before anything is written to it: what stayed of the old log would be brought into the database again,
 * and the first commits of the old log alone would take pages back to what they were.
 */
export class WriteAheadLog implements Log {
	readonly #database: DatabaseSync;
	readonly #logFile: number;
	readonly #databaseFile: number;
	readonly #step: number;
	readonly #syncFile: (descriptor: number) => Promise<void>;
	#longest: number;

	/** The files' descriptors. The log is the same file as long as the database is open. */
	constructor(
		database: DatabaseSync,
		files: { readonly log: number; readonly database: number },
		{ longest = defaultLongest, syncFile = promisify(fdatasync) } = {},
	) {
		this.#database = database;
		this.#logFile = files.log;
		this.#databaseFile = files.database;
		this.#step = longest;
		this.#longest = longest;
		this.#syncFile = syncFile;
	}

	sync(): Promise<void> {
		return this.#syncFile(this.#logFile);
	}

	get isLong(): boolean {
		return fstatSync(this.#logFile).size >= this.#longest;
	}

	async empty(): Promise<void> {
		// A full disk, or a backup that reads right now: the log goes on, and is tried when it has grown as much again.
		if (!this.#checkpoint('passive')) {
			this.#longest += this.#step;
			return;
		}
		await this.#syncFile(this.#databaseFile);
		if (!this.#checkpoint('truncate')) throw new Error('the write-ahead log could not be begun anew');
		await this.#syncFile(this.#logFile);
		this.#longest = this.#step;
	}

	/** @returns whether all of the log is in the database now. */
	#checkpoint(how: 'passive' | 'truncate'): boolean {
		try {
			const done = this.#database.prepare(`pragma wal_checkpoint(${how})`).get();
			return done?.busy === 0 && done.log === done.checkpointed;
		} catch (error) {
			if ((error as { code?: string }).code === 'ERR_SQLITE_ERROR') return false;
			throw error;
		}
	}
}
