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
		// Also where the row is there this locks it: for one short statement more.
		const { full } = await tx
			.insertInto('notifier_rate')
			.values({ name: 'mattermost', full_at: 0 })
			.onConflict((conflict) =>
				conflict.column('name').doUpdateSet((eb) => ({ full_at: eb.ref('notifier_rate.full_at') })),
			)
			.returning('full_at as full')
			.executeTakeFirstOrThrow();
		// After the lock: who waited for it must not count the wait twice.
		const { now } = await tx.selectNoFrom(sql<number>`${outbox.now()} * 1000`.as('now')).executeTakeFirstOrThrow();
		const changed = change({ full, now });
		await tx.updateTable('notifier_rate').set({ full_at: changed.full }).where('name', '=', 'mattermost').execute();
		return changed;
	});
}
