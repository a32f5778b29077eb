// How one try of a delivery ends: in a state of its row, in the metrics, in the log.
import type { Logger } from 'pino';
import type { MarkedPost } from '../mattermost/marker.ts';
import type { Failure } from '../mattermost/outcome.ts';
import type { Delivery } from '../outbox/claim.ts';
import { hold } from '../outbox/hold.ts';
import { finishDead, finishExpired, finishSent, tryAgain } from '../outbox/transitions.ts';
import { isUsedUp, retryPolicyOf, usedUpReason } from '../timing/retry.ts';
import type { DeliverContext } from './deliver-context.ts';

/** Milliseconds between two tries of what is held up: as long as between two looks at the notification channel. */
export const holdWait = 10_000;

/** Only the first attempt's own answer proves that there is one post; whatever came otherwise is audited. */
export async function sent(
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
export async function expired(context: DeliverContext, delivery: Delivery, log: Logger): Promise<boolean> {
	if (delivery.expires_at === null || !(await finishExpired(context.outbox, delivery))) return false;
	context.metrics.expired.inc();
	log.warn('expired');
	context.finished(delivery.id);
	return true;
}

/** False: its policy allows no further try, and it ended here. */
export async function mayTryAgain(context: DeliverContext, delivery: Delivery, log: Logger): Promise<boolean> {
	const { failures, retry } = delivery;
	if (!isUsedUp(retryPolicyOf(retry, context.retry), failures)) return true;
	await dead(context, delivery, usedUpReason(failures), log);
	return false;
}

/** After a try without success; after the last one that its policy allows, dead. Unless nobody knows: then it is looked up first. */
export async function again(
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

/** Refused: by what is wrong with the notification channel, which can be mended, or for ever. */
export async function refused(
	context: DeliverContext,
	delivery: Delivery,
	{ state, channelId, reason }: { state: 'pending' | 'unknown'; channelId: string; reason: string },
	log: Logger,
): Promise<void> {
	const problem = channelId === context.channel.id ? await context.channel.look() : undefined;
	if (problem === undefined) return dead(context, delivery, reason, log);
	return hold(context.outbox, delivery, { state, wait: holdWait, why: problem });
}

export async function dead(context: DeliverContext, delivery: Delivery, reason: string, log: Logger): Promise<void> {
	await finishDead(context.outbox, delivery, reason);
	context.metrics.dead.inc();
	log.warn({ reason }, 'dead');
	context.finished(delivery.id);
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
