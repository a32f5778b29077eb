interface Entry<Value> {
	readonly value: Value;
	readonly weight: number;
	/** Since it was last considered for going. */
	isUsed: boolean;
}

/**
 * Keeps what was used lately, within a number of entries and a total weight. A use only marks its entry; the oldest goes unless it is
 * marked, then it counts as new (the "second chance" way). Moving it at each use would cost as much as the rest of finding a document.
 */
export class Lru<Value> {
	readonly #entries = new Map<string, Entry<Value>>();
	readonly #most: number;
	readonly #heaviest: number;
	#weight = 0;

	constructor({ entries, weight }: { entries: number; weight: number }) {
		this.#most = entries;
		this.#heaviest = weight;
	}

	get size(): number {
		return this.#entries.size;
	}

	get(key: string): Value | undefined {
		const entry = this.#entries.get(key);
		if (!entry) return undefined;
		entry.isUsed = true;
		return entry.value;
	}

	set(key: string, value: Value, weight: number): void {
		this.delete(key);
		if (weight > this.#heaviest) return;
		this.#makeRoom(weight);
		this.#entries.set(key, { value, weight, isUsed: false });
		this.#weight += weight;
	}

	#makeRoom(weight: number): void {
		// A Map is walked in the order of insertion, and what is put back meanwhile is reached as well.
		for (const [oldest, entry] of this.#entries) {
			if (this.#entries.size < this.#most && this.#weight + weight <= this.#heaviest) return;
			this.#entries.delete(oldest);
			if (entry.isUsed) this.#entries.set(oldest, { ...entry, isUsed: false });
			else this.#weight -= entry.weight;
		}
	}

	delete(key: string): void {
		this.#weight -= this.#entries.get(key)?.weight ?? 0;
		this.#entries.delete(key);
	}
}
