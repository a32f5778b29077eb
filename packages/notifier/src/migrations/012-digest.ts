import type { Migration } from '@matterkit/store';
import { sql } from 'kysely';

/** Many notifications to one person in one message: the digest is a delivery, and its items point to it. */
export const digest: Migration = {
	id: '012-digest',
	async up(db) {
		const run = (statement: string) => sql.raw(statement).execute(db);
		await run(`
			create table notifier_digest (
				delivery_id text primary key,
				recipient text not null,
				name text not null,
				closed integer not null default 0 check (closed in (0, 1))
			)`);
		await run(`create index notifier_digest_open on notifier_digest (recipient, name) where closed = 0`);
		await run(`
			create table notifier_digest_item (
				id text primary key,
				digest_id text not null,
				key text not null,
				template text not null,
				variables text not null,
				locale text,
				accepted_at bigint not null
			)`);
		await run(`create index notifier_digest_item_digest on notifier_digest_item (digest_id, id)`);
	},
};
