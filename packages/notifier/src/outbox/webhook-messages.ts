// The outbox of the webhooks: messages that wait, are on their way, or are done.
import { randomBytes } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import { firstFree } from './claim.ts';
import type { Outbox } from './outbox.ts';
import type { NotifierTables, WebhookMessageTable } from './tables.ts';
import type { WebhookRow } from './webhooks.ts';

export type WebhookMessage = Selectable<WebhookMessageTable>;

/** `msg_` and 128 random bits, behind the time so that they sort. */
const newMessageId = () => `msg_${Date.now().toString(36).padStart(9, '0')}${randomBytes(16).toString('hex')}`;

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
	const { at, time } = await db
		.selectFrom('notifier_webhook_message')
		.select([firstFree.as('at'), now().as('time')])
		.where('state', '=', sql.lit('pending'))
		.executeTakeFirstOrThrow();
	return at === null ? undefined : Math.max(0, at - time);
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

/** At most `count` that finished `retention` milliseconds ago or before. @returns how many went. */
export async function dropOldMessages(outbox: Outbox, retention: number, count: number): Promise<number> {
	const { numDeletedRows } = await outbox.db
		.deleteFrom('notifier_webhook_message')
		.where('id', 'in', (eb) =>
			eb
				.selectFrom('notifier_webhook_message as old')
				.select('old.id')
				.where('old.finished_at', 'is not', null)
				.where('old.finished_at', '<=', (time) => time(outbox.now(), '-', retention))
				.limit(count),
		)
		.executeTakeFirst();
	return Number(numDeletedRows);
}
