import { sql } from 'kysely';
import { remember } from './events.ts';
import { giveTurns, lockLines, overtake } from './line.ts';
import type { Outbox } from './outbox.ts';
import type { State } from './states.ts';
import { tellWebhooks } from './webhooks.ts';

/**
 * Brings a dead delivery back to the end of its line, with all its tries, and without its expiry should that be over. It keeps its id, and
 * where it was tried before, its target and text: it is looked for before it is posted, so it still is posted once.
 * @returns whether it was dead.
 */
export async function replay(outbox: Outbox, id: string): Promise<boolean> {
	const delivery = await outbox.db
		.selectFrom('notifier_delivery')
		.select('recipient')
		.where('id', '=', id)
		.executeTakeFirst();
	if (!delivery) return false;
	const recipients = [delivery.recipient];
	return outbox.transaction(async (tx) => {
		await lockLines(outbox, tx, recipients);
		const dead = await tx
			.selectFrom('notifier_delivery')
			.select(['reason', 'finished_at'])
			.where('id', '=', id)
			.where('state', '=', 'dead')
			.executeTakeFirst();
		if (!dead) return false;
		await remember(outbox, tx, id, { kind: 'dead', detail: dead.reason, at: dead.finished_at });
		await remember(outbox, tx, id, { kind: 'replayed', detail: null });
		await tx
			.updateTable('notifier_delivery')
			.set((eb) => ({
				state: eb.case().when('attempts', '>', 0).then(sql.lit<State>('unknown')).else(sql.lit<State>('pending')).end(),
				fence: eb('fence', '+', 1),
				failures: 0,
				reason: null,
				finished_at: null,
				due_at: outbox.now(),
				next_at: outbox.now(),
				expires_at: eb.case().when('expires_at', '>', outbox.now()).then(eb.ref('expires_at')).else(null).end(),
			}))
			.where('id', '=', id)
			.execute();
		await giveTurns(outbox, tx, recipients);
		await overtake(outbox, tx, recipients);
		await tellWebhooks(outbox, tx, 'replayed', [id]);
		return true;
	});
}
