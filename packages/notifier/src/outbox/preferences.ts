import { type Kysely, type Selectable, sql } from 'kysely';
import { listed } from './given.ts';
import { lockLines, notBegunLiterals } from './line.ts';
import type { Outbox } from './outbox.ts';
import type { NotifierTables, PreferenceTable } from './tables.ts';

export type Preferences = Omit<Selectable<PreferenceTable>, 'username'>;

/** null: everything as it is set for everyone. */
export async function preferencesOf({ db }: Outbox, username: string): Promise<Preferences | null> {
	const preferences = await db
		.selectFrom('notifier_preference')
		.select(['locale', 'time_zone', 'quiet_start', 'quiet_end', 'dm_policy'])
		.where('username', '=', username)
		.executeTakeFirst();
	return preferences ?? null;
}

/** Instead of all that were there. They hold for what waits, too. */
export function savePreferences(outbox: Outbox, username: string, preferences: Preferences): Promise<void> {
	return outbox.transaction(async (tx) => {
		await tx
			.insertInto('notifier_preference')
			.values({ username, ...preferences })
			.onConflict((conflict) => conflict.column('username').doUpdateSet(preferences))
			.execute();
		await decideAnew(outbox, tx, username);
	});
}

export function dropPreferences(outbox: Outbox, username: string): Promise<void> {
	return outbox.transaction(async (tx) => {
		await tx.deleteFrom('notifier_preference').where('username', '=', username).execute();
		await decideAnew(outbox, tx, username);
	});
}

/**
 * What a worker put off until the quiet hours end is due now, to be decided by the preferences as they are. What a worker decides just now by
 * the old ones it writes in vain, and it is claimed again: its fencing number does not hold any more. What was never claimed, such as
 * what the caller scheduled or a digest that still collects, keeps its time.
 */
async function decideAnew(outbox: Outbox, tx: Kysely<NotifierTables>, username: string): Promise<void> {
	const lines = await tx
		.selectFrom('notifier_recipient')
		.select('username')
		.where((eb) => eb.or([eb('username', '=', username), eb('mattermost_username', '=', username)]))
		.execute();
	if (lines.length === 0) return;
	const recipients = lines.map((line) => line.username);
	await lockLines(outbox, tx, recipients);
	// One time for all, so that their order stays: PostgreSQL would look at the clock for each row.
	const now = sql<number>`(select ${outbox.now()})`;
	await tx
		.updateTable('notifier_delivery')
		.set((eb) => {
			const nowIfPutOff = (column: 'due_at' | 'next_at') =>
				eb.case().when('state', '=', 'scheduled').then(now).else(eb.ref(column)).end();
			return {
				fence: eb('fence', '+', 1),
				lease_until: 0,
				due_at: nowIfPutOff('due_at'),
				next_at: nowIfPutOff('next_at'),
			};
		})
		.where('recipient', 'in', listed(outbox.store.kind, recipients))
		.where('state', 'in', notBegunLiterals)
		.where('channel_id', 'is', null)
		.where('fence', '>', 0)
		.execute();
}
