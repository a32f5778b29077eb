import type { Migration } from '@matterkit/store';
import { sql } from 'kysely';

/** Programs that are told when the status of a notification changes, and what is to be told them. */
export const webhooks: Migration = {
	id: '004-webhooks',
	async up(db) {
		const run = (statement: string) => sql.raw(statement).execute(db);
		await run(`
			create table notifier_webhook (
				id text primary key,
				url text not null,
				secret text not null,
				events text not null,
				description text,
				created_at bigint not null,
				disabled_at bigint
			)`);
		await run(`
			create table notifier_webhook_message (
				id text primary key,
				webhook_id text not null,
				event text not null,
				body text not null,
				state text not null check (state in ('pending', 'delivered', 'dead')),
				created_at bigint not null,
				next_at bigint not null,
				fence bigint not null default 0,
				lease_until bigint not null default 0,
				attempts integer not null default 0,
				status integer,
				error text,
				finished_at bigint,
				constraint finished_has_time check ((state = 'pending') = (finished_at is null))
			)`);
		await run(
			`create index notifier_webhook_message_due on notifier_webhook_message (next_at) where state = 'pending'`,
		);
		await run(`create index notifier_webhook_message_of on notifier_webhook_message (webhook_id, id)`);
		await run(`
			create index notifier_webhook_message_finished on notifier_webhook_message (finished_at)
			where finished_at is not null`);
	},
};
