// The line of each recipient: whose turn it is. At most one delivery of a line has the turn (a unique index says so too), and only that
// one is claimed, so a person gets what is due one after the other: by priority, then by the time it was due.
import { type Kysely, sql } from 'kysely';
import { listed } from './given.ts';
import type { Outbox } from './outbox.ts';
import { inLine, notBegun, unfinished } from './states.ts';
import type { NotifierTables } from './tables.ts';

/** Lists of states are written out (not parameters), else neither database uses the partial indexes. */
export const inLineLiterals = inLine.map((state) => sql.lit(state));
export const unfinishedLiterals = unfinished.map((state) => sql.lit(state));
export const notBegunLiterals = notBegun.map((state) => sql.lit(state));

/**
 * Keeps others from joining or leaving these lines until the transaction ends: else one that joins behind a delivery that is finishing
 * would never get its turn. In the order of the names, so that two who lock several never wait for each other. SQLite has one writer.
 */
export async function lockLines(
	{ store }: Outbox,
	tx: Kysely<NotifierTables>,
	recipients: readonly string[],
): Promise<void> {
	if (store.kind !== 'postgres') return;
	await tx
		.selectFrom('notifier_recipient')
		.select('username')
		.where('username', 'in', listed(store.kind, recipients))
		.orderBy('username')
		.forUpdate()
		.execute();
}

/** In lines where nobody has the turn, the next one gets it. The lines are locked. */
export async function giveTurns(
	{ store }: Outbox,
	tx: Kysely<NotifierTables>,
	recipients: readonly string[],
): Promise<void> {
	await tx
		.updateTable('notifier_delivery')
		.set({ turn: 1 })
		.where('id', 'in', (eb) =>
			eb
				.selectFrom('notifier_recipient as line')
				.select((line) =>
					line
						.selectFrom('notifier_delivery as next')
						.select('next.id')
						.whereRef('next.recipient', '=', 'line.username')
						.where('next.state', 'in', inLineLiterals)
						.orderBy('next.priority', 'desc')
						.orderBy('next.due_at')
						.orderBy('next.id')
						.limit(1)
						.as('id'),
				)
				.where('line.username', 'in', listed(store.kind, recipients))
				.where(({ not, exists, selectFrom }) =>
					not(
						exists(
							selectFrom('notifier_delivery as holder')
								.select('holder.id')
								.whereRef('holder.recipient', '=', 'line.username')
								.where('holder.turn', '=', sql.lit(1)),
						),
					),
				),
		)
		.execute();
}

/**
 * Who joined a line goes before one that has the turn and a lower priority, if nobody has begun with that. The lines are locked.
 * The fencing number grows, should a worker whose lease the clock ended believe that it still holds the other.
 */
export async function overtake(
	outbox: Outbox,
	tx: Kysely<NotifierTables>,
	recipients: readonly string[],
): Promise<void> {
	const overtaken = await tx
		.updateTable('notifier_delivery')
		.set((eb) => ({ turn: 0, fence: eb('fence', '+', 1) }))
		.where('recipient', 'in', [...recipients])
		.where('turn', '=', sql.lit(1))
		.where('state', '=', 'pending')
		.where('lease_until', '<=', outbox.now())
		.where(({ exists, selectFrom }) =>
			exists(
				selectFrom('notifier_delivery as higher')
					.select('higher.id')
					.whereRef('higher.recipient', '=', 'notifier_delivery.recipient')
					.whereRef('higher.priority', '>', 'notifier_delivery.priority')
					.where('higher.state', 'in', inLineLiterals),
			),
		)
		.executeTakeFirst();
	if (overtaken.numUpdatedRows > 0n) await giveTurns(outbox, tx, recipients);
}
