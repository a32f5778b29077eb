import type { Selectable } from 'kysely';
import type { Outbox } from './outbox.ts';
import type { PreferenceTable } from './tables.ts';

export type Preferences = Omit<Selectable<PreferenceTable>, 'username'>;

export async function preferencesOf({ db }: Outbox, username: string): Promise<Preferences | undefined> {
	return db
		.selectFrom('notifier_preference')
		.select(['locale', 'time_zone', 'quiet_start', 'quiet_end', 'dm_policy'])
		.where('username', '=', username)
		.executeTakeFirst();
}

/** Instead of all that were there. */
export async function savePreferences({ db }: Outbox, username: string, preferences: Preferences): Promise<void> {
	await db
		.insertInto('notifier_preference')
		.values({ username, ...preferences })
		.onConflict((conflict) => conflict.column('username').doUpdateSet(preferences))
		.execute();
}

export async function dropPreferences({ db }: Outbox, username: string): Promise<void> {
	await db.deleteFrom('notifier_preference').where('username', '=', username).execute();
}
