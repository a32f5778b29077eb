import type { DatabaseSync } from 'node:sqlite';
import { Flush } from './flush.ts';
import { Turn } from './turn.ts';
import type { Log } from './write-ahead-log.ts';

/** Milliseconds of work after which others on the event loop have their turn: without it 64 transactions at once took 55 ms in one go. */
const slice = 4;

/**
 * One commit for all that was written in one turn of the event loop, and nobody is answered before it is on disk.
 *
 * To wait for the disk on the event loop (`synchronous = full`) would stop everything else in the process meanwhile: 0.05 ms a commit on a
 * quiet disk, 2 ms on a busy one, 75 ms at worst as measured. So a commit writes to the write-ahead log only, and the log is brought to the
 * disk on the thread pool, once for all commits that wait for it. The promise is that of `full`.
 *
 * Transactions run one after another, each as a savepoint of the group's transaction: they see what those before them wrote. When the
 * group can't be committed (a full disk), all of them fail.
 */
export class GroupCommit {
	readonly #database: DatabaseSync;
	readonly #run: Readonly<Record<'begin' | 'commit' | 'savepoint' | 'release', () => unknown>>;
	readonly #turn = new Turn();
	readonly #log: Log;
	readonly #flush: Flush;
	#pass: () => void = () => {};
	#group: Group | undefined;
	/** Since when transactions follow each other without a break. */
	#began = 0;
	/** When what is committed is on disk. */
	#onDisk: Promise<void> = Promise.resolve();

	constructor(database: DatabaseSync, log: Log) {
		this.#database = database;
		this.#log = log;
		this.#flush = new Flush(() => log.sync());
		const prepared = (sql: string) => {
			const statement = database.prepare(sql);
			return () => statement.run();
		};
		this.#run = {
			begin: prepared('begin immediate'),
			commit: prepared('commit'),
			savepoint: prepared('savepoint member'),
			release: prepared('release member'),
		};
	}

	/** One statement that writes. */
	write<T>(statement: () => T): Promise<T> {
		return this.#told(() => {
			const group = this.#join();
			try {
				return { result: statement(), onDisk: group.onDisk };
			} catch (error) {
				this.#checkRolledBack(error);
				throw error;
			}
		});
	}

	/** One statement that only reads. It is not told what is not on disk yet. */
	read<T>(statement: () => T): Promise<T> {
		return this.#told(() => ({ result: statement(), onDisk: this.#group?.onDisk ?? this.#onDisk }));
	}

	/** Begins a transaction; until its `commit` or `rollback` nobody else has a turn. */
	async begin(): Promise<void> {
		await this.#enter();
		try {
			this.#join();
			this.#run.savepoint();
		} catch (error) {
			this.#leave();
			throw error;
		}
	}

	/** One statement of the transaction. */
	inside<T>(statement: () => T): T {
		// Rolled back by the database (see below), this statement would be a transaction of its own.
		if (!this.#database.isTransaction) throw new Error('the transaction was rolled back by the database');
		try {
			return statement();
		} catch (error) {
			this.#checkRolledBack(error);
			throw error;
		}
	}

	/** Resolves when the transaction is on disk. */
	async commit(): Promise<void> {
		const group = this.#group;
		try {
			this.inside(this.#run.release);
		} finally {
			this.#leave();
		}
		await group?.onDisk;
	}

	async rollback(): Promise<void> {
		try {
			if (this.#database.isTransaction) this.#database.exec('rollback to member; release member');
		} finally {
			this.#leave();
		}
	}

	/** Begins `work` while no transaction is open, and lets none be opened until it calls `begun`, or is over. */
	async between<T>(work: (begun: () => void) => Promise<T>): Promise<T> {
		await this.#enter();
		let over: Promise<T>;
		try {
			this.#end();
			const { promise: begun, resolve } = Promise.withResolvers<void>();
			over = work(resolve);
			await Promise.race([begun, over]);
		} finally {
			this.#leave();
		}
		return over;
	}

	/** The disk refused something: nothing is written any more. */
	get failed(): boolean {
		return this.#flush.failed;
	}

	/** Commits what is under way. */
	async close(): Promise<void> {
		await this.#enter();
		this.#end();
		await this.#onDisk.catch(() => {});
		this.#leave();
	}

	async #enter(): Promise<void> {
		this.#pass = await this.#turn.take();
	}

	#leave(): void {
		const pass = this.#pass;
		if (performance.now() - this.#began < slice) {
			pass();
			return;
		}
		setImmediate(() => {
			this.#began = performance.now();
			pass();
		});
	}

	async #told<T>(work: () => { result: T; onDisk: Promise<void> }): Promise<T> {
		await this.#enter();
		let done: ReturnType<typeof work>;
		try {
			done = work();
		} finally {
			this.#leave();
		}
		await done.onDisk;
		return done.result;
	}

	#join(): Group {
		this.#flush.throwIfFailed();
		if (this.#group) return this.#group;
		this.#run.begin();
		this.#began = performance.now();
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		// A group whose only member was rolled back has nobody who waits for it.
		promise.catch(() => {});
		this.#group = { onDisk: promise, resolve, reject };
		// After the callbacks of this turn of the loop, which may want to join; then behind those who wait already.
		setImmediate(async () => {
			await this.#enter();
			// Else the database was closed meanwhile, or the group is gone with an error.
			if (this.#group) {
				this.#end();
				if (this.#log.isLong) await this.#emptyLog();
			}
			this.#leave();
		});
		return this.#group;
	}

	/** The turn is taken: nobody writes meanwhile, and the event loop is free while the disk is waited for. */
	async #emptyLog(): Promise<void> {
		try {
			await this.#onDisk;
			await this.#log.empty();
		} catch (error) {
			this.#flush.fail(error);
		}
	}

	#end(): void {
		const group = this.#group;
		this.#group = undefined;
		if (!group) return;
		try {
			this.#run.commit();
			group.resolve(this.#flush.now());
			this.#onDisk = group.onDisk;
		} catch (error) {
			if (this.#database.isTransaction) this.#database.exec('rollback');
			group.reject(error);
		}
	}

	/** After some errors (a full disk) SQLite has rolled back everything: what others of the group wrote is gone as well. */
	#checkRolledBack(error: unknown): void {
		if (this.#database.isTransaction) return;
		this.#group?.reject(error);
		this.#group = undefined;
	}
}

interface Group {
	readonly onDisk: Promise<void>;
	resolve(written: Promise<void>): void;
	reject(error: unknown): void;
}
