import type { Outbox } from './outbox.ts';

const name = 'room';

/** Rejects while the database takes nothing: reading it, or changing what is there, works on a full disk too. */
export async function writeSomething({ db }: Outbox): Promise<void> {
	await db.deleteFrom('notifier_mark').where('name', '=', name).execute();
	await db
		.insertInto('notifier_mark')
		// More than the pages that are there may have left.
		.values({ name, value: 'x'.repeat(16_384) })
		.onConflict((conflict) => conflict.column('name').doNothing())
		.execute();
	await db.deleteFrom('notifier_mark').where('name', '=', name).execute();
}
