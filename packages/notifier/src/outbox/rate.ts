import { sql } from 'kysely';
import type { Outbox } from './outbox.ts';

/** Microseconds. */
export interface RateMoment {
	readonly full: number;
	readonly now: number;
}

/**
 * Changes the state of the rate limit that all processes share, one after the other. The row is locked for two short statements.
 */
export function changeRate<T extends { readonly full: number }>(
	outbox: Outbox,
	change: (moment: RateMoment) => T,
): Promise<T> {
	return outbox.transaction(async (tx) => {
		let query = tx.selectFrom('notifier_rate').select('full_at as full').where('name', '=', 'mattermost');
		if (outbox.store.kind === 'postgres') query = query.forUpdate();
		const { full } = await query.executeTakeFirstOrThrow();
		// After the lock: who waited for it must not count the wait twice.
		const { now } = await tx.selectNoFrom(sql<number>`${outbox.now()} * 1000`.as('now')).executeTakeFirstOrThrow();
		const changed = change({ full, now });
		await tx.updateTable('notifier_rate').set({ full_at: changed.full }).where('name', '=', 'mattermost').execute();
		return changed;
	});
}
