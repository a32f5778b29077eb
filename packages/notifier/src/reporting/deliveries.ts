// What GET /api/notifications and GET /api/notifications/{id} show.
import { sql } from 'kysely';
import { type DeliveryView, viewOf } from '../outbox/delivery-view.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { State } from '../outbox/states.ts';
import { type TimelineEntry, timelineOf } from './timeline.ts';

export interface DeliveryDetails extends DeliveryView {
	/** What the template was given. */
	readonly variables: unknown;
	/** The text, once it is decided. */
	readonly message?: string;
	readonly timeline: readonly TimelineEntry[];
}

/** All of them hold. Times are milliseconds since 1970. */
export interface DeliveryFilter {
	readonly status?: readonly State[];
	readonly recipient?: string;
	/** `BORROW`, `build@2`, or `build`: in any version. */
	readonly template?: string;
	readonly key?: string;
	/** Accepted at this time or later. */
	readonly since?: number;
	/** Accepted before this time. */
	readonly until?: number;
}

/** At most `limit`, newest first; `before`: only those accepted before the one with this id. */
export async function listDeliveries(
	outbox: Outbox,
	filter: DeliveryFilter,
	{ limit, before }: { limit: number; before?: string | undefined },
): Promise<DeliveryView[]> {
	let query = matching(outbox, filter).selectAll().orderBy('id', 'desc').limit(limit);
	if (before !== undefined) query = query.where('id', '<', before);
	return (await query.execute()).map(viewOf);
}

/** Ids of at most `limit` dead deliveries, oldest first. */
export async function listDead(outbox: Outbox, filter: DeliveryFilter, limit: number): Promise<string[]> {
	const rows = await matching(outbox, { ...filter, status: ['dead'] })
		.select('id')
		.orderBy('id')
		.limit(limit)
		.execute();
	return rows.map(({ id }) => id);
}

/** undefined: there is none, or it is older than the retention. */
export async function findDelivery({ db }: Outbox, id: string): Promise<DeliveryDetails | undefined> {
	const row = await db.selectFrom('notifier_delivery').selectAll().where('id', '=', id).executeTakeFirst();
	if (!row) return undefined;
	const events = await db
		.selectFrom('notifier_event')
		.select(['at', 'kind', 'detail'])
		.where('delivery_id', '=', id)
		.orderBy('number')
		.execute();
	return {
		...viewOf(row),
		variables: JSON.parse(row.variables),
		...(row.message !== null && { message: row.message }),
		timeline: timelineOf(row, events),
	};
}

function matching({ db }: Outbox, { status, recipient, template, key, since, until }: DeliveryFilter) {
	let query = db.selectFrom('notifier_delivery');
	if (status !== undefined) query = query.where('state', 'in', [...status]);
	if (recipient !== undefined) query = query.where('recipient', '=', recipient);
	if (template !== undefined) {
		// Not `like`, which takes small letters for capitals on SQLite alone.
		const anyVersion = sql<boolean>`substr(template, 1, ${template.length + 1}) = ${`${template}@`}`;
		query = query.where((eb) => eb.or([eb('template', '=', template), anyVersion]));
	}
	if (key !== undefined) query = query.where('key', '=', key);
	if (since !== undefined) query = query.where('accepted_at', '>=', since);
	if (until !== undefined) query = query.where('accepted_at', '<', until);
	return query;
}
