import type { Logger } from 'pino';
import type { Entry } from '../engine/engine.ts';

/** Who listens to which topic on this node. */
export class Listeners {
	readonly #topics = new Map<string, Set<(entry: Entry) => void>>();
	readonly #logger: Logger;

	constructor(logger: Logger) {
		this.#logger = logger;
	}

	has(topic: string): boolean {
		return this.#topics.has(topic);
	}

	add(topic: string, listener: (entry: Entry) => void): () => void {
		// A function of its own, so that a listener added twice is called twice and removed once.
		const own = (entry: Entry) => listener(entry);
		const listeners = this.#topics.get(topic) ?? new Set();
		this.#topics.set(topic, listeners.add(own));
		return () => {
			if (listeners.delete(own) && listeners.size === 0 && this.#topics.get(topic) === listeners)
				this.#topics.delete(topic);
		};
	}

	/** Calls each; one that throws keeps the entry from no other. */
	call(topic: string, entry: Entry): void {
		for (const listener of this.#topics.get(topic) ?? []) {
			try {
				listener(entry);
			} catch (error) {
				this.#logger.error({ err: error, topic, type: entry.type }, 'a listener of a topic failed');
			}
		}
	}
}
