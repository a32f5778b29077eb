import { sql } from 'kysely';
import type { Outbox } from './outbox.ts';

const name = 'pause';

/**
 * Writes down that Mattermost wants to be left alone for so many milliseconds; of two the one that ends later counts. On PostgreSQL only:
 * the embedded database has one process.
 */
export async function savePause({ db, now }: Outbox, milliseconds: number): Promise<void> {
	const value = sql<string>`(${now()} + ${sql.lit(Math.ceil(milliseconds))})::text`;
	await db
		.insertInto('notifier_mark')
		.values({ name, value })
		.onConflict((conflict) =>
			conflict.column('name').doUpdateSet({
				value: sql<string>`greatest(notifier_mark.value::bigint, excluded.value::bigint)::text`,
			}),
		)
		.execute();
}

/** Milliseconds for which it still wants to be. */
export async function pauseLeft({ db, now }: Outbox): Promise<number> {
	const row = await db
		.selectFrom('notifier_mark')
		.select(sql<number>`value::bigint - ${now()}`.as('left'))
		.where('name', '=', name)
		.executeTakeFirst();
	return Math.max(0, row?.left ?? 0);
}
