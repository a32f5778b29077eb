// What is thrown away: keys that have run out, and finished deliveries after their retention.
import { dropOldDigests } from './digest.ts';
import { hasRunOut } from './key-life.ts';
import type { Outbox } from './outbox.ts';
import { dropOldMessages } from './webhook-messages.ts';

/** Rows a statement, so that none holds the embedded database, and the event loop, for long. */
const batch = 100;

/** `retention`: milliseconds for which what is finished is kept. */
export async function cleanUp(outbox: Outbox, retention: number): Promise<void> {
	await dropExpiredKeys(outbox);
	await dropOldDeliveries(outbox, retention);
	await inBatches(() => dropOldMessages(outbox, retention, batch));
	await dropOldDigests(outbox);
}

/** @returns how many keys went. A key stays at least as long as its delivery is unfinished, whatever its window. */
export function dropExpiredKeys(outbox: Outbox): Promise<number> {
	return inBatches(async () => {
		const { numDeletedRows } = await outbox.db
			.deleteFrom('notifier_key')
			.where('key', 'in', (eb) =>
				eb.selectFrom('notifier_key').select('notifier_key.key').where(hasRunOut(outbox)).limit(batch),
			)
			.executeTakeFirst();
		return Number(numDeletedRows);
	});
}

/** @returns how many deliveries went. `retention`: milliseconds. */
export function dropOldDeliveries(outbox: Outbox, retention: number): Promise<number> {
	return inBatches(async () => {
		const old = await outbox.db
			.selectFrom('notifier_delivery')
			.select('id')
			.where('finished_at', 'is not', null)
			.where('finished_at', '<=', (time) => time(outbox.now(), '-', retention))
			.where('audit_at', 'is', null)
			.limit(batch)
			.execute();
		if (old.length === 0) return 0;
		const ids = old.map(({ id }) => id);
		return outbox.transaction(async (tx) => {
			const { numDeletedRows } = await tx
				.deleteFrom('notifier_delivery')
				.where('id', 'in', ids)
				// Replayed in between.
				.where('finished_at', 'is not', null)
				.executeTakeFirst();
			await tx
				.deleteFrom('notifier_event')
				.where('delivery_id', 'in', ids)
				.where(({ not, exists, selectFrom }) =>
					not(exists(selectFrom('notifier_delivery').select('id').whereRef('id', '=', 'delivery_id'))),
				)
				.execute();
			return Number(numDeletedRows);
		});
	});
}

async function inBatches(drop: () => Promise<number>): Promise<number> {
	let all = 0;
	for (;;) {
		const dropped = await drop();
		all += dropped;
		if (dropped < batch) return all;
		// Others get their turn between two batches.
		await new Promise(setImmediate);
	}
}
