// Taking many notifications in at once: all of them or, should one not be taken, none.
import { standingsOf } from '../reporting/outcomes.ts';
import { acceptIn } from './accept-one.ts';
import {
	acceptanceOf,
	hashOf,
	IdempotencyConflictError,
	isPlanned,
	isSkipped,
	type Known,
	type Notification,
	record,
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
		const all: Known[] = [];
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
	for (const one of accepted) record(context, one);
	announce(notifications.some(isPlanned));
	const repeats = accepted.filter(({ kind }) => kind === 'repeat').map(({ id }) => id);
	const standings = await standingsOf(outbox, repeats);
	return accepted.map((one, index) =>
		resultOf(one.id, standings.get(one.id), { key: notifications[index]?.key ?? '', skipped: isSkipped(one) }),
	);
}

const orderOf = (acceptance: { recipient: string; key: string } | undefined) =>
	`${acceptance?.recipient} ${acceptance?.key}`;
