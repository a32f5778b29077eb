/** Keeps what was used last, within a number of entries and a total weight. */
export class Lru<Value> {
	readonly #entries = new Map<string, { value: Value; weight: number }>();
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
		this.#entries.delete(key);
		this.#entries.set(key, entry);
		return entry.value;
	}

	set(key: string, value: Value, weight: number): void {
		this.delete(key);
		this.#entries.set(key, { value, weight });
		this.#weight += weight;
		for (const oldest of this.#entries.keys()) {
			if (this.#entries.size <= this.#most && this.#weight <= this.#heaviest) return;
			this.delete(oldest);
		}
	}

	delete(key: string): void {
		this.#weight -= this.#entries.get(key)?.weight ?? 0;
		this.#entries.delete(key);
	}
}
