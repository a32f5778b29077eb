// Digests: notifications that are collected for a while and go out as one delivery. Its items are fixed (closed) before anything is
// rendered, and who comes later begins the next digest: so each item is in exactly one message.
import { type Kysely, type Selectable, sql } from 'kysely';
import { lockLines } from './line.ts';
import type { Outbox } from './outbox.ts';
import { notBegun } from './states.ts';
import type { DigestItemTable, NotifierTables } from './tables.ts';

/** Items of one digest; the next one begins another. A message has room for 16,383 characters. */
export const mostItems = 50;

/** Rows a statement. */
const batch = 500;

export type DigestItem = Selectable<DigestItemTable>;

/** The digest that collects for this person under this name; undefined: begin one. The line is locked. */
export async function openDigest(
	tx: Kysely<NotifierTables>,
	{ recipient, name }: { recipient: string; name: string },
): Promise<string | undefined> {
	const open = await tx
		.selectFrom('notifier_digest')
		.innerJoin('notifier_delivery', 'notifier_delivery.id', 'delivery_id')
		.select((eb) => [
			'delivery_id',
			eb
				.selectFrom('notifier_digest_item')
				.select((item) => item.fn.countAll<number>().as('count'))
				.whereRef('digest_id', '=', 'delivery_id')
				.as('count'),
		])
		.where('notifier_digest.recipient', '=', recipient)
		.where('name', '=', name)
		.where('closed', '=', sql.lit(0))
		// Cancelled or expired ones were never closed.
		.where('state', 'in', [...notBegun])
		.orderBy('delivery_id', 'desc')
		.executeTakeFirst();
	return open && Number(open.count) < mostItems ? open.delivery_id : undefined;
}

export async function beginDigest(
	tx: Kysely<NotifierTables>,
	digest: { deliveryId: string; recipient: string; name: string },
): Promise<void> {
	const { deliveryId: delivery_id, recipient, name } = digest;
	await tx.insertInto('notifier_digest').values({ delivery_id, recipient, name, closed: 0 }).execute();
}

export async function addItem(
	tx: Kysely<NotifierTables>,
	outbox: Outbox,
	item: Omit<DigestItem, 'accepted_at'>,
): Promise<void> {
	await tx
		.insertInto('notifier_digest_item')
		.values({ ...item, accepted_at: outbox.now() })
		.execute();
}

/** From now on nothing joins it. @returns its items, in the order of acceptance. */
export function closeDigest(
	outbox: Outbox,
	{ id, recipient }: { id: string; recipient: string },
): Promise<DigestItem[]> {
	return outbox.transaction(async (tx) => {
		await lockLines(outbox, tx, [recipient]);
		await tx.updateTable('notifier_digest').set({ closed: 1 }).where('delivery_id', '=', id).execute();
		return itemsIn(tx, id);
	});
}

export function itemsOf({ db }: Outbox, digestId: string): Promise<DigestItem[]> {
	return itemsIn(db, digestId);
}

function itemsIn(db: Kysely<NotifierTables>, digestId: string): Promise<DigestItem[]> {
	return db.selectFrom('notifier_digest_item').selectAll().where('digest_id', '=', digestId).orderBy('id').execute();
}

/** What is left of digests whose delivery is gone. */
export async function dropOldDigests({ db }: Outbox): Promise<void> {
	for (;;) {
		const old = await db
			.selectFrom('notifier_digest')
			.leftJoin('notifier_delivery', 'notifier_delivery.id', 'delivery_id')
			.select('delivery_id')
			.where('notifier_delivery.id', 'is', null)
			.limit(batch)
			.execute();
		if (old.length === 0) return;
		const ids = old.map(({ delivery_id }) => delivery_id);
		await db.deleteFrom('notifier_digest_item').where('digest_id', 'in', ids).execute();
		await db.deleteFrom('notifier_digest').where('delivery_id', 'in', ids).execute();
	}
}
