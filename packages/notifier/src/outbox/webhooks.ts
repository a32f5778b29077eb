// Webhooks, and the outbox of what is to be told them: written in the transaction in which the status changes, so nothing is left out
// and nothing is told that did not happen.
import { randomBytes } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import { viewOf } from '../deliveries.ts';
import type { Outbox } from './outbox.ts';
import type { NotifierTables, WebhookMessageTable, WebhookTable } from './tables.ts';

/** A replayed one is not dead any more. Acceptance is no event: the caller is told by the answer. */
export const webhookEvents = ['sent', 'dead', 'cancelled', 'expired', 'replayed'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export type WebhookRow = Selectable<WebhookTable>;
export type WebhookMessage = Selectable<WebhookMessageTable>;

/** `msg_` and 128 random bits, behind the time so that they sort. */
const newMessageId = () => `msg_${Date.now().toString(36).padStart(9, '0')}${randomBytes(16).toString('hex')}`;

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
			timestamp: new Date(row.finished_at ?? Date.now()).toISOString(),
			data: viewOf(row),
		});
		for (const { id } of interested) await insertMessage(outbox, tx, { webhookId: id, event, body });
	}
}

/** @returns its id. */
export async function insertMessage(
	outbox: Outbox,
	tx: Kysely<NotifierTables>,
	{ webhookId, event, body }: { webhookId: string; event: string; body: string },
): Promise<string> {
	const id = newMessageId();
	await tx
		.insertInto('notifier_webhook_message')
		.values({
			id,
			webhook_id: webhookId,
			event,
			body,
			state: 'pending',
			created_at: outbox.now(),
			next_at: outbox.now(),
			fence: 0,
			lease_until: 0,
			attempts: 0,
		})
		.execute();
	return id;
}

export type ClaimedMessage = WebhookMessage & Pick<WebhookRow, 'url' | 'secret'>;

/** Up to `count` messages that are due, with a new fencing number and a lease of `lease` milliseconds. */
export async function claimMessages(outbox: Outbox, count: number, lease: number): Promise<ClaimedMessage[]> {
	let due = outbox.db
		.selectFrom('notifier_webhook_message')
		.select('id')
		.where('state', '=', sql.lit('pending'))
		.where('next_at', '<=', outbox.now())
		.where('lease_until', '<=', outbox.now())
		.orderBy('next_at')
		.limit(count);
	if (outbox.store.kind === 'postgres') due = due.forUpdate().skipLocked();
	const claimed = await outbox.db
		.with('due', () => due)
		.updateTable('notifier_webhook_message')
		.set((eb) => ({
			fence: eb('fence', '+', 1),
			attempts: eb('attempts', '+', 1),
			lease_until: sql<number>`${outbox.now()} + ${sql.lit(lease)}`,
		}))
		.where('id', 'in', (eb) => eb.selectFrom('due').select('due.id'))
		.returningAll()
		.execute();
	if (claimed.length === 0) return [];
	const webhooks = await outbox.db
		.selectFrom('notifier_webhook')
		.select(['id', 'url', 'secret'])
		.where(
			'id',
			'in',
			claimed.map(({ webhook_id }) => webhook_id),
		)
		.execute();
	return claimed.flatMap((message) => {
		const webhook = webhooks.find(({ id }) => id === message.webhook_id);
		// Deleted with its messages in between.
		return webhook ? [{ ...message, url: webhook.url, secret: webhook.secret }] : [];
	});
}

/** Milliseconds until the next message is due or free; undefined: there is none. */
export async function untilNextMessage({ db, now }: Outbox): Promise<number | undefined> {
	const row = await db
		.selectFrom('notifier_webhook_message')
		.select((eb) => [
			eb.fn
				.min<number | null>(
					eb
						.case()
						.when('lease_until', '>', eb.ref('next_at'))
						.then(eb.ref('lease_until'))
						.else(eb.ref('next_at'))
						.end(),
				)
				.as('at'),
			now().as('now'),
		])
		.where('state', '=', sql.lit('pending'))
		.executeTakeFirst();
	return row === undefined || row.at === null ? undefined : Math.max(0, row.at - row.now);
}

/** What became of a try. `wait`: milliseconds to the next one; undefined: there is none. Who lost the lease writes nothing. */
export async function finishTry(
	outbox: Outbox,
	{ id, fence }: Pick<WebhookMessage, 'id' | 'fence'>,
	outcome: { state: WebhookMessage['state']; wait?: number; status?: number | undefined; error?: string | undefined },
): Promise<void> {
	const { state, wait = 0, status = null, error = null } = outcome;
	await outbox.db
		.updateTable('notifier_webhook_message')
		.set({
			state,
			status,
			error,
			lease_until: 0,
			...(state === 'pending'
				? { next_at: sql<number>`${outbox.now()} + ${sql.lit(Math.ceil(wait))}` }
				: { finished_at: outbox.now() }),
		})
		.where('id', '=', id)
		.where('fence', '=', fence)
		.where('state', '=', 'pending')
		.execute();
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

/** Newest first. `before`: only those older than the one with this id. */
export function listMessages(
	{ db }: Outbox,
	webhookId: string,
	{ limit, before }: { limit: number; before?: string | undefined },
): Promise<WebhookMessage[]> {
	let query = db
		.selectFrom('notifier_webhook_message')
		.selectAll()
		.where('webhook_id', '=', webhookId)
		.orderBy('id', 'desc')
		.limit(limit);
	if (before !== undefined) query = query.where('id', '<', before);
	return query.execute();
}

/** A finished message is sent again, with the same id. @returns false: there is none, or it is on its way. */
export async function replayMessage(outbox: Outbox, webhookId: string, id: string): Promise<boolean> {
	const { numUpdatedRows } = await outbox.db
		.updateTable('notifier_webhook_message')
		.set((eb) => ({
			state: 'pending',
			fence: eb('fence', '+', 1),
			attempts: 0,
			finished_at: null,
			next_at: outbox.now(),
		}))
		.where('id', '=', id)
		.where('webhook_id', '=', webhookId)
		.where('state', '!=', 'pending')
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

/** `retention`: milliseconds. @returns how many went. */
export async function dropOldMessages(outbox: Outbox, retention: number): Promise<number> {
	const { numDeletedRows } = await outbox.db
		.deleteFrom('notifier_webhook_message')
		.where('finished_at', 'is not', null)
		.where('finished_at', '<=', (time) => time(outbox.now(), '-', retention))
		.executeTakeFirst();
	return Number(numDeletedRows);
}
