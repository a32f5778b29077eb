/** Collects what is asked for in one turn of the event loop and fetches it together, at most `size` at a time. */
export class Batches<Value> {
	readonly #fetch: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
	readonly #size: number;
	#waiting = new Map<string, Promise<Value | undefined>>();
	#batch: Promise<ReadonlyMap<string, Value>> | undefined;

	constructor(fetch: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>, size: number) {
		this.#fetch = fetch;
		this.#size = size;
	}

	/** undefined: there is no such thing. */
	get(id: string): Promise<Value | undefined> {
		const waiting = this.#waiting.get(id);
		if (waiting) return waiting;
		this.#batch ??= this.#nextBatch();
		const value = this.#batch.then((found) => found.get(id));
		this.#waiting.set(id, value);
		return value;
	}

	async #nextBatch(): Promise<ReadonlyMap<string, Value>> {
		await new Promise(setImmediate);
		const ids = [...this.#waiting.keys()];
		this.#waiting = new Map();
		this.#batch = undefined;
		const chunks = Array.from({ length: Math.ceil(ids.length / this.#size) }, (_, index) =>
			ids.slice(index * this.#size, (index + 1) * this.#size),
		);
		const found = await Promise.all(chunks.map((chunk) => this.#fetch(chunk)));
		return new Map(found.flatMap((part) => [...part]));
	}
}
