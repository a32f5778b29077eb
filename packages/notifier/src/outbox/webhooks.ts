// Webhooks, and what they are told: written in the transaction in which the status changes, so nothing is left out and nothing is told
// that did not happen.
import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { iso } from '../timing/written.ts';
import { viewOf } from './delivery-view.ts';
import type { Outbox } from './outbox.ts';
import type { NotifierTables, WebhookTable } from './tables.ts';
import { insertMessage } from './webhook-messages.ts';

/** A replayed one is not dead any more. Acceptance is no event: the caller is told by the answer. */
export const webhookEvents = ['sent', 'dead', 'cancelled', 'expired', 'replayed'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export type WebhookRow = Selectable<WebhookTable>;

/** In the transaction that changed them. Costs one look at a small table where there are no webhooks. */
export async function tellWebhooks(
	outbox: Outbox,
	tx: Kysely<NotifierTables>,
	event: WebhookEvent,
	deliveryIds: readonly string[],
): Promise<void> {
	if (deliveryIds.length === 0) return;
	const all = await tx
		.selectFrom('notifier_webhook')
		.select(['id', 'events'])
		.where('disabled_at', 'is', null)
		.execute();
	const interested = all.filter(({ events }) => (JSON.parse(events) as WebhookEvent[]).includes(event));
	if (interested.length === 0) return;
	const rows = await tx
		.selectFrom('notifier_delivery')
		.selectAll()
		.where('id', 'in', [...deliveryIds])
		.execute();
	for (const row of rows) {
		const body = JSON.stringify({
			type: `notification.${event}`,
			timestamp: iso(row.finished_at ?? Date.now()),
			data: viewOf(row),
		});
		for (const { id } of interested) await insertMessage(outbox, tx, { webhookId: id, event, body });
	}
}

/** Nothing more is sent to it, and what waits is dead. */
export async function disableWebhook(outbox: Outbox, id: string): Promise<void> {
	await outbox.transaction(async (tx) => {
		await tx.updateTable('notifier_webhook').set({ disabled_at: outbox.now() }).where('id', '=', id).execute();
		await tx
			.updateTable('notifier_webhook_message')
			.set({ state: 'dead', error: 'the receiver said 410: it is gone', finished_at: outbox.now(), lease_until: 0 })
			.where('webhook_id', '=', id)
			.where('state', '=', 'pending')
			.execute();
	});
}

export async function insertWebhook(
	outbox: Outbox,
	webhook: Pick<WebhookRow, 'url' | 'secret' | 'events' | 'description'>,
): Promise<WebhookRow> {
	return await outbox.db
		.insertInto('notifier_webhook')
		.values({ ...webhook, id: `wh_${randomBytes(12).toString('hex')}`, created_at: outbox.now() })
		.returningAll()
		.executeTakeFirstOrThrow();
}

export function listWebhookRows({ db }: Outbox): Promise<WebhookRow[]> {
	return db.selectFrom('notifier_webhook').selectAll().orderBy('created_at').orderBy('id').execute();
}

export function findWebhookRow({ db }: Outbox, id: string): Promise<WebhookRow | undefined> {
	return db.selectFrom('notifier_webhook').selectAll().where('id', '=', id).executeTakeFirst();
}

/** With its messages. @returns false: there was none. */
export function deleteWebhook(outbox: Outbox, id: string): Promise<boolean> {
	return outbox.transaction(async (tx) => {
		await tx.deleteFrom('notifier_webhook_message').where('webhook_id', '=', id).execute();
		const { numDeletedRows } = await tx.deleteFrom('notifier_webhook').where('id', '=', id).executeTakeFirst();
		return numDeletedRows > 0n;
	});
}
