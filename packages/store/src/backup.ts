import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { StoreUsageError } from './errors.ts';
import { SqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';
import { Turn } from './turn.ts';

/** One at a time: the unfinished copies of two to the same file are one file. */
const turn = new Turn();

/**
 * Copies an embedded database that is in use into a new file (mode 0600), which is complete as soon as it is there.
 * @throws StoreUsageError when the file exists, or the store is PostgreSQL, which has tools of its own for that.
 */
export async function backup(store: Store, file: string): Promise<void> {
	if (!(store instanceof SqliteStore))
		throw new StoreUsageError('only an embedded database is backed up here: use pg_dump for PostgreSQL');
	const done = await turn.take();
	try {
		await copy(store, file);
	} finally {
		done();
	}
}

async function copy(store: SqliteStore, file: string): Promise<void> {
	if (existsSync(file)) throw new StoreUsageError(`${file} exists: a backup never replaces a file`);
	const partial = `${file}.partial`;
	await rm(partial, { force: true });
	try {
		await store.copyTo(partial);
		await rename(partial, file);
	} catch (error) {
		await rm(partial, { force: true });
		throw error;
	}
}
