import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import { type Store, type StoreLog, silent } from './store.ts';

/** Where the rows are: a file of the embedded database, or the URL of a PostgreSQL database. */
export type StoreLocation = { readonly file: string } | { readonly url: string };

export interface OpenOptions {
	/** Default: says nothing. */
	readonly log?: StoreLog;
}

/**
 * Opens the database; it is reachable when the promise fulfils.
 * @throws StoreOpenError saying what is wrong and what to do.
 */
export async function openStore(location: StoreLocation, { log = silent }: OpenOptions = {}): Promise<Store> {
	return 'file' in location ? openSqlite(location.file) : await openPostgres(location.url, log);
}
