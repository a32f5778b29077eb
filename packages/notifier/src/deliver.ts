// What a slot does with one claimed delivery: steps 3 to 5 of the protocol, in order.
import { isHttpError } from '@matterkit/client';
import type { Logger } from 'pino';
import type { Gate } from './gate.ts';
import { Lease } from './lease.ts';
import type { LookUps } from './look-up.ts';
import { type MarkedPost, markerOf } from './marker.ts';
import type { Metrics } from './metrics.ts';
import type { Delivery } from './outbox/claim.ts';
import { earlierOf } from './outbox/follow-ups.ts';
import { postpone } from './outbox/postpone.ts';
import { firstStep } from './outbox/states.ts';
import {
	type Decision,
	extendLease,
	FencedError,
	finishDead,
	finishExpired,
	finishSent,
	startSending,
	tryAgain,
} from './outbox/transitions.ts';
import { type Failure, failureOf } from './outcome.ts';
import { isUsedUp, type RetryPolicy, retryPolicyOf, usedUpReason } from './retry.ts';
import type { ServerClock } from './server-clock.ts';
import type { Slots } from './slots.ts';
import { chooseTarget, type TargetContext } from './target.ts';
import type { Witness } from './witness.ts';

export interface DeliverContext extends TargetContext {
	readonly gate: Gate;
	/** Calls to Mattermost at once. */
	readonly slots: Slots;
	readonly lookUps: LookUps;
	readonly witness: Witness;
	readonly serverClock: ServerClock;
	readonly metrics: Metrics;
	/** Milliseconds a call to Mattermost may take. */
	readonly postTimeout: number;
	/** Milliseconds of a lease. */
	readonly lease: number;
	/** Milliseconds after an attempt with unknown outcome during which it is not repeated. */
	readonly quietPeriod: number;
	/** Milliseconds after which the auditor looks for a second post of a delivery that was tried more than once. */
	readonly auditDelay: number;
	/** Of deliveries that have none of their own. */
	readonly retry: RetryPolicy;
	/** Told of the outcome. */
	readonly finished: (id: string) => void;
}

/** By what a post is known whose answer was lost. */
const byEvent = 'heard on the event stream';
const byLookUp = 'found in the channel';

/** Errors of the database reject; everything else ends in a state of the row. */
export async function deliver(context: DeliverContext, delivery: Delivery, log: Logger): Promise<void> {
	const lease = new Lease(context.lease);
	try {
		if (firstStep(delivery.state) === 'look-up' && !(await mustPost(context, delivery, lease, log))) return;
		if (await expired(context, delivery, log)) return;
		const decision = delivery.channel_id === null ? await decide(context, delivery, log) : stored(delivery);
		if (decision) await post(context, delivery, decision, lease, log);
	} catch (error) {
		if (!(error instanceof FencedError)) throw error;
		context.metrics.fenced.inc();
		log.warn('the delivery is in other hands now, or it was cancelled');
	}
}

/** Steps 3: target and text; undefined when the delivery ended here or has to wait. */
async function decide(context: DeliverContext, delivery: Delivery, log: Logger): Promise<Decision | undefined> {
	const chosen = await asked(context, () => chooseTarget(context, delivery));
	if (!chosen.ok) {
		if (chosen.failure.kind === 'refused') await dead(context, delivery, chosen.failure.reason, log);
		else await again(context, delivery, 'pending', chosen.failure, log);
		return undefined;
	}
	if ('until' in chosen.value) {
		await postpone(context.outbox, delivery, chosen.value);
		return undefined;
	}
	if (!('dead' in chosen.value)) return chosen.value;
	await dead(context, delivery, chosen.value.dead, log);
	return undefined;
}

