import { diagnostics } from './handlers.ts';
import type { Position } from './position.ts';
import type { SessionStore } from './session-store.ts';

/** Milliseconds between two saves at least. What is taken between the last save and a crash is told again. */
const pause = 1_000;

/** Saves the position of a stream from time to time, and at its end. */
export class Keeper {
	readonly #store: SessionStore | undefined;
	readonly #position: () => Position;
	#timer: NodeJS.Timeout | undefined;
	#saving: Promise<void> = Promise.resolve();
	#closed = false;

	constructor(store: SessionStore | undefined, position: () => Position) {
		this.#store = store;
		this.#position = position;
	}

	/** The consumer has come further. */
	changed(): void {
		if (!this.#store || this.#timer) return;
		this.#timer = setTimeout(
			() => {
				this.#timer = undefined;
				this.#save();
			},
			// The event that was being handled when the stream was closed.
			this.#closed ? 0 : pause,
		);
		if (!this.#closed) this.#timer.unref();
	}

	async close(): Promise<void> {
		if (!this.#closed) {
			this.#closed = true;
			clearTimeout(this.#timer);
			this.#timer = undefined;
			this.#save();
		}
		await this.#saving;
	}

	#save(): void {
		const store = this.#store;
		if (!store) return;
		// A failed save leaves the older position: more is told again after a crash, nothing is lost.
		this.#saving = this.#saving
			.then(() => store.save(this.#position()))
			.catch((error) => diagnostics.error.publish({ name: 'store', error }));
	}
}
