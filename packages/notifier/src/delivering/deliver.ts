// What a slot does with one claimed delivery: steps 3 to 5 of the protocol, in order.
import type { Logger } from 'pino';
import { markerOf } from '../mattermost/marker.ts';
import type { Delivery } from '../outbox/claim.ts';
import { earlierOf } from '../outbox/follow-ups.ts';
import { hold } from '../outbox/hold.ts';
import { postpone } from '../outbox/postpone.ts';
import { firstStep } from '../outbox/states.ts';
import { type Decision, extendLease, FencedError, startSending, tryAgain } from '../outbox/transitions.ts';
import { ask } from './ask.ts';
import type { DeliverContext } from './deliver-context.ts';
import { again, dead, expired, holdWait, mayTryAgain, refused, sent } from './endings.ts';
import { Lease } from './lease.ts';
import { chooseTarget } from './target.ts';

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
		log.warn('the delivery is in other hands now, or it was cancelled, or is to be decided anew');
	}
}

/** Steps 3: target and text; undefined when the delivery ended here or has to wait. */
async function decide(context: DeliverContext, delivery: Delivery, log: Logger): Promise<Decision | undefined> {
	const chosen = await ask(context, () => chooseTarget(context, delivery));
	if (!chosen.ok) {
		if (chosen.failure.kind === 'refused') await dead(context, delivery, chosen.failure.reason, log);
		else await again(context, delivery, 'pending', chosen.failure, log);
		return undefined;
	}
	if ('until' in chosen.value) {
		await postpone(context.outbox, delivery, chosen.value);
		return undefined;
	}
	if ('held' in chosen.value) {
		await hold(context.outbox, delivery, { state: 'pending', wait: holdWait, why: chosen.value.held });
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
	const made = await ask(context, async () => {
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
			return refused(context, delivery, { state: unsent, channelId: decision.channelId, reason: failure.reason }, log);
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
	const { outbox, lookUps, witness, serverClock, metrics, quietPeriod, postTimeout } = context;
	const { id, channel_id, sending_at, first_attempt_at, last_attempt_at } = delivery;
	if (channel_id === null || sending_at === null || first_attempt_at === null || last_attempt_at === null)
		throw new Error(`bug: delivery ${id} was tried without a target`);
	// Writing a text over itself changes nothing: there is nothing to look for.
	if (delivery.updates !== null) return mayTryAgain(context, delivery, log);
	const heard = witness.postOf(id);
	if (heard) {
		await sent(context, delivery, { post: heard, isFirst: false, how: byEvent }, log);
		return false;
	}
	// By the store's clock, which began the lease.
	const claimedAt = delivery.lease_until - context.lease;
	const since = serverClock.timeOf({ believed: first_attempt_at, age: claimedAt - sending_at });
	const keepLease = () => lease.extend((length) => extendLease(outbox, delivery, length));
	const looked = await ask(context, () => lookUps.find(channel_id, id, since, { onPage: keepLease }));
	if (!looked.ok) {
		// The bot was taken out of the channel, or the channel is gone: the post can't be looked for, nor made again.
		if (looked.failure.kind === 'refused') {
			const reason = `it may have been posted, but its channel can't be read: ${looked.failure.reason}`;
			await refused(context, delivery, { state: 'unknown', channelId: channel_id, reason }, log);
		} else await again(context, delivery, 'unknown', looked.failure, log);
		return false;
	}
	metrics.lookedUp.inc({ found: looked.value ? 'yes' : 'no' });
	if (looked.value) {
		await sent(context, delivery, { post: looked.value, isFirst: false, how: byLookUp }, log);
		return false;
	}
	if (!(await mayTryAgain(context, delivery, log))) return false;
	// The request left at the latest when its lease could just cover it.
	const quiet = last_attempt_at + context.lease - postTimeout + quietPeriod - claimedAt;
	if (quietPeriod > 0 && quiet > 0) {
		await tryAgain(outbox, delivery, { state: 'unknown', wait: quiet });
		return false;
	}
	return true;
}

const stored = ({ id, target, channel_id, message, attachments, root_id }: Delivery): Decision => {
	if (target === null || channel_id === null || message === null)
		throw new Error(`bug: half a decision in delivery ${id}`);
	return { target, channelId: channel_id, message, attachments, rootId: root_id };
};
