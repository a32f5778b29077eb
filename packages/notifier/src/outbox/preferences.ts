import type { Selectable } from 'kysely';
import { batched } from './batched.ts';
import { listed } from './given.ts';
import type { Outbox } from './outbox.ts';
import type { PreferenceTable } from './tables.ts';

export type Preferences = Omit<Selectable<PreferenceTable>, 'username'>;

/** null: everything as it is set for everyone. */
export const preferencesOf = batched<string, Preferences | null>({
	together: preferencesOfAll,
	alone: async (outbox, username) => (await preferencesOfAll(outbox, [username]))[0] ?? null,
});

async function preferencesOfAll({ store, db }: Outbox, usernames: readonly string[]): Promise<(Preferences | null)[]> {
	const rows = await db
		.selectFrom('notifier_preference')
		.selectAll()
		.where('username', 'in', listed(store.kind, usernames))
		.execute();
	const byName = new Map(rows.map(({ username, ...preferences }) => [username, preferences]));
	return usernames.map((username) => byName.get(username) ?? null);
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
