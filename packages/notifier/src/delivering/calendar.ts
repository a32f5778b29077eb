// Watches the clock for deliveries that are scheduled or expire.
import type { Logger } from 'pino';
import { expireDue, joinDue, untilNextPlanned } from '../outbox/calendar.ts';
import type { Outbox } from '../outbox/outbox.ts';

/** Milliseconds after which the table is looked at though nothing is planned: another process may have planned something and died. */
const poll = 2_000;

/** Milliseconds between two looks at least: one whose time has come may be in the hands of a worker. */
const pause = 50;

export interface CalendarOptions {
	readonly outbox: Outbox;
	/** Deliveries joined their lines, or others have their turn. */
	readonly moved: () => void;
	readonly expired: (ids: readonly string[]) => void;
	readonly log: Logger;
}

export class Calendar {
	readonly #options: CalendarOptions;
	#looking: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#called = false;
	#ended = false;

	constructor(options: CalendarOptions) {
		this.#options = options;
	}

	/** Something was planned: looks now. */
	wake(): void {
		if (this.#ended) return;
		this.#called = true;
		clearTimeout(this.#timer);
		this.#looking ??= this.#look().finally(() => {
			this.#looking = undefined;
		});
	}

	async end(): Promise<void> {
		this.#ended = true;
		clearTimeout(this.#timer);
		await this.#looking;
	}

	async #look(): Promise<void> {
		let wait = poll;
		try {
			while (this.#called && !this.#ended) {
				this.#called = false;
				await this.#move();
				wait = Math.min(poll, Math.max(pause, (await untilNextPlanned(this.#options.outbox)) ?? poll));
			}
		} catch (error) {
			this.#options.log.warn({ err: error }, 'the calendar could not be read; it is tried again');
		}
		if (!this.#ended) this.#timer = setTimeout(() => this.wake(), Math.ceil(wait));
	}

	async #move(): Promise<void> {
		const { outbox, moved, expired } = this.#options;
		// First what is over: it must not be begun with.
		for (let ids = await expireDue(outbox); ids.length > 0; ids = await expireDue(outbox)) {
			expired(ids);
			moved();
		}
		while ((await joinDue(outbox)) > 0) moved();
	}
}
