// Keeps all processes together within what Mattermost may be asked. The worker takes a call for each delivery before it claims it, so no
// delivery waits with its lease running. Calls that come on top (who is this, are they a member, look-ups) are counted as they are made,
// and paid for by whoever takes next: over any second or so the limit holds.
import type { Outbox } from '../outbox/outbox.ts';
import { changeRate, type RateMoment } from '../outbox/rate.ts';
import { giveBackCalls, pauseCalls, type RateLimit, takeCalls } from './rate.ts';

export class Limiter {
	readonly #limit: RateLimit;
	readonly #change: <T extends { readonly full: number }>(change: (moment: RateMoment) => T) => Promise<T>;
	#debt = 0;
	#freeAt = 0;

	constructor(limit: RateLimit, outbox: Outbox) {
		this.#limit = limit;
		if (outbox.store.kind === 'postgres') {
			this.#change = (change) => changeRate(outbox, change);
			return;
		}
		// The embedded database has one process: no reason to write each call to the disk.
		let full = 0;
		this.#change = async (change) => {
			const changed = change({ full, now: performance.now() * 1_000 });
			full = changed.full;
			return changed;
		};
	}

	/** Milliseconds until there is something to take. */
	get wait(): number {
		return Math.max(0, this.#freeAt - performance.now());
	}

	/** @returns how many of `count` calls may be made now. */
	async take(count: number): Promise<number> {
		const debt = this.#debt;
		this.#debt = 0;
		try {
			const { granted, wait } = await this.#change(({ full, now }) =>
				takeCalls(full, { count, debt, now }, this.#limit),
			);
			this.#freeAt = performance.now() + wait / 1_000;
			return granted;
		} catch (error) {
			this.#debt += debt;
			throw error;
		}
	}

	/** Calls that were taken and are not made. */
	async giveBack(count: number): Promise<void> {
		this.#freeAt = 0;
		await this.#change(({ full }) => ({ full: giveBackCalls(full, count, this.#limit) }));
	}

	/** A call is made that was not taken before. */
	spend(): void {
		this.#debt++;
	}

	/** Mattermost wants to be left alone: nobody takes anything for so many milliseconds. */
	async pause(milliseconds: number): Promise<void> {
		this.#freeAt = performance.now() + milliseconds;
		await this.#change(({ full, now }) => ({
			full: pauseCalls(full, { pause: milliseconds * 1_000, now }, this.#limit),
		}));
	}
}
