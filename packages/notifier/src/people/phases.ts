// Seed 004's two phases: the first direct message that a person writes to the bot makes them known, and is answered once.
import { acceptIn } from '../accepting/accept-one.ts';
import type { DirectMessage } from '../mattermost/ears.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { welcomeTemplate } from '../texts/names.ts';

/** Ten years: a welcome is said once. */
const welcomeWindow = 10 * 365 * 86_400_000;

/**
 * Remembers who wrote, and accepts the welcome in the same transaction, so that it is posted exactly once like any other delivery.
 * @returns whether they were new.
 */
export function hearDirectMessage(
	outbox: Outbox,
	{ userId, username, channelId, at }: DirectMessage,
	{ newId, welcome }: { newId: () => string; welcome: boolean },
): Promise<boolean> {
	return outbox.transaction(async (tx) => {
		const inserted = await tx
			.insertInto('notifier_contact')
			.values({ mattermost_user_id: userId, username, dm_channel_id: channelId, ready_at: at })
			.onConflict((conflict) => conflict.column('mattermost_user_id').doNothing())
			.executeTakeFirst();
		if (inserted.numInsertedOrUpdatedRows === 0n) return false;
		if (welcome)
			await acceptIn(tx, outbox, {
				id: newId(),
				key: `welcome:${userId}`,
				recipient: username,
				template: welcomeTemplate,
				variables: JSON.stringify({ channelId }),
				window: welcomeWindow,
			});
		return true;
	});
}
