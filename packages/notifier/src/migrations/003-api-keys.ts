import type { Migration } from '@matterkit/store';
import { sql } from 'kysely';

/** Keys of programs, beside the admin's. Only a hash is kept of each. */
export const apiKeys: Migration = {
	id: '003-api-keys',
	async up(db) {
		await sql
			.raw(`
			create table notifier_api_key (
				id text primary key,
				name text not null,
				hash text not null,
				scopes text not null,
				created_at bigint not null,
				expires_at bigint,
				last_used_at bigint,
				revoked_at bigint
			)`)
			.execute(db);
	},
};
