/** Keys of the newest events of a topic: who publishes what a predecessor published already (a catch-up) is recognised by it. */
export class RecentKeys {
	/** Covers the 1,000 posts of one page of a catch-up, and what comes meanwhile. */
	static readonly size = 2_000;
	readonly #keys = new Set<string>();

	/** Remembers the key; false when it is known. */
	add(key: string): boolean {
		if (this.#keys.has(key)) return false;
		this.#keys.add(key);
		if (this.#keys.size > RecentKeys.size) for (const oldest of this.#keys) return this.#keys.delete(oldest);
		return true;
	}
}
