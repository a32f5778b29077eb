// What a worker writes about the delivery in its hands. Each WHERE names the fencing number: who lost the lease changes nothing.
import { type Kysely, sql, type UpdateObject } from 'kysely';
import { type Bounds, backoff } from '../timing/backoff.ts';
import { batched } from './batched.ts';
import { remember } from './events.ts';
import { given } from './given.ts';
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

/** The lease ended and another worker has the delivery, or it was cancelled, expired or is to be decided anew: nothing was written. */
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

/** What is about to be posted, or posted again. */
export interface Sending {
	/** For the first try; a later one keeps target, text and the time of the first. */
	readonly decision: Decision | undefined;
	/** Now by Mattermost's clock. */
	readonly serverTime: number;
	readonly lease: number;
}

/** Commits that a post is about to be tried. */
export async function startSending(outbox: Outbox, held: Held, sending: Sending): Promise<void> {
	if (!(await start(outbox, { held, sending }))) throw new FencedError(held.id);
}

const start = batched<{ held: Held; sending: Sending }, boolean>({
	together: startTogether,
	alone: async (outbox, one) => (await startTogether(outbox, [one]))[0] === true,
});

/** @returns which were written. */
async function startTogether(outbox: Outbox, all: readonly { held: Held; sending: Sending }[]): Promise<boolean[]> {
	const rows = all.map(({ held, sending: { decision, serverTime, lease } }) => ({
		id: held.id,
		fence: held.fence,
		lease,
		server_time: serverTime,
		target: decision?.target ?? null,
		channel_id: decision?.channelId ?? null,
		message: decision?.message ?? null,
		attachments: decision?.attachments ?? null,
		root_id: decision?.rootId ?? null,
	}));
	const kept = (column: 'target' | 'channel_id' | 'message' | 'attachments' | 'root_id') =>
		sql<never>`coalesce(given.${sql.ref(column)}, ${sql.ref(`notifier_delivery.${column}`)})`;
	const written = await outbox.db
		.updateTable('notifier_delivery')
		.from(given(outbox.store.kind, sendingColumns, rows))
		.set({
			state: 'sending',
			attempts: sql<number>`attempts + 1`,
			lease_until: sql<number>`${outbox.now()} + given.lease`,
			sending_at: sql<number>`coalesce(sending_at, ${outbox.now()})`,
			first_attempt_at: sql<number>`coalesce(first_attempt_at, given.server_time)`,
			last_attempt_at: outbox.now(),
			target: kept('target'),
			channel_id: kept('channel_id'),
			message: kept('message'),
			attachments: kept('attachments'),
			root_id: kept('root_id'),
		})
		.whereRef('notifier_delivery.id', '=', 'given.id')
		.whereRef('notifier_delivery.fence', '=', 'given.fence')
		.where('state', 'in', [...inLine])
		.returning(['notifier_delivery.id', 'notifier_delivery.fence'])
		.execute();
	return whichOf(all, written);
}

const sendingColumns = {
	id: 'text',
	fence: 'bigint',
	lease: 'bigint',
	server_time: 'bigint',
	target: 'text',
	channel_id: 'text',
	message: 'text',
	attachments: 'text',
	root_id: 'text',
} as const;

function whichOf(all: readonly { held: Held }[], written: readonly { id: string; fence: number }[]): boolean[] {
	const found = new Set(written.map(({ id, fence }) => `${id} ${fence}`));
	return all.map(({ held }) => found.has(`${held.id} ${held.fence}`));
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
	return finish(outbox, held, { state: 'sent', post_id: postId, audit_in: auditIn, how });
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

interface End {
	readonly state: Finished;
	readonly post_id?: string;
	readonly reason?: string;
	readonly audit_in?: number | undefined;
	readonly how?: string | undefined;
}

async function finish(outbox: Outbox, held: Held, end: End): Promise<void> {
	if (!(await endOne(outbox, { held, end }))) throw new FencedError(held.id);
}

const endOne = batched<{ held: Held; end: End }, boolean>({
	together: endTogether,
	alone: async (outbox, one) => (await endTogether(outbox, [one]))[0] === true || hasEnded(outbox, one),
});

/** A batch that failed may have been committed, with its answer lost: then this fence has ended it. */
async function hasEnded({ db }: Outbox, { held, end }: { held: Held; end: End }): Promise<boolean> {
	const row = await db
		.selectFrom('notifier_delivery')
		.select('id')
		.where('id', '=', held.id)
		.where('fence', '=', held.fence)
		.where('state', '=', end.state)
		.executeTakeFirst();
	return row !== undefined;
}

const endColumns = {
	id: 'text',
	fence: 'bigint',
	state: 'text',
	post_id: 'text',
	reason: 'text',
	audit_in: 'bigint',
} as const;

/** The end of one delivery is the turn of the next one to the same recipient. @returns which were written. */
function endTogether(outbox: Outbox, all: readonly { held: Held; end: End }[]): Promise<boolean[]> {
	const recipients = [...new Set(all.map(({ held }) => held.recipient))];
	return outbox.transaction(async (tx) => {
		await lockLines(outbox, tx, recipients);
		const rows = all.map(({ held: { id, fence }, end: { state, post_id, reason, audit_in } }) => ({
			id,
			fence,
			state,
			post_id: post_id ?? null,
			reason: reason ?? null,
			audit_in: audit_in ?? null,
		}));
		const written = await tx
			.updateTable('notifier_delivery')
			.from(given(outbox.store.kind, endColumns, rows))
			.set((eb) => ({
				state: eb.ref('given.state'),
				post_id: eb.ref('given.post_id'),
				reason: eb.ref('given.reason'),
				audit_at: sql<number>`coalesce(${outbox.now()} + given.audit_in, audit_at)`,
				turn: 0,
				lease_until: 0,
				finished_at: outbox.now(),
			}))
			.whereRef('notifier_delivery.id', '=', 'given.id')
			.whereRef('notifier_delivery.fence', '=', 'given.fence')
			.where('notifier_delivery.state', 'in', [...inLine])
			.returning((eb) => [
				'notifier_delivery.id',
				'notifier_delivery.fence',
				// Most have no webhooks: then this spares a trip to the database.
				eb
					.selectFrom('notifier_webhook')
					.select((webhook) => webhook.fn.countAll<number>().as('count'))
					.where('disabled_at', 'is', null)
					.as('webhooks'),
			])
			.execute();
		const which = whichOf(all, written);
		const ended = all.filter((_, index) => which[index]);
		for (const { held, end } of ended)
			if (end.how !== undefined) await remember(outbox, tx, held.id, { kind: 'found', detail: end.how });
		await giveTurns(outbox, tx, recipients);
		if (written.every(({ webhooks }) => webhooks === 0)) return which;
		for (const [state, some] of Map.groupBy(ended, ({ end }) => end.state))
			await tellWebhooks(
				outbox,
				tx,
				state,
				some.map(({ held }) => held.id),
			);
		return which;
	});
}
