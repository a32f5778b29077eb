import type { Delivery } from './claim.ts';
import type { Outbox } from './outbox.ts';

export type Earlier = Pick<
	Delivery,
	'id' | 'recipient' | 'state' | 'target' | 'channel_id' | 'post_id' | 'root_id' | 'updates'
>;

/** The delivery that another follows; undefined: there is none, or it is older than the retention. */
export function earlierOf({ db }: Outbox, id: string): Promise<Earlier | undefined> {
	return db
		.selectFrom('notifier_delivery')
		.select(['id', 'recipient', 'state', 'target', 'channel_id', 'post_id', 'root_id', 'updates'])
		.where('id', '=', id)
		.executeTakeFirst();
}

/** Is an update of the same delivery that was accepted before this one still on its way? */
export async function isBehindUpdate(
	{ db }: Outbox,
	{ id, updates }: { id: string; updates: string },
): Promise<boolean> {
	const before = await db
		.selectFrom('notifier_delivery')
		.select('id')
		.where('updates', '=', updates)
		.where('id', '<', id)
		.where('finished_at', 'is', null)
		.limit(1)
		.executeTakeFirst();
	return before !== undefined;
}

/** What was accepted last to stand in its place; undefined: nothing. */
export function lastUpdateOf({ db }: Outbox, id: string) {
	return db
		.selectFrom('notifier_delivery')
		.select(['id', 'key', 'state', 'template', 'variables', 'locale'])
		.where('updates', '=', id)
		.where('updates', 'is not', null)
		.orderBy('id', 'desc')
		.limit(1)
		.executeTakeFirst();
}
