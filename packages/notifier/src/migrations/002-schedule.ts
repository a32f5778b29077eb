import type { Migration } from '@matterkit/store';
import { sql } from 'kysely';

/**
 * Deliveries can be scheduled, cancelled and expire; they have a priority and a policy of retries; what is out of the ordinary is
 * remembered. SQLite can't change a CHECK, so the table is made anew on both databases.
 */
export const schedule: Migration = {
	id: '002-schedule',
	async up(db) {
		const run = (statement: string) => sql.raw(statement).execute(db);
		await run(`
			create table notifier_delivery_002 (
				id text primary key,
				key text not null,
				recipient text not null,
				template text not null,
				variables text not null,
				state text not null check (
					state in ('scheduled', 'pending', 'sending', 'unknown', 'sent', 'dead', 'cancelled', 'expired')
				),
				turn integer not null check (turn in (0, 1)),
				priority integer not null default 1 check (priority in (0, 1, 2)),
				retry text,
				accepted_at bigint not null,
				due_at bigint not null,
				next_at bigint not null,
				expires_at bigint,
				fence bigint not null default 0,
				lease_until bigint not null default 0,
				attempts integer not null default 0,
				failures integer not null default 0,
				target text check (target in ('dm', 'channel')),
				channel_id text,
				message text,
				sending_at bigint,
				first_attempt_at bigint,
				last_attempt_at bigint,
				post_id text,
				reason text,
				finished_at bigint,
				audit_at bigint,
				constraint decided_before_posted check (
					state not in ('sending', 'unknown', 'sent')
					or (target is not null and channel_id is not null and message is not null and first_attempt_at is not null)
				),
				constraint sent_has_post check ((state = 'sent') = (post_id is not null)),
				constraint dead_has_reason check ((state = 'dead') = (reason is not null)),
				constraint finished_has_time check (
					(state in ('sent', 'dead', 'cancelled', 'expired')) = (finished_at is not null)
				),
				constraint only_in_line_has_turn check (state in ('pending', 'sending', 'unknown') or turn = 0)
			)`);
		const same = `id, key, recipient, template, variables, state, turn, accepted_at, next_at, fence, lease_until, attempts, failures,
			target, channel_id, message, first_attempt_at, last_attempt_at, post_id, reason, finished_at, audit_at`;
		await run(`
			insert into notifier_delivery_002 (${same}, due_at, sending_at)
			select ${same}, accepted_at, first_attempt_at from notifier_delivery`);
		await run(`drop table notifier_delivery`);
		await run(`alter table notifier_delivery_002 rename to notifier_delivery`);
		await run(`create index notifier_delivery_due on notifier_delivery (priority desc, next_at) where turn = 1`);
		await run(`create unique index notifier_delivery_turn on notifier_delivery (recipient) where turn = 1`);
		await run(`
			create index notifier_delivery_line on notifier_delivery (recipient, priority desc, due_at, id)
			where state in ('pending', 'sending', 'unknown')`);
		// For counting (without it 100,000 waiting deliveries took 150 ms to count), the oldest, and what is scheduled next.
		await run(`
			create index notifier_delivery_unfinished on notifier_delivery (state, due_at)
			where state in ('scheduled', 'pending', 'sending', 'unknown')`);
		await run(`
			create index notifier_delivery_expiry on notifier_delivery (expires_at)
			where expires_at is not null and state in ('scheduled', 'pending')`);
		await run(
			`create index notifier_delivery_finished on notifier_delivery (finished_at) where finished_at is not null`,
		);
		await run(`create index notifier_delivery_audit on notifier_delivery (audit_at) where audit_at is not null`);
		await run(`create index notifier_delivery_recipient on notifier_delivery (recipient, id)`);
		await run(`create index notifier_delivery_dead on notifier_delivery (id) where state = 'dead'`);
		await run(`
			create table notifier_event (
				delivery_id text not null,
				number bigint not null,
				at bigint not null,
				kind text not null check (kind in ('retry', 'found', 'replayed', 'dead')),
				detail text,
				primary key (delivery_id, number)
			)`);
	},
};
