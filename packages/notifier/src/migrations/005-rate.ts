import type { Migration } from '@matterkit/store';
import { sql } from 'kysely';

/** How much of the rate limit is used up, for all processes: one row. Microseconds, see mattermost/rate.ts. */
export const rate: Migration = {
	id: '005-rate',
	async up(db) {
		await sql.raw(`create table notifier_rate (name text primary key, full_at bigint not null)`).execute(db);
	},
};
