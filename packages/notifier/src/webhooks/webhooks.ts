// Webhooks as the API shows them.
import { lookup } from 'node:dns/promises';
import type { Outbox } from '../outbox/outbox.ts';
import { insertMessage, type WebhookMessage } from '../outbox/webhook-messages.ts';
import { insertWebhook, type WebhookEvent, type WebhookRow } from '../outbox/webhooks.ts';
import { badRequest } from '../requests/parse.ts';
import { iso } from '../timing/written.ts';
import { addressInHost, isPublicAddress, privateProblem, urlProblem } from './address.ts';
import { newSecret } from './signature.ts';

/** Times are ISO 8601, UTC. */
export interface WebhookView {
	readonly id: string;
	readonly url: string;
	readonly events: readonly WebhookEvent[];
	readonly description?: string;
	readonly createdAt: string;
	/** The receiver answered 410. */
	readonly disabledAt?: string;
}

export interface WebhookMessageView {
	readonly id: string;
	/** `sent`, `dead`, … or `test` */
	readonly event: string;
	readonly status: WebhookMessage['state'];
	readonly attempts: number;
	readonly createdAt: string;
	readonly finishedAt?: string;
	/** When it is tried again. */
	readonly nextAt?: string;
	/** HTTP status of the last answer. */
	readonly answer?: number;
	/** Why there was none. */
	readonly error?: string;
}

export interface NewWebhook {
	readonly url: string;
	readonly events: readonly WebhookEvent[];
	readonly description?: string | undefined;
	/** Default: a new one. */
	readonly secret?: string | undefined;
}

/**
 * @returns it with its secret, this once.
 * @throws RequestError 400 when it leads to a private address.
 */
export async function makeWebhook(
	outbox: Outbox,
	{ url, events, description, secret = newSecret() }: NewWebhook,
	{ allowPrivate }: { allowPrivate: boolean },
): Promise<WebhookView & { secret: string }> {
	const problem = urlProblem(url, { allowPrivate }) ?? (allowPrivate ? undefined : await privateName(url));
	if (problem !== undefined) throw badRequest({ url: problem });
	const row = await insertWebhook(outbox, {
		url,
		secret,
		events: JSON.stringify([...new Set(events)]),
		description: description ?? null,
	});
	return { ...webhookView(row), secret };
}

/** Only to say it early: what counts is the address that is connected to, see post.ts. */
async function privateName(url: string): Promise<string | undefined> {
	const { hostname } = new URL(url);
	if (addressInHost(hostname) !== undefined) return undefined;
	const found = await lookup(hostname, { all: true }).catch(() => []);
	return found.length > 0 && !found.some(({ address }) => isPublicAddress(address)) ? privateProblem : undefined;
}

/** A message of no consequence, for who sets up a receiver. @returns its id. */
export function testWebhook(outbox: Outbox, webhookId: string): Promise<string> {
	const body = JSON.stringify({ type: 'webhook.test', timestamp: new Date().toISOString(), data: {} });
	return insertMessage(outbox, outbox.db, { webhookId, event: 'test', body });
}

export function webhookView({ id, url, events, description, created_at, disabled_at }: WebhookRow): WebhookView {
	return {
		id,
		url,
		events: JSON.parse(events) as WebhookEvent[],
		...(description !== null && { description }),
		createdAt: iso(created_at),
		...(disabled_at !== null && { disabledAt: iso(disabled_at) }),
	};
}

export function messageView(row: WebhookMessage): WebhookMessageView {
	return {
		id: row.id,
		event: row.event,
		status: row.state,
		attempts: row.attempts,
		createdAt: iso(row.created_at),
		...(row.finished_at !== null && { finishedAt: iso(row.finished_at) }),
		...(row.state === 'pending' && { nextAt: iso(row.next_at) }),
		...(row.status !== null && { answer: row.status }),
		...(row.error !== null && { error: row.error }),
	};
}
