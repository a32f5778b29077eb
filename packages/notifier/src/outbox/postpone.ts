import { iso } from '../timing/written.ts';
import { remember } from './events.ts';
import { giveTurns, lockLines } from './line.ts';
import type { Outbox } from './outbox.ts';
import { type Held, write } from './transitions.ts';

/** Back to the calendar until then (milliseconds since 1970): nothing was decided yet. It leaves its line, so that others may pass. */
export async function postpone(
	outbox: Outbox,
	held: Held,
	{ until, why }: { until: number; why: string },
): Promise<void> {
	await outbox.transaction(async (tx) => {
		await lockLines(outbox, tx, [held.recipient]);
		await write(tx, held, { state: 'scheduled', turn: 0, lease_until: 0, due_at: until, next_at: until });
		await remember(outbox, tx, held.id, { kind: 'retry', detail: `${why}; again at ${iso(until)}` });
		await giveTurns(outbox, tx, [held.recipient]);
	});
}
