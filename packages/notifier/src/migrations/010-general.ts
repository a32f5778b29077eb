import type { Migration } from '@matterkit/store';
import { sql } from 'kysely';

/** Any template to anyone: its language, what it attaches, and people who are named by their id or address. */
export const general: Migration = {
	id: '010-general',
	async up(db) {
		const run = (statement: string) => sql.raw(statement).execute(db);
		await run(`alter table notifier_delivery add column locale text`);
		await run(`alter table notifier_delivery add column attachments text`);
		await run(`alter table notifier_recipient add column mattermost_username text`);
	},
};
