import type { Migration } from '@matterkit/store';
import { sql } from 'kysely';

/** Notifications that follow an earlier one: in its thread, or in its place. */
export const followUps: Migration = {
	id: '013-follow-ups',
	async up(db) {
		const run = (statement: string) => sql.raw(statement).execute(db);
		await run(`alter table notifier_delivery add column reply_to text`);
		await run(`alter table notifier_delivery add column updates text`);
		await run(`alter table notifier_delivery add column root_id text`);
		await run(`create index notifier_delivery_updates on notifier_delivery (updates, id) where updates is not null`);
	},
};
