import { sql } from 'kysely';
import { remember } from './events.ts';
import type { Outbox } from './outbox.ts';
import { type Held, write } from './transitions.ts';

/** Something that is not its own is in the way: it keeps its place, and is looked at again after `wait` milliseconds. No failure of its own. */
export async function hold(
	outbox: Outbox,
	held: Held,
	{ state, wait, why }: { state: 'pending' | 'unknown'; wait: number; why: string },
): Promise<void> {
	await outbox.transaction(async (tx) => {
		await write(tx, held, { state, lease_until: 0, next_at: sql<number>`${outbox.now()} + ${sql.lit(wait)}` });
		await remember(outbox, tx, held.id, { kind: 'retry', detail: `held up: ${why}` });
	});
}
