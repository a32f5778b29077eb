import type { Position, SessionStore } from '@matterkit/client';
import type { Outbox } from '../outbox/outbox.ts';

const mark = 'events';

/**
 * Keeps how far the bot's events were heard, so that a direct message written while the service was down is heard at its next start.
 * Several processes on one PostgreSQL share it: each hears the same events, so any of their positions is right for all; but none may
 * take over the connection of another that still lives.
 */
export function positionStore({ store, db }: Outbox): SessionStore {
	return {
		async load() {
			const row = await db.selectFrom('notifier_mark').select('value').where('name', '=', mark).executeTakeFirst();
			if (!row) return undefined;
			const position = JSON.parse(row.value) as Position;
			if (store.kind === 'sqlite') return position;
			const { connection: _, ...shared } = position;
			// What came over that connection and was not told yet has to be read.
			return { ...shared, behind: true };
		},
		async save(position) {
			const value = JSON.stringify(position);
			await db
				.insertInto('notifier_mark')
				.values({ name: mark, value })
				.onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
				.execute();
		},
	};
}
