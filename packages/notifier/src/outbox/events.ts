// What happened to a delivery out of the ordinary. The ordinary steps stand in its row: most deliveries have no events, and cost none.
import type { Kysely } from 'kysely';
import type { Outbox } from './outbox.ts';
import type { EventTable, NotifierTables } from './tables.ts';

/** Events kept of one delivery, the first ones: one that is tried for weeks must not fill the database. */
const most = 200;

/** In the transaction in which it happened, unless it is the last one over again; `at`: default now. Only who holds the delivery may call this: the numbers must not meet. */
export async function remember(
	outbox: Outbox,
	tx: Kysely<NotifierTables>,
	deliveryId: string,
	{ kind, detail, at }: Pick<EventTable, 'kind' | 'detail'> & { at?: number | null },
): Promise<void> {
	const last = await tx
		.selectFrom('notifier_event')
		.select(['number', 'kind', 'detail'])
		.where('delivery_id', '=', deliveryId)
		.orderBy('number', 'desc')
		.limit(1)
		.executeTakeFirst();
	const number = (last?.number ?? 0) + 1;
	const isSame = last?.kind === kind && last.detail === detail;
	if (isSame || number > most) return;
	await tx
		.insertInto('notifier_event')
		.values({ delivery_id: deliveryId, number, at: at ?? outbox.now(), kind, detail })
		.execute();
}
