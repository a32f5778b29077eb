import type { Entry } from '../engine/engine.ts';

/**
 * What was published while Redis was gone is handed to the others when it is back within this time, in milliseconds.
 * After it they have noticed, cover the channels themselves and have caught up.
 */
const keptFor = 10_000;

/** Entries that the other nodes have not got, oldest first. */
export class Unsent {
	#entries: { readonly topic: string; readonly entry: Entry; readonly at: number }[] = [];

	get isEmpty(): boolean {
		return this.#entries.length === 0;
	}

	add(topic: string, entry: Entry): void {
		this.#forget();
		this.#entries.push({ topic, entry, at: performance.now() });
	}

	/** Sends all in order. What fails stays, with all after it. */
	async send(send: (topic: string, entry: Entry) => Promise<unknown>): Promise<void> {
		this.#forget();
		for (let next = this.#entries[0]; next; next = this.#entries[0]) {
			await send(next.topic, next.entry);
			this.#entries.shift();
		}
	}

	#forget(): void {
		const oldest = performance.now() - keptFor;
		const kept = this.#entries.findIndex(({ at }) => at >= oldest);
		this.#entries = kept < 0 ? [] : this.#entries.slice(kept);
	}
}
