// Taking a notification in: from a checked request to an accepted delivery, and to what the caller is told.
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Outbox } from '../outbox/outbox.ts';
import { type Finished, isFinished } from '../outbox/states.ts';
import type { Metrics } from '../reporting/metrics.ts';
import { type Outcomes, type Standing, standingOf } from '../reporting/outcomes.ts';
import type { GeneralRequest } from '../requests/general-request.ts';
import { keyPart } from '../requests/key-part.ts';
import { planOf } from '../requests/plan-fields.ts';
import { notificationKey, type SendRequest } from '../requests/send-request.ts';
import { templateId } from '../templates/registry.ts';
import { testTemplate } from '../texts/names.ts';
import type { Plan } from '../timing/plan.ts';
import { accept } from './accept.ts';
import type { Acceptance, Accepted } from './acceptance.ts';

/** What the caller of `send` is told. */
export interface SendResult {
	/** False: it is dead (see `error`), cancelled or expired. */
	readonly success: boolean;
	readonly id: string;
	/** `notification:{action}:{requestId}:{userId}`; of others than devices' `general:{template}:{recipient}:{key}`. */
	readonly key: string;
	/** `accepted`: stored, and on its way. */
	readonly status: 'accepted' | Finished;
	/** True: the same notification was accepted before, within the window; this is how that one stands. */
	readonly skipped: boolean;
	/** How it was sent. */
	readonly method?: 'dm' | 'channel_mention';
	readonly channelId?: string;
	readonly postId?: string;
	/** Why it is dead. */
	readonly error?: string;
}

export interface SendOptions {
	/** The caller's own key: with the same body the first answer, with another body IdempotencyConflictError. */
	readonly idempotencyKey?: string;
	/** Milliseconds to wait for the outcome. Default 0: the answer comes when the notification is stored. */
	readonly wait?: number;
	/** Ends the waiting, not the notification. */
	readonly signal?: AbortSignal;
}

/** The Idempotency-Key was used for another notification. */
export class IdempotencyConflictError extends Error {
	override readonly name = 'IdempotencyConflictError' as const;
}

export interface SendContext {
	readonly outbox: Outbox;
	readonly outcomes: Outcomes;
	readonly metrics: Metrics;
	readonly log: Logger;
	readonly newId: () => string;
	readonly window: number;
	/** There is new work; `planned`: it is scheduled, or expires. */
	readonly announce: (planned: boolean) => void;
}

/** What is accepted, whatever template renders it. */
export interface Notification {
	readonly key: string;
	readonly recipient: string;
	readonly appUserId?: string;
	readonly template: string;
	readonly variables: object;
	/** Default: the person's. */
	readonly locale?: string | undefined;
	/** What the caller asked for, whole: told apart by an Idempotency-Key. Default: the variables. */
	readonly request?: object;
	/** Default: at once. */
	readonly plan?: Plan;
	/** Ids of earlier deliveries, see Acceptance. */
	readonly replyTo?: string;
	readonly updates?: string;
	/** Default: alone. */
	readonly digest?: Acceptance['digest'];
}

/** @throws RequestError when its times don't fit. */
export function deviceNotification(request: SendRequest): Notification {
	const { sendAt: _, expiresAt: __, priority: ___, retry: ____, ...variables } = request;
	return {
		key: notificationKey(request),
		recipient: request.mattermostUsername,
		appUserId: String(request.userId),
		template: request.action,
		variables,
		request,
		plan: planOf(request, Date.now()),
	};
}

/** Without a key of the caller's each one is new. */
export function generalNotification(
	{ template, version, variables, locale, recipient, key, plan, digest }: GeneralRequest,
	id: string,
): Notification {
	const { name } = template;
	return {
		key: key === undefined ? `general:${id}` : `general:${name}:${recipient}:${keyPart(key)}`,
		recipient,
		template: templateId(template),
		variables,
		locale,
		// The version that was asked for: a higher one that came meanwhile makes no other request of it.
		request: { name, version, variables, locale, recipient, key, ...plan, digest },
		plan,
		...(digest && { digest }),
	};
}

/** Each one is new: who tests, tests again. */
export function testNotification(username: string, id: string): Notification {
	return { key: `test:${id}`, recipient: username, template: testTemplate, variables: {} };
}

/**
 * Stores the notification; it is on disk when the promise fulfils.
 * @throws IdempotencyConflictError
 */
export async function send(
	context: SendContext,
	notification: Notification,
	{ idempotencyKey, wait = 0, signal }: SendOptions = {},
): Promise<SendResult> {
	const { outbox, outcomes, announce } = context;
	const { variables, request = variables } = notification;
	const callerKey = idempotencyKey === undefined ? undefined : { key: idempotencyKey, bodyHash: hashOf(request) };
	const accepted = await accept(outbox, acceptanceOf(context, notification, callerKey));
	if (accepted.kind === 'conflict')
		throw new IdempotencyConflictError('this Idempotency-Key was used for another notification');
	record(context, accepted);
	if (accepted.kind === 'new') announce(isPlanned(notification));
	if (wait > 0) await outcomes.wait(accepted.id, wait, signal);
	const isTold = wait > 0 || isSkipped(accepted);
	const standing = isTold ? await standingOf(outbox, accepted.id) : undefined;
	return resultOf(accepted.id, standing, { key: notification.key, skipped: isSkipped(accepted) });
}

export const hashOf = (request: object) => createHash('sha256').update(JSON.stringify(request)).digest('hex');

export function acceptanceOf(
	{ newId, window }: SendContext,
	{ request: _, variables, plan, ...notification }: Notification,
	callerKey: Acceptance['callerKey'],
): Acceptance {
	return {
		...notification,
		...plan,
		id: newId(),
		variables: JSON.stringify(variables),
		window,
		...(callerKey && { callerKey }),
	};
}

/** Something is to happen to it at a time. */
export const isPlanned = ({ plan, digest }: Notification) =>
	plan?.sendAt !== undefined || plan?.expiresAt !== undefined || digest !== undefined;

/** Counts it, and says so. */
export function record({ metrics, log }: SendContext, accepted: Known): void {
	const isNew = accepted.kind === 'new';
	(isNew ? metrics.accepted : metrics.repeated).inc();
	log.info({ delivery: accepted.id }, isNew ? 'accepted' : 'asked for again');
}

/** There is a delivery. */
export type Known = Exclude<Accepted, { kind: 'conflict' }>;

/** A repeat of the caller's own key is no second notification that is skipped: it is the first one, asked for again. */
export const isSkipped = (accepted: Accepted) => accepted.kind === 'repeat' && accepted.by === 'notification';

export function resultOf(
	id: string,
	standing: Standing | undefined,
	{ key, skipped }: { key: string; skipped: boolean },
): SendResult {
	if (!standing || !isFinished(standing.state)) return { success: true, id, key, status: 'accepted', skipped };
	const { state, target, channel_id, post_id, reason } = standing;
	return {
		success: state === 'sent',
		id,
		key,
		status: state,
		skipped,
		...(target !== null && { method: target === 'dm' ? 'dm' : 'channel_mention' }),
		...(channel_id !== null && { channelId: channel_id }),
		...(post_id !== null && { postId: post_id }),
		...(reason !== null && { error: reason }),
	};
}
