// The embedded database goes by this machine's clock. Where that is set back, what is in line must not wait until it has caught up, nor be
// overtaken by what comes after. What is planned for a time of day goes by the new time.
import { sql } from 'kysely';
import { inLineLiterals } from './line.ts';
import type { Outbox } from './outbox.ts';

/** Milliseconds: less is the clock being corrected little by little. */
const tolerated = 100;

/** Notices that the clock was set back while this process runs. */
export class ClockWatch {
	readonly #wall: () => number;
	readonly #steady: () => number;
	#last: { readonly wall: number; readonly steady: number };

	constructor(wall: () => number = () => Date.now(), steady: () => number = () => performance.now()) {
		this.#wall = wall;
		this.#steady = steady;
		this.#last = { wall: wall(), steady: steady() };
	}

	/** Milliseconds since a look that found it right, should the clock have been set back since. Told until `accept` is called. */
	setBackWithin(): number | undefined {
		const now = { wall: this.#wall(), steady: this.#steady() };
		const passed = now.steady - this.#last.steady;
		if (now.wall - this.#last.wall < passed - tolerated) return passed;
		this.#last = now;
		return undefined;
	}

	/** The time that the clock was set back to is the right one from now on. */
	accept(): void {
		this.#last = { wall: this.#wall(), steady: this.#steady() };
	}
}

/**
 * What is in line is due now, in its order, before what was accepted `within` the last milliseconds: since then the clock may have been set
 * back.
 */
export async function forgetLaterTimes(outbox: Outbox, within: number): Promise<void> {
	const now = outbox.now();
	await outbox.transaction(async (tx) => {
		await tx
			.updateTable('notifier_delivery')
			.set({
				due_at: sql<number>`min(due_at, ${now} - ${Math.ceil(within)})`,
				next_at: sql<number>`min(next_at, ${now})`,
				last_attempt_at: sql<number>`min(last_attempt_at, ${now})`,
			})
			.where('state', 'in', inLineLiterals)
			.where((eb) => eb.or([eb('due_at', '>', now), eb('next_at', '>', now)]))
			.execute();
		await tx
			.updateTable('notifier_webhook_message')
			.set({ next_at: now })
			.where('state', '=', 'pending')
			.where('next_at', '>', now)
			.execute();
	});
}

/** Of the embedded database at the start: something in it was accepted later than now. */
export async function wasSetBack({ db, now }: Outbox): Promise<boolean> {
	const newest = await db
		.selectFrom('notifier_delivery')
		.select((eb) => eb('accepted_at', '>', now()).as('isLater'))
		.orderBy('id', 'desc')
		.limit(1)
		.executeTakeFirst();
	return Boolean(newest?.isLater);
}
