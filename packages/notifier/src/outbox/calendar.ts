// What happens to deliveries because time passes: scheduled ones join their lines, and those not begun in time expire.
import { sql } from 'kysely';
import { giveTurns, lockLines, notBegunLiterals, overtake, unfinishedLiterals } from './line.ts';
import type { Outbox } from './outbox.ts';
import { notBegun } from './states.ts';
import { tellWebhooks } from './webhooks.ts';

/** Rows a transaction, so that none holds the embedded database for long. */
const batch = 200;

/**
 * Scheduled deliveries whose time has come join their lines.
 * @returns how many; fewer than there are when there are many: call again until it is 0.
 */
export async function joinDue(outbox: Outbox): Promise<number> {
	const due = await outbox.db
		.selectFrom('notifier_delivery')
		.select(['id', 'recipient'])
		.where('state', '=', sql.lit('scheduled'))
		// For SQLite, which does not see that the partial index holds these: it read the whole table, 8 ms with 20,000 deliveries.
		.where('state', 'in', unfinishedLiterals)
		.where('due_at', '<=', outbox.now())
		.orderBy('due_at')
		.limit(batch)
		.execute();
	if (due.length === 0) return 0;
	const recipients = [...new Set(due.map(({ recipient }) => recipient))];
	return outbox.transaction(async (tx) => {
		await lockLines(outbox, tx, recipients);
		const joined = await tx
			.updateTable('notifier_delivery')
			.set({ state: 'pending', next_at: outbox.now() })
			.where(
				'id',
				'in',
				due.map(({ id }) => id),
			)
			// Cancelled, expired or joined by another process in between.
			.where('state', '=', 'scheduled')
			.executeTakeFirst();
		await giveTurns(outbox, tx, recipients);
		await overtake(outbox, tx, recipients);
		return Number(joined.numUpdatedRows);
	});
}

/**
 * Ends deliveries that nobody has begun with when they are not wanted any more. Those in a worker's hands are ended by the worker.
 * @returns their ids; fewer than there are when there are many: call again until there are none.
 */
export async function expireDue(outbox: Outbox): Promise<string[]> {
	const over = await outbox.db
		.selectFrom('notifier_delivery')
		.select(['id', 'recipient'])
		.where('expires_at', 'is not', null)
		.where('state', 'in', notBegunLiterals)
		.where('expires_at', '<=', outbox.now())
		.where('lease_until', '<=', outbox.now())
		.orderBy('expires_at')
		.limit(batch)
		.execute();
	if (over.length === 0) return [];
	const recipients = [...new Set(over.map(({ recipient }) => recipient))];
	return outbox.transaction(async (tx) => {
		await lockLines(outbox, tx, recipients);
		const expired = await tx
			.updateTable('notifier_delivery')
			.set((eb) => ({
				state: 'expired',
				turn: 0,
				fence: eb('fence', '+', 1),
				finished_at: outbox.now(),
			}))
			.where(
				'id',
				'in',
				over.map(({ id }) => id),
			)
			.where('state', 'in', [...notBegun])
			.where('lease_until', '<=', outbox.now())
			.returning('id')
			.execute();
		await giveTurns(outbox, tx, recipients);
		const ids = expired.map(({ id }) => id);
		await tellWebhooks(outbox, tx, 'expired', ids);
		return ids;
	});
}

/** Milliseconds until one of these has something to do; undefined: nothing is planned. */
export async function untilNextPlanned({ db, now }: Outbox): Promise<number | undefined> {
	const joining = db
		.selectFrom('notifier_delivery')
		.select((eb) => eb.fn.min<number | null>('due_at').as('at'))
		.where('state', '=', sql.lit('scheduled'))
		.where('state', 'in', unfinishedLiterals);
	const ending = db
		.selectFrom('notifier_delivery')
		.select((eb) => eb.fn.min<number | null>('expires_at').as('at'))
		.where('expires_at', 'is not', null)
		.where('state', 'in', notBegunLiterals);
	const row = await db
		.selectNoFrom([joining.as('joins'), ending.as('ends'), now().as('now')])
		.executeTakeFirstOrThrow();
	const next = Math.min(row.joins ?? Number.POSITIVE_INFINITY, row.ends ?? Number.POSITIVE_INFINITY);
	return Number.isFinite(next) ? Math.max(0, next - row.now) : undefined;
}
