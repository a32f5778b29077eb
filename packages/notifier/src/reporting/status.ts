// What GET /api/notifications/status, /users and /idempotency show.
import { sql } from 'kysely';
import type { Outbox } from '../outbox/outbox.ts';
import type { UnfinishedCounts } from './metrics.ts';

export interface Status {
	/** Mattermost has answered for the bot's token at least once since the start. */
	readonly initialized: boolean;
	/** The event stream is open. */
	readonly connected: boolean;
	/** Nothing is waited for, and the stream did not fail more often than it may. */
	readonly healthy: boolean;
	readonly botUserId: string | null;
	/** People who were notified or who wrote to the bot. */
	readonly totalUsers: number;
	/** Those of them who get direct messages. */
	readonly dmReadyUsers: number;
	readonly deliveries: UnfinishedCounts;
	/** In words, what stands in the way. */
	readonly waitingFor: readonly string[];
	/** Failed attempts to open the event stream since it was last open. */
	readonly reconnectAttempts: number;
}

export async function countUsers({ db }: Outbox): Promise<{ totalUsers: number; dmReadyUsers: number }> {
	const { rows } = await sql<{ known: number; ready: number; strangers: number }>`
		select
			(select count(*) from notifier_recipient) as known,
			(select count(*) from notifier_contact) as ready,
			(select count(*) from notifier_contact c where not exists (
				select 1 from notifier_recipient r where r.mattermost_user_id = c.mattermost_user_id or r.username = c.username
			)) as strangers
	`.execute(db);
	const { known = 0, ready = 0, strangers = 0 } = rows[0] ?? {};
	return { totalUsers: known + strangers, dmReadyUsers: ready };
}

export interface UserState {
	/** The application's id; null: it never notified them, they wrote to the bot. */
	readonly userId: string | null;
	readonly mattermostUsername: string;
	readonly mattermostUserId: string | null;
	readonly dmReady: boolean;
	readonly dmChannelId: string | null;
	/** Milliseconds since 1970, of the first direct message. */
	readonly dmReadyAt: number | null;
}

/** At most `limit` people whose name comes after `after`, by name. */
export async function listUsers({ db }: Outbox, limit: number, after: string): Promise<UserState[]> {
	const { rows } = await sql<{
		app_user_id: string | null;
		username: string;
		mattermost_user_id: string | null;
		dm_channel_id: string | null;
		ready_at: number | null;
	}>`
		select r.app_user_id, r.username, coalesce(r.mattermost_user_id, c.mattermost_user_id) as mattermost_user_id,
			c.dm_channel_id, c.ready_at
		from notifier_recipient r
		left join notifier_contact c
			on c.mattermost_user_id = r.mattermost_user_id or (r.mattermost_user_id is null and c.username = r.username)
		where r.username > ${after}
		union all
		select null, c.username, c.mattermost_user_id, c.dm_channel_id, c.ready_at
		from notifier_contact c
		where c.username > ${after} and not exists (
			select 1 from notifier_recipient r where r.mattermost_user_id = c.mattermost_user_id or r.username = c.username
		)
		order by username
		limit ${limit}
	`.execute(db);
	return rows.map((row) => ({
		userId: row.app_user_id,
		mattermostUsername: row.username,
		mattermostUserId: row.mattermost_user_id,
		dmReady: row.dm_channel_id !== null,
		dmChannelId: row.dm_channel_id,
		dmReadyAt: row.ready_at,
	}));
}

export interface KeyRecord {
	readonly key: string;
	readonly deliveryId: string;
	/** Of the delivery; null: it is older than the retention. */
	readonly status: string | null;
	/** Milliseconds since 1970. */
	readonly createdAt: number;
	readonly expiresAt: number;
}

export async function countKeys({ db }: Outbox): Promise<number> {
	const { count } = await db
		.selectFrom('notifier_key')
		.select((eb) => eb.fn.countAll<number>().as('count'))
		.executeTakeFirstOrThrow();
	return count;
}

/** At most `limit` keys that come after `after`, in their order. */
export async function listKeys({ db }: Outbox, limit: number, after: string): Promise<KeyRecord[]> {
	const rows = await db
		.selectFrom('notifier_key')
		.leftJoin('notifier_delivery', 'notifier_delivery.id', 'notifier_key.delivery_id')
		.select(['notifier_key.key', 'delivery_id', 'state', 'created_at', 'notifier_key.expires_at'])
		.where('notifier_key.key', '>', after)
		.orderBy('notifier_key.key')
		.limit(limit)
		.execute();
	return rows.map((row) => ({
		key: row.key,
		deliveryId: row.delivery_id,
		status: row.state,
		createdAt: row.created_at,
		expiresAt: row.expires_at,
	}));
}
