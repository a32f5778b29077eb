import type { StoreKind } from '@matterkit/store';
import { type RawBuilder, sql } from 'kysely';

/**
 * Now, in milliseconds, by the clock that all who share the store share: PostgreSQL's own, since leases are compared by several
 * machines; this process's for the embedded database, which no other process uses.
 */
export function storeNow(kind: StoreKind, now: () => number): RawBuilder<number> {
	return kind === 'postgres'
		? sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`
		: sql<number>`${now()}`;
}
