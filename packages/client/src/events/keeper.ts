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
	#savedAt = Number.NEGATIVE_INFINITY;
	#closed = false;

	constructor(store: SessionStore | undefined, position: () => Position) {
		this.#store = store;
		this.#position = position;
	}

	/** The consumer has come further, or it is known that nothing happened for a while. */
	changed(): void {
		if (!this.#store || this.#timer) return;
		const save = () => {
			this.#timer = undefined;
			this.#save();
		};
		// At the end at once: the event that was being handled when the stream was closed.
		const wait = this.#closed ? 0 : this.#savedAt + pause - performance.now();
		this.#timer = setTimeout(save, Math.max(0, wait));
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
		// A failed save leaves the older position: more is told again after a crash, nothing is lost.
		this.#saving = this.#saving
			.then(async () => {
				const position = this.#position();
				// Before the first pong there is nothing to go on from: what is stored stays, also when it could not be read.
				if (position.at === 0) return;
				this.#savedAt = performance.now();
				await this.#store?.save(position);
			})
			.catch((error) => diagnostics.error.publish({ name: 'store', error }));
	}
}
