// Taking many notifications in at once: all of them or, should one not be taken, none.
import { acceptIn } from './accept-one.ts';
import type { Accepted } from './acceptance.ts';
import { standingsOf } from './outcomes.ts';
import {
	acceptanceOf,
	count,
	hashOf,
	IdempotencyConflictError,
	isPlanned,
	isSkipped,
	type Notification,
	resultOf,
	type SendContext,
	type SendResult,
} from './send.ts';

/**
 * Stores the notifications in one transaction; they are on disk when the promise fulfils.
 * @returns how each stands, in the order given.
 * @throws IdempotencyConflictError
 */
export async function sendMany(
	context: SendContext,
	notifications: readonly Notification[],
	{ idempotencyKey }: { idempotencyKey?: string | undefined } = {},
): Promise<SendResult[]> {
	const { outbox, announce } = context;
	const requests = notifications.map(({ request, variables }) => request ?? variables);
	// Each has a key of its own; its hash is that of the whole, so one that is longer or in another order is another.
	const bodyHash = hashOf(requests);
	const acceptances = notifications.map((notification, index) =>
		acceptanceOf(
			context,
			notification,
			idempotencyKey === undefined ? undefined : { key: `bulk:${index}:${idempotencyKey}`, bodyHash },
		),
	);
	// In one order for all, so that two at once rarely wait for each other. Should they, PostgreSQL ends one, and its caller asks again.
	const inOrder = [...acceptances.keys()].sort((a, b) => (orderOf(acceptances[a]) < orderOf(acceptances[b]) ? -1 : 1));
	const accepted = await outbox.transaction(async (tx) => {
		const all: Accepted[] = [];
		for (const index of inOrder) {
			const acceptance = acceptances[index];
			if (!acceptance) throw new Error('bug: an index beyond the list');
			const one = await acceptIn(tx, outbox, acceptance);
			if (one.kind === 'conflict')
				throw new IdempotencyConflictError('this Idempotency-Key was used for other notifications');
			all[index] = one;
		}
		return all;
	});
	for (const one of accepted) count(context, one);
	announce(notifications.some(isPlanned));
	const ids = accepted.map((one) => (one.kind === 'conflict' ? '' : one.id));
	const standings = await standingsOf(
		outbox,
		ids.filter((_, index) => accepted[index]?.kind === 'repeat'),
	);
	return notifications.map(({ key }, index) => {
		const [id = '', one] = [ids[index], accepted[index]];
		return resultOf(id, standings.get(id), { key, skipped: one !== undefined && isSkipped(one) });
	});
}

const orderOf = (acceptance: { recipient: string; key: string } | undefined) =>
	`${acceptance?.recipient} ${acceptance?.key}`;
