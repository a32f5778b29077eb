// What is known of the people who are notified, and for how long it is believed.
import type { Kysely, Selectable } from 'kysely';
import { batched } from '../outbox/batched.ts';
import { listed } from '../outbox/given.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Preferences } from '../outbox/preferences.ts';
import type { NotifierTables, RecipientTable } from '../outbox/tables.ts';

/** Milliseconds after which a name or a membership is looked up again, should no event have told of a change before. */
const believed = 10 * 60_000;

export type Recipient = Selectable<RecipientTable> & {
	/** The direct channel in which `mattermost_user_id` wrote to the bot; null: they have not. */
	readonly dm_channel_id: string | null;
	/** Of `mattermost_username`; null: everything as it is set for everyone. */
	readonly preferences: Preferences | null;
};

/** Rejects where nothing was ever accepted for them. */
export const recipientOf = batched<string, Recipient>({
	together: recipientsOf,
	alone: async (outbox, username) => {
		const [recipient] = await recipientsOf(outbox, [username]);
		if (!recipient) throw new Error(`bug: a delivery to ${username}, who has no line`);
		return recipient;
	},
});

async function recipientsOf({ store, db }: Outbox, usernames: readonly string[]): Promise<(Recipient | undefined)[]> {
	const rows = await db
		.selectFrom('notifier_recipient')
		.leftJoin('notifier_contact', 'notifier_contact.mattermost_user_id', 'notifier_recipient.mattermost_user_id')
		.leftJoin('notifier_preference', 'notifier_preference.username', 'notifier_recipient.mattermost_username')
		.selectAll('notifier_recipient')
		.select([
			'notifier_contact.dm_channel_id',
			'notifier_preference.username as preferring',
			'notifier_preference.locale',
			'time_zone',
			'quiet_start',
			'quiet_end',
			'dm_policy',
		])
		.where('notifier_recipient.username', 'in', listed(store.kind, usernames))
		.execute();
	const byName = new Map(
		rows.map(({ preferring, locale, time_zone, quiet_start, quiet_end, dm_policy, ...recipient }) => {
			const preferences = preferring === null ? null : { locale, time_zone, quiet_start, quiet_end, dm_policy };
			return [recipient.username, { ...recipient, preferences }];
		}),
	);
	return usernames.map((username) => byName.get(username));
}

/** The direct channel in which the person wrote to the bot; undefined: they have not. */
export async function dmChannelOf(db: Kysely<NotifierTables>, mattermostUserId: string): Promise<string | undefined> {
	const contact = await db
		.selectFrom('notifier_contact')
		.select('dm_channel_id')
		.where('mattermost_user_id', '=', mattermostUserId)
		.executeTakeFirst();
	return contact?.dm_channel_id;
}

export const isFresh = (at: number | null, now: number) => at !== null && at <= now && now - at < believed;

export async function saveUser(
	db: Kysely<NotifierTables>,
	recipient: string,
	user: { readonly id: string; readonly username: string },
	now: number,
): Promise<void> {
	await db
		.updateTable('notifier_recipient')
		.set({ mattermost_user_id: user.id, mattermost_username: user.username, resolved_at: now })
		.where('username', '=', recipient)
		.execute();
}

export async function saveMembership(db: Kysely<NotifierTables>, username: string, now: number): Promise<void> {
	await db.updateTable('notifier_recipient').set({ member_at: now }).where('username', '=', username).execute();
}

const mark = 'recipients';

/** What was learned with another Mattermost or notification channel is not believed any more: an id or a membership there says nothing here. */
export async function believeOnly(
	{ transaction }: Pick<Outbox, 'transaction'>,
	{ url, channelId }: { url: string; channelId: string },
): Promise<void> {
	const value = `${url} ${channelId}`;
	await transaction(async (tx) => {
		const before = await tx.selectFrom('notifier_mark').select('value').where('name', '=', mark).executeTakeFirst();
		if (before?.value === value) return;
		await doubt(tx, undefined);
		await tx
			.insertInto('notifier_mark')
			.values({ name: mark, value })
			.onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
			.execute();
	});
}

/** An event told of a change: look again before the next delivery. `undefined`: of everyone. */
export async function doubt(db: Kysely<NotifierTables>, mattermostUserId: string | undefined): Promise<void> {
	let all = db.updateTable('notifier_recipient').set({ resolved_at: null, member_at: null });
	if (mattermostUserId !== undefined) all = all.where('mattermost_user_id', '=', mattermostUserId);
	await all.execute();
}
