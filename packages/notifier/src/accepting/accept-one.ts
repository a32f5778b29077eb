// One acceptance in a transaction of the caller's, whatever it is: a repeat, part of a digest, at a time.
import type { Kysely } from 'kysely';
import { type RawBuilder, sql } from 'kysely';
import { addItem, beginDigest, openDigest } from '../outbox/digest.ts';
import { hasRunOut } from '../outbox/key-life.ts';
import { inLineLiterals, overtake } from '../outbox/line.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { State } from '../outbox/states.ts';
import type { NotifierTables } from '../outbox/tables.ts';
import { digestTemplate } from '../texts/names.ts';
import { type Acceptance, type Accepted, callerKeyName } from './acceptance.ts';
import { type Asked, columnsOf } from './delivery-columns.ts';
import { enterLine } from './enter-lines.ts';

/** One that was committed before, with its answer lost, is new still: it is the delivery that its keys name. */
export async function acceptIn(tx: Kysely<NotifierTables>, outbox: Outbox, acceptance: Acceptance): Promise<Accepted> {
	const { id, key, callerKey, window } = acceptance;
	const taking = { outbox, id, window };
	if (callerKey) {
		const first = await takeKey(tx, { ...taking, key: callerKeyName(callerKey.key), bodyHash: callerKey.bodyHash });
		if (first?.delivery_id === id) return { kind: 'new', id };
		if (first) {
			if (first.body_hash !== callerKey.bodyHash) return { kind: 'conflict' };
			return { kind: 'repeat', id: first.delivery_id, by: 'caller' };
		}
	}
	const first = await takeKey(tx, { ...taking, key, bodyHash: null });
	if (first?.delivery_id === id) return { kind: 'new', id };
	if (first) {
		if (callerKey)
			await tx
				.updateTable('notifier_key')
				.set({ delivery_id: first.delivery_id })
				.where('key', '=', callerKeyName(callerKey.key))
				.execute();
		return { kind: 'repeat', id: first.delivery_id, by: 'notification' };
	}
	await enterLine(tx, outbox, acceptance);
	if (acceptance.digest) return { kind: 'new', id: await joinDigest(tx, outbox, acceptance, acceptance.digest) };
	await insertDelivery(tx, outbox, acceptance);
	return { kind: 'new', id };
}

/** @returns the id of the digest's delivery, to which the keys point from now on. */
async function joinDigest(
	tx: Kysely<NotifierTables>,
	outbox: Outbox,
	acceptance: Acceptance,
	{ name, wait }: NonNullable<Acceptance['digest']>,
): Promise<string> {
	const { id, key, callerKey, recipient, template, variables, locale = null } = acceptance;
	let digestId = await openDigest(tx, { recipient, name });
	if (digestId === undefined) {
		digestId = id;
		const sendAt = sql<number>`${outbox.now()} + ${sql.lit(wait)}`;
		await insertDelivery(tx, outbox, {
			id,
			key: `digest:${id}`,
			recipient,
			template: digestTemplate,
			variables: '{}',
			sendAt,
		});
		await beginDigest(tx, { deliveryId: id, recipient, name });
	}
	await addItem(tx, outbox, { id, digest_id: digestId, key, template, variables, locale });
	await tx
		.updateTable('notifier_key')
		.set({ delivery_id: digestId })
		.where('key', 'in', [key, ...(callerKey ? [callerKeyName(callerKey.key)] : [])])
		.execute();
	return digestId;
}

interface Row extends Asked {
	/** A number, or SQL that reckons with the store's clock. */
	readonly sendAt?: number | RawBuilder<number>;
}

async function insertDelivery(tx: Kysely<NotifierTables>, outbox: Outbox, { sendAt, ...asked }: Row): Promise<void> {
	const columns = columnsOf(asked);
	const { recipient, priority } = columns;
	const isLater = sendAt === undefined ? undefined : sql<boolean>`${sendAt} > ${outbox.now()}`;
	const { state, turn, holder } = await tx
		.insertInto('notifier_delivery')
		.values((eb) => ({
			...columns,
			state: isLater ? sql<State>`case when ${isLater} then 'scheduled' else 'pending' end` : 'pending',
			turn: eb
				.case()
				.when(
					eb.or([
						...(isLater ? [isLater] : []),
						eb.exists(
							eb
								.selectFrom('notifier_delivery as before')
								.select('before.id')
								.where('before.recipient', '=', recipient)
								.where('before.state', 'in', inLineLiterals),
						),
					]),
				)
				.then(sql.lit(0))
				.else(sql.lit(1))
				.end(),
			accepted_at: outbox.now(),
			due_at: sendAt === undefined ? outbox.now() : latest(outbox, sendAt),
			next_at: outbox.now(),
			fence: 0,
			lease_until: 0,
			attempts: 0,
			failures: 0,
		}))
		.returning((eb) => [
			'state',
			'turn',
			eb
				.selectFrom('notifier_delivery as first')
				.select('first.priority')
				.where('first.recipient', '=', recipient)
				.where('first.turn', '=', sql.lit(1))
				.as('holder'),
		])
		.executeTakeFirstOrThrow();
	const isBehind = state === 'pending' && turn === 0;
	if (isBehind && holder !== null && holder < priority) await overtake(outbox, tx, [recipient]);
}

const latest = (outbox: Outbox, time: number | RawBuilder<number>) =>
	outbox.store.kind === 'postgres'
		? sql<number>`greatest(${time}, ${outbox.now()})`
		: sql<number>`max(${time}, ${outbox.now()})`;

/**
 * Takes the key for the delivery `id`.
 * @returns the row of who had it before; undefined: it is ours now. One that has run out, and whose delivery is finished, is free.
 */
async function takeKey(
	tx: Kysely<NotifierTables>,
	taking: { outbox: Outbox; key: string; id: string; bodyHash: string | null; window: number },
): Promise<{ delivery_id: string; body_hash: string | null } | undefined> {
	const { outbox, key, id, bodyHash, window } = taking;
	const values = {
		delivery_id: id,
		body_hash: bodyHash,
		created_at: outbox.now(),
		expires_at: sql<number>`${outbox.now()} + ${sql.lit(window)}`,
	};
	// A second request at the same time waits here for the first one's commit (PostgreSQL) or its turn (SQLite).
	const inserted = await tx
		.insertInto('notifier_key')
		.values({ key, ...values })
		.onConflict((conflict) => conflict.column('key').doNothing())
		.executeTakeFirst();
	if (inserted.numInsertedOrUpdatedRows === 1n) return undefined;
	const renewed = await tx
		.updateTable('notifier_key')
		.set(values)
		.where('key', '=', key)
		.where(hasRunOut(outbox))
		.executeTakeFirst();
	if (renewed.numUpdatedRows === 1n) return undefined;
	const first = await tx
		.selectFrom('notifier_key')
		.select(['delivery_id', 'body_hash'])
		.where('key', '=', key)
		.executeTakeFirst();
	// Gone in between: it had run out and was cleaned up, so it is free.
	return first ?? takeKey(tx, taking);
}
