// What a worker writes about the delivery in its hands. Each WHERE names the fencing number: who lost the lease changes nothing.
import { type Kysely, sql, type UpdateObject } from 'kysely';
import { type Bounds, backoff } from '../backoff.ts';
import { remember } from './events.ts';
import { giveTurns, lockLines } from './line.ts';
import type { Outbox } from './outbox.ts';
import { type Finished, inLine } from './states.ts';
import type { NotifierTables } from './tables.ts';
import { tellWebhooks } from './webhooks.ts';

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
	/** Of the thread. Default: none. */
	readonly rootId?: string | null;
}

/** The lease ended and another worker has the delivery, or it was cancelled or expired: nothing was written. */
export class FencedError extends Error {
	override readonly name = 'FencedError' as const;
	constructor(id: string) {
		super(`delivery ${id} is in other hands now`);
	}
}

type Changes = UpdateObject<NotifierTables, 'notifier_delivery'>;

export async function write(db: Kysely<NotifierTables>, { id, fence }: Held, changes: Changes): Promise<void> {
	const written = await db
		.updateTable('notifier_delivery')
		.set(changes)
		.where('id', '=', id)
		.where('fence', '=', fence)
		.where('state', 'in', [...inLine])
		.executeTakeFirst();
	if (written.numUpdatedRows === 0n) throw new FencedError(id);
}

const leaseFrom = (outbox: Outbox, lease: number) => sql<number>`${outbox.now()} + ${sql.lit(lease)}`;

/** The lease runs anew for `lease` milliseconds. */
export function extendLease(outbox: Outbox, held: Held, lease: number): Promise<void> {
	return write(outbox.db, held, { lease_until: leaseFrom(outbox, lease) });
}

/** Nobody works on it any more, whatever its state: it need not wait for its lease to end. */
export async function letGo(outbox: Outbox, held: Held): Promise<void> {
	try {
		await write(outbox.db, held, { lease_until: 0 });
	} catch (error) {
		if (!(error instanceof FencedError)) throw error;
	}
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
		sending_at: sql<number>`coalesce(sending_at, ${outbox.now()})`,
		first_attempt_at: sql<number>`coalesce(first_attempt_at, ${serverTime})`,
		last_attempt_at: serverTime,
		...(decision && {
			target: decision.target,
			channel_id: decision.channelId,
			message: decision.message,
			attachments: decision.attachments ?? null,
			root_id: decision.rootId ?? null,
		}),
	});
}

/**
 * Puts it back: to be tried again after `wait` milliseconds; undefined: after a wait that grows with each such failure, within `bounds`.
 * `why` is remembered for the timeline.
 */
export function tryAgain(
	outbox: Outbox,
	held: Held & { readonly failures: number },
	{ state, wait, bounds, why }: Again,
): Promise<void> {
	const isFailure = wait === undefined;
	const pause = Math.ceil(wait ?? backoff(held.failures, bounds));
	const changes: Changes = {
		state,
		failures: held.failures + (isFailure ? 1 : 0),
		lease_until: 0,
		next_at: sql<number>`${outbox.now()} + ${sql.lit(pause)}`,
	};
	if (why === undefined) return write(outbox.db, held, changes);
	return outbox.transaction(async (tx) => {
		await write(tx, held, changes);
		await remember(outbox, tx, held.id, { kind: 'retry', detail: `${why}; again in ${pause} ms` });
	});
}

export interface Again {
	readonly state: 'pending' | 'unknown';
	readonly wait: number | undefined;
	readonly bounds?: Bounds;
	readonly why?: string;
}

/**
 * `auditIn`: milliseconds after which the auditor looks for a second post; undefined: it need not.
 * `how`: by what the post is known, when it is not by its own answer. For the timeline.
 */
export function finishSent(
	outbox: Outbox,
	held: Held,
	{ postId, auditIn, how }: { postId: string; auditIn: number | undefined; how?: string },
): Promise<void> {
	return finish(
		outbox,
		held,
		{
			state: 'sent',
			post_id: postId,
			...(auditIn !== undefined && { audit_at: sql<number>`${outbox.now()} + ${sql.lit(auditIn)}` }),
		},
		how,
	);
}

export function finishDead(outbox: Outbox, held: Held, reason: string): Promise<void> {
	return finish(outbox, held, { state: 'dead', reason });
}

/**
 * Ends it as expired, should its time be over.
 * @returns whether it was.
 */
export async function finishExpired(outbox: Outbox, held: Held): Promise<boolean> {
	const { expired } = await outbox.db
		.selectFrom('notifier_delivery')
		.select((eb) => eb('expires_at', '<=', outbox.now()).as('expired'))
		.where('id', '=', held.id)
		.executeTakeFirstOrThrow();
	if (expired) await finish(outbox, held, { state: 'expired' });
	return Boolean(expired);
}

/** The end of one delivery is the turn of the next one to the same recipient. */
async function finish(
	outbox: Outbox,
	held: Held,
	changes: Changes & { state: Finished },
	found?: string,
): Promise<void> {
	await outbox.transaction(async (tx) => {
		await lockLines(outbox, tx, [held.recipient]);
		await write(tx, held, { ...changes, turn: 0, lease_until: 0, finished_at: outbox.now() });
		if (found !== undefined) await remember(outbox, tx, held.id, { kind: 'found', detail: found });
		await giveTurns(tx, [held.recipient]);
		await tellWebhooks(outbox, tx, changes.state, [held.id]);
	});
}
