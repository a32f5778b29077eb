// What a worker writes about the delivery in its hands. Each WHERE names the fencing number: who lost the lease changes nothing.
import { type Kysely, sql, type UpdateObject } from 'kysely';
import { backoff } from '../backoff.ts';
import type { Outbox } from './outbox.ts';
import { unfinished } from './states.ts';
import type { NotifierTables } from './tables.ts';

/** A delivery in a worker's hands. */
export interface Held {
	readonly id: string;
	readonly recipient: string;
	readonly fence: number;
}

/** Where a message goes, and what it says: decided once. */
export interface Decision {
	readonly target: 'dm' | 'channel';
	readonly channelId: string;
	readonly message: string;
	/** JSON. Default: none. */
	readonly attachments?: string | null;
}

/** The lease ended and another worker has the delivery, or the witness finished it: nothing was written. */
export class FencedError extends Error {
	override readonly name = 'FencedError' as const;
	constructor(id: string) {
		super(`delivery ${id} is in other hands now`);
	}
}

type Changes = UpdateObject<NotifierTables, 'notifier_delivery'>;

async function write(db: Kysely<NotifierTables>, { id, fence }: Held, changes: Changes): Promise<void> {
	const written = await db
		.updateTable('notifier_delivery')
		.set(changes)
		.where('id', '=', id)
		.where('fence', '=', fence)
		.where('state', 'in', [...unfinished])
		.executeTakeFirst();
	if (written.numUpdatedRows === 0n) throw new FencedError(id);
}

const leaseFrom = (outbox: Outbox, lease: number) => sql<number>`${outbox.now()} + ${sql.lit(lease)}`;

/** The lease runs anew for `lease` milliseconds. */
export function extendLease(outbox: Outbox, held: Held, lease: number): Promise<void> {
	return write(outbox.db, held, { lease_until: leaseFrom(outbox, lease) });
}

/**
 * Commits that a post is about to be tried. With a decision for the first try; a later one keeps target, text and the time of the first.
 * `serverTime`: now by Mattermost's clock.
 */
export function startSending(
	outbox: Outbox,
	held: Held,
	{ decision, serverTime, lease }: { decision: Decision | undefined; serverTime: number; lease: number },
): Promise<void> {
	return write(outbox.db, held, {
		state: 'sending',
		attempts: sql<number>`attempts + 1`,
		lease_until: leaseFrom(outbox, lease),
		first_attempt_at: sql<number>`coalesce(first_attempt_at, ${serverTime})`,
		last_attempt_at: serverTime,
		...(decision && {
			target: decision.target,
			channel_id: decision.channelId,
			message: decision.message,
			attachments: decision.attachments ?? null,
		}),
	});
}

/** Puts it back: to be tried again after `wait` milliseconds; undefined: after a wait that grows with each such failure. */
export function tryAgain(
	outbox: Outbox,
	held: Held & { readonly failures: number },
	{ state, wait }: { state: 'pending' | 'unknown'; wait: number | undefined },
): Promise<void> {
	const isFailure = wait === undefined;
	const pause = Math.ceil(wait ?? backoff(held.failures));
	return write(outbox.db, held, {
		state,
		failures: held.failures + (isFailure ? 1 : 0),
		lease_until: 0,
		next_at: sql<number>`${outbox.now()} + ${sql.lit(pause)}`,
	});
}

/** `auditIn`: milliseconds after which the auditor looks for a second post; undefined: it need not. */
export function finishSent(
	outbox: Outbox,
	held: Held,
	{ postId, auditIn }: { postId: string; auditIn: number | undefined },
): Promise<void> {
	return finish(outbox, held, {
		state: 'sent',
		post_id: postId,
		...(auditIn !== undefined && { audit_at: sql<number>`${outbox.now()} + ${sql.lit(auditIn)}` }),
	});
}

export function finishDead(outbox: Outbox, held: Held, reason: string): Promise<void> {
	return finish(outbox, held, { state: 'dead', reason });
}

/** The end of one delivery is the turn of the next one to the same recipient. */
async function finish(outbox: Outbox, held: Held, changes: Changes): Promise<void> {
	await outbox.transaction(async (tx) => {
		await lockLine(outbox, tx, held.recipient);
		await write(tx, held, { ...changes, turn: 0, lease_until: 0, finished_at: outbox.now() });
		await tx
			.updateTable('notifier_delivery')
			.set({ turn: 1 })
			.where('id', '=', (eb) =>
				eb
					.selectFrom('notifier_delivery as next')
					.select('next.id')
					.where('next.recipient', '=', held.recipient)
					.where('next.state', 'in', unfinishedLiterals)
					.orderBy('next.id')
					.limit(1),
			)
			.execute();
	});
}

/** Written out (not parameters), else neither database uses the partial index. */
export const unfinishedLiterals = unfinished.map((state) => sql.lit(state));

/**
 * Keeps others from joining or leaving the line of `recipient` until the transaction ends: else one that joins behind a delivery
 * that is finishing would never get its turn. SQLite has one writer anyway.
 */
async function lockLine({ store }: Outbox, tx: Kysely<NotifierTables>, recipient: string): Promise<void> {
	if (store.kind !== 'postgres') return;
	await tx.selectFrom('notifier_recipient').select('username').where('username', '=', recipient).forUpdate().execute();
}
