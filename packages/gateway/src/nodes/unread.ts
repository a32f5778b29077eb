import type { Entry } from '../engine/engine.ts';

export interface UnreadEntry {
	readonly topic: string;
	readonly entry: Entry;
	/** The entry as JSON, as Redis has it. */
	readonly text: string;
}

/**
 * Entries that were given to Redis and not read from it yet, oldest first. Should Redis go, nobody may ever read them, whether it took
 * them or not.
 */
export class Unread {
	#entries: UnreadEntry[] = [];

	add(entry: UnreadEntry): void {
		this.#entries.push(entry);
	}

	/** It was read, or refused. What comes from another node with the same text serves as well. */
	remove(topic: string, text: string): void {
		const at = this.#entries.findIndex((one) => one.text === text && one.topic === topic);
		if (at >= 0) this.#entries.splice(at, 1);
	}

	/** Gives up waiting for them. */
	takeAll(): readonly UnreadEntry[] {
		const entries = this.#entries;
		this.#entries = [];
		return entries;
	}
}
