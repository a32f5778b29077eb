/** What is ready for the consumer, in order, up to `capacity`. */
export class Buffer<T> {
	readonly capacity: number;
	#items: (T | undefined)[] = [];
	#first = 0;
	#waiting: (() => void)[] = [];
	#roomWanted: (() => void)[] = [];
	#ended = false;

	constructor(capacity: number) {
		this.capacity = capacity;
	}

	get size(): number {
		return this.#items.length - this.#first;
	}

	get full(): boolean {
		return this.size >= this.capacity;
	}

	push(item: T): void {
		this.#items.push(item);
		for (const waiting of this.#waiting.splice(0)) waiting();
	}

	/** Resolves when an item can be taken, or at the end. */
	async filled(): Promise<void> {
		while (this.size === 0 && !this.#ended) await new Promise<void>((resolve) => this.#waiting.push(resolve));
	}

	/** The next item, waited for; undefined at the end. @param taken told of it when it is taken out, before the promise is settled */
	async take(taken?: (item: T) => void): Promise<T | undefined> {
		while (this.size === 0) {
			if (this.#ended) return undefined;
			await this.filled();
		}
		const item = this.#items[this.#first] as T;
		this.#items[this.#first++] = undefined;
		taken?.(item);
		// Copying when half is empty costs one move an item; shift() on a long array costs the whole array each time.
		if (this.#first * 2 >= this.#items.length) {
			this.#items = this.#items.slice(this.#first);
			this.#first = 0;
		}
		if (this.size * 2 <= this.capacity) for (const wanted of this.#roomWanted.splice(0)) wanted();
		return item;
	}

	/** Resolves when an item may be pushed without overfilling, or at the end. */
	async room(): Promise<void> {
		while (this.full && !this.#ended) await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
	}

	/** What waits, the oldest first. */
	*[Symbol.iterator](): Iterator<T> {
		for (let at = this.#first; at < this.#items.length; at++) yield this.#items[at] as T;
	}

	/** Nothing more comes; what is there can still be taken. */
	end(): void {
		this.#ended = true;
		for (const waiting of this.#waiting.splice(0)) waiting();
		for (const wanted of this.#roomWanted.splice(0)) wanted();
	}
}
