import { giveTurns, lockLines } from './line.ts';
import type { Outbox } from './outbox.ts';
import { notBegun } from './states.ts';
import { tellWebhooks } from './webhooks.ts';

/**
 * Takes a delivery back, if no attempt to post it is under way or may have succeeded. A worker that has claimed it, but not committed
 * `sending`, comes too late: its fencing number does not hold any more. One that has committed was first, and nothing is written here.
 * @returns whether it was cancelled.
 */
export async function cancel(outbox: Outbox, id: string): Promise<boolean> {
	const delivery = await outbox.db
		.selectFrom('notifier_delivery')
		.select('recipient')
		.where('id', '=', id)
		.executeTakeFirst();
	if (!delivery) return false;
	const recipients = [delivery.recipient];
	return outbox.transaction(async (tx) => {
		await lockLines(outbox, tx, recipients);
		const cancelled = await tx
			.updateTable('notifier_delivery')
			.set((eb) => ({
				state: 'cancelled',
				turn: 0,
				fence: eb('fence', '+', 1),
				lease_until: 0,
				finished_at: outbox.now(),
			}))
			.where('id', '=', id)
			.where('state', 'in', [...notBegun])
			.executeTakeFirst();
		if (cancelled.numUpdatedRows === 0n) return false;
		await giveTurns(outbox, tx, recipients);
		await tellWebhooks(outbox, tx, 'cancelled', [id]);
		return true;
	});
}
