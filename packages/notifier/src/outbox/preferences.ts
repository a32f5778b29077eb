import type { Selectable } from 'kysely';
import type { Outbox } from './outbox.ts';
import type { PreferenceTable } from './tables.ts';

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
