import { openStore, type Store, type StoreLog } from '@matterkit/store';
import type { DataFolder } from './data-folder.ts';
import { UsageError } from './usage-error.ts';

/**
 * PostgreSQL where there is a URL, else the embedded database of the data folder.
 * @throws UsageError
 */
export async function openDatabase(databaseUrl: string | undefined, data: DataFolder, log?: StoreLog): Promise<Store> {
	const where = databaseUrl ? { url: databaseUrl } : { file: data.file('matterkit.db') };
	try {
		return await openStore(where, log ? { log } : {});
	} catch (error) {
		throw new UsageError((error as Error).message);
	}
}
