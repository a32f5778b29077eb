import type { Store } from '@matterkit/store';
import type { Kysely, RawBuilder } from 'kysely';
import { storeNow } from './clock.ts';
import type { NotifierTables } from './tables.ts';

/** The store as the outbox's operations see it: typed, and with its clock. */
export interface Outbox {
	readonly store: Store;
	readonly db: Kysely<NotifierTables>;
	/** Now by the store's clock, in SQL. Made anew for each statement. */
	now(): RawBuilder<number>;
	transaction<T>(work: (tx: Kysely<NotifierTables>) => Promise<T>): Promise<T>;
}

export function createOutbox(store: Store, now: () => number = Date.now): Outbox {
	return {
		store,
		get db() {
			return store.db<NotifierTables>();
		},
		now: () => storeNow(store.kind, now),
		transaction: (work) => store.transaction(work),
	};
}