/** Steps 3 (commit) and 4. */
async function post(
	context: DeliverContext,
	delivery: Delivery,
	decision: Decision,
	lease: Lease,
	log: Logger,
): Promise<void> {
	const { outbox, chat, gate, serverClock, postTimeout } = context;
	const isFirst = delivery.attempts === 0;
	// Not stored with the decision: of two posts the auditor lets the earlier one stay.
	const edited = delivery.updates === null ? undefined : ((await earlierOf(outbox, delivery.updates))?.post_id ?? null);
	if (edited === null)
		return dead(context, delivery, `the notification ${delivery.updates} is not known any more`, log);
	await lease.extend((length) =>
		startSending(outbox, delivery, {
			decision: isFirst ? decision : undefined,
			serverTime: serverClock.now(),
			lease: length,
		}),
	);
	const made = await asked(context, async () => {
		// The wait for a slot was long, or the process stood still: the row is someone else's, or may be before the answer is here.
		if (!lease.covers(edited === undefined ? postTimeout : 2 * postTimeout)) throw new FencedError(delivery.id);
		// Closed or throttled while it waited for a slot: nothing was sent.
		if (gate.wait > 0) return undefined;
		const attachments = decision.attachments ? JSON.parse(decision.attachments) : undefined;
		if (edited !== undefined) return chat.edit(edited, { message: decision.message, attachments });
		return chat.post({
			channel_id: decision.channelId,
			message: decision.message,
			...(decision.rootId && { root_id: decision.rootId }),
			pending_post_id: delivery.id,
			props: {
				...(attachments && { attachments }),
				...markerOf(delivery.id),
			},
		});
	});
	if (made.ok && made.value)
		return sent(context, delivery, { post: made.value, isFirst: isFirst || edited !== undefined }, log);
	const unsent = isFirst ? 'pending' : 'unknown';
	if (made.ok) return tryAgain(outbox, delivery, { state: unsent, wait: 0 });
	const { failure } = made;
	switch (failure.kind) {
		case 'refused':
			return dead(context, delivery, failure.reason, log);
		case 'throttled':
			// Refused before anything was done, so after a first attempt there is surely no post.
			return again(context, delivery, unsent, failure, log);
		case 'in-flight':
		case 'unauthorized':
		case 'unclear':
			break;
		default:
			throw new Error(`bug: unknown failure ${failure satisfies never}`);
	}
	context.metrics.unknown.inc();
	log.info({ failure }, 'nobody knows whether the post was made');
	const heard = context.witness.postOf(delivery.id);
	if (heard) return sent(context, delivery, { post: heard, isFirst: false, how: byEvent }, log);
	await again(context, delivery, 'unknown', failure, log);
}

/** Step 5. False: the post was found, or it is too early to tell. */
async function mustPost(context: DeliverContext, delivery: Delivery, lease: Lease, log: Logger): Promise<boolean> {
	const { outbox, lookUps, witness, serverClock, metrics, quietPeriod } = context;
	const { id, channel_id, first_attempt_at, last_attempt_at } = delivery;
	if (channel_id === null || first_attempt_at === null || last_attempt_at === null)
		throw new Error(`bug: delivery ${id} was tried without a target`);
	// Writing a text over itself changes nothing: there is nothing to look for.
	if (delivery.updates !== null) return mayTryAgain(context, delivery, log);
	const heard = witness.postOf(id);
	if (heard) {
		await sent(context, delivery, { post: heard, isFirst: false, how: byEvent }, log);
		return false;
	}
	const keepLease = () => lease.extend((length) => extendLease(outbox, delivery, length));
	const looked = await asked(context, () => lookUps.find(channel_id, id, first_attempt_at, { onPage: keepLease }));
	if (!looked.ok) {
		// The bot was taken out of the channel, or the channel is gone: the post can't be looked for, nor made again.
		if (looked.failure.kind === 'refused')
			await dead(
				context,
				delivery,
				`it may have been posted, but its channel can't be read: ${looked.failure.reason}`,
				log,
			);
		else await again(context, delivery, 'unknown', looked.failure, log);
		return false;
	}
	metrics.lookedUp.inc({ found: looked.value ? 'yes' : 'no' });
	if (looked.value) {
		await sent(context, delivery, { post: looked.value, isFirst: false, how: byLookUp }, log);
		return false;
	}
	if (!(await mayTryAgain(context, delivery, log))) return false;
	const quietUntil = last_attempt_at + quietPeriod;
	if (quietPeriod > 0 && serverClock.now() < quietUntil) {
		await tryAgain(outbox, delivery, { state: 'unknown', wait: quietUntil - serverClock.now() });
		return false;
	}
	return true;
}

