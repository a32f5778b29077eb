import type { Entry, Lease } from '../engine.ts';

export type EventEntry = Extract<Entry, { type: 'event' }>;

/** A lease from its grant to its end. What `live` and the end mean to others is told to `on`. */
export class HeldLease implements Lease {
	readonly topic: string;
	readonly fence: number;
	readonly last: EventEntry | null;
	readonly #controller = new AbortController();
	readonly #on: { readonly live: () => void | Promise<void>; readonly end: () => void | Promise<void> };
	#isLive = false;

	constructor(
		topic: string,
		fence: number,
		last: EventEntry | null,
		on: { readonly live: () => void | Promise<void>; readonly end: () => void | Promise<void> },
	) {
		this.topic = topic;
		this.fence = fence;
		this.last = last;
		this.#on = on;
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	get isLive(): boolean {
		return this.#isLive;
	}

	async live(): Promise<void> {
		if (this.signal.aborted || this.#isLive) return;
		this.#isLive = true;
		await this.#on.live();
	}

	/** Somebody else has it, or it ran out. */
	lose(reason: string): void {
		this.#controller.abort(new Error(reason));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.signal.aborted) return;
		this.#controller.abort(new Error('the lease was given back'));
		await this.#on.end();
	}
}
