import type { Migration } from '@matterkit/store';
import { sql } from 'kysely';

/** How each person wants to be told. */
export const preferences: Migration = {
	id: '011-preferences',
	async up(db) {
		await sql
			.raw(`
			create table notifier_preference (
				username text primary key,
				locale text,
				time_zone text,
				quiet_start integer check (quiet_start between 0 and 1439),
				quiet_end integer check (quiet_end between 0 and 1439),
				dm_policy text check (dm_policy in ('after-first-message', 'always', 'never')),
				constraint quiet_begins_and_ends check ((quiet_start is null) = (quiet_end is null) and quiet_start <> quiet_end)
			)`)
			.execute(db);
	},
};