/** False: its policy allows no further try, and it ended here. */
async function mayTryAgain(context: DeliverContext, delivery: Delivery, log: Logger): Promise<boolean> {
	const { failures, retry } = delivery;
	if (!isUsedUp(retryPolicyOf(retry, context.retry), failures)) return true;
	await dead(context, delivery, usedUpReason(failures), log);
	return false;
}

const stored = ({ id, target, channel_id, message, attachments, root_id }: Delivery): Decision => {
	if (target === null || channel_id === null || message === null)
		throw new Error(`bug: half a decision in delivery ${id}`);
	return { target, channelId: channel_id, message, attachments, rootId: root_id };
};

/** Only the first attempt's own answer proves that there is one post; whatever came otherwise is audited. */
async function sent(
	context: DeliverContext,
	delivery: Delivery,
	{ post, isFirst, how }: { post: MarkedPost; isFirst: boolean; how?: string },
	log: Logger,
): Promise<void> {
	const { outbox, metrics, auditDelay } = context;
	await finishSent(outbox, delivery, {
		postId: post.id,
		auditIn: isFirst ? undefined : auditDelay,
		...(how !== undefined && { how }),
	});
	metrics.sent.inc();
	metrics.acceptToPost.observe(Math.max(0, Date.now() - delivery.due_at) / 1000);
	log.info({ post: post.id, channel: post.channel_id }, 'sent');
	context.finished(delivery.id);
}

/** Not wanted any more: checked when nothing was posted, right before something would be. */
async function expired(context: DeliverContext, delivery: Delivery, log: Logger): Promise<boolean> {
	if (delivery.expires_at === null || !(await finishExpired(context.outbox, delivery))) return false;
	context.metrics.expired.inc();
	log.warn('expired');
	context.finished(delivery.id);
	return true;
}

/** After a try without success; after the last one that its policy allows, dead. Unless nobody knows: then it is looked up first. */
async function again(
	context: DeliverContext,
	delivery: Delivery,
	state: 'pending' | 'unknown',
	failure: Exclude<Failure, { kind: 'refused' }>,
	log: Logger,
): Promise<void> {
	const policy = retryPolicyOf(delivery.retry, context.retry);
	const failures = delivery.failures + 1;
	if (failure.kind === 'unclear' && state === 'pending' && isUsedUp(policy, failures))
		return dead(context, delivery, `${usedUpReason(failures)}: ${failure.reason}`, log);
	const why = 'reason' in failure ? failure.reason : failure.kind;
	return tryAgain(context.outbox, delivery, { state, wait: waitAfter(failure), bounds: policy, why });
}

async function dead(context: DeliverContext, delivery: Delivery, reason: string, log: Logger): Promise<void> {
	await finishDead(context.outbox, delivery, reason);
	context.metrics.dead.inc();
	log.warn({ reason }, 'dead');
	context.finished(delivery.id);
}

type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Calls Mattermost, and tells the gate how it went. Errors that are not Mattermost's (the database's) reject. */
async function asked<T>({ gate, slots }: DeliverContext, call: () => Promise<T>): Promise<Asked<T>> {
	try {
		const value = await slots.use(call);
		gate.answered();
		return { ok: true, value };
	} catch (error) {
		if (!isHttpError(error)) throw error;
		const failure = failureOf(error);
		switch (failure.kind) {
			case 'refused':
			case 'in-flight':
				gate.answered();
				break;
			case 'throttled':
				gate.throttled(failure.wait);
				break;
			case 'unauthorized':
				gate.unauthorized();
				break;
			case 'unclear':
				gate.failed();
				break;
			default:
				throw new Error(`bug: unknown failure ${failure satisfies never}`);
		}
		return { ok: false, failure };
	}
}

/** Milliseconds that the failure itself asks for; undefined: the row's back-off. */
function waitAfter(failure: Exclude<Failure, { kind: 'refused' }>): number | undefined {
	switch (failure.kind) {
		case 'throttled':
			return failure.wait;
		case 'in-flight':
			return 1_000;
		case 'unauthorized':
			// The gate is closed now: the wait is over when it opens.
			return 0;
		case 'unclear':
			return undefined;
		default:
			throw new Error(`bug: unknown failure ${failure satisfies never}`);
	}
}
