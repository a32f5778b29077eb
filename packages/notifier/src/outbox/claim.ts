import { type Selectable, sql } from 'kysely';
import { listed } from './given.ts';
import type { Outbox } from './outbox.ts';
import type { DeliveryTable } from './tables.ts';

export type Delivery = Selectable<DeliveryTable>;

/**
 * Takes up to `count` deliveries that are due and in nobody's hands, the highest priority first and the longest due of those, and gives
 * each a new fencing number and a lease of `lease` milliseconds. `held`: what this process works on already; its leases hold even when the clock jumps.
 */
export async function claim(
	{ store, db, now }: Outbox,
	{ count, lease, held }: { count: number; lease: number; held: readonly string[] },
): Promise<Delivery[]> {
	// `turn = 1` is written out (not a parameter), else neither database uses the partial index.
	let due = db
		.selectFrom('notifier_delivery')
		.select('id')
		.where('turn', '=', sql.lit(1))
		.where('next_at', '<=', now())
		.where('lease_until', '<=', now())
		.orderBy('priority', 'desc')
		.orderBy('next_at')
		.limit(count);
	if (held.length > 0) due = due.where('id', 'not in', listed(store.kind, held));
	// Other processes claim at the same time: each skips the rows that another is taking.
	if (store.kind === 'postgres') due = due.forUpdate().skipLocked();
	// As a common table expression it is run once, whatever the planner thinks of it.
	const claimed = await db
		.with('due', () => due)
		.updateTable('notifier_delivery')
		.set((eb) => ({
			fence: eb('fence', '+', 1),
			lease_until: sql<number>`${now()} + ${sql.lit(lease)}`,
		}))
		.where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
		.returningAll()
		.execute();
	return claimed.sort((a, b) => b.priority - a.priority || a.next_at - b.next_at);
}

/** When the first of some rows is due and in nobody's hands. */
export const firstFree = sql<number | null>`min(case when lease_until > next_at then lease_until else next_at end)`;

/** Milliseconds until the next delivery is due or free; undefined: nothing waits. */
export async function untilNextDue({ db, now }: Outbox): Promise<number | undefined> {
	const { at, time } = await db
		.selectFrom('notifier_delivery')
		.select([firstFree.as('at'), now().as('time')])
		.where('turn', '=', sql.lit(1))
		.executeTakeFirstOrThrow();
	return at === null ? undefined : Math.max(0, at - time);
}

/**
 * Ends all leases. Only for the embedded database, at the start: its file is locked, so whoever held them is gone.
 */
export async function endForeignLeases({ store, db }: Outbox): Promise<void> {
	if (store.kind !== 'sqlite') return;
	await db.updateTable('notifier_delivery').set({ lease_until: 0 }).where('turn', '=', sql.lit(1)).execute();
}
