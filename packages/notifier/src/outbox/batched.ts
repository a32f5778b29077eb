import type { Outbox } from './outbox.ts';

/** Items of a batch at most: it runs in one go on the embedded database, which others on the event loop must not wait for. */
const most = 32;

/** Batches at once. On PostgreSQL one that waits for a row which another process holds must not hold up everyone. */
const lanes = { sqlite: 1, postgres: 3 } as const;

export interface Batching<Item, Result> {
	/** @returns one result an item, in order; undefined: that item is not for a batch. */
	readonly together: (outbox: Outbox, items: readonly Item[]) => Promise<readonly (Result | undefined)[]>;
	/** One by itself: those that are not for a batch, and all of a batch that failed, so that the one at fault fails alone. */
	readonly alone: (outbox: Outbox, item: Item) => Promise<Result>;
}

/**
 * Makes one statement, or one transaction, of calls that come at the same time: those of one turn of the event loop, and those that come
 * while a batch is under way. Nothing waits for the sake of a larger batch. A statement for each costs too much: half a millisecond of this
 * process each on PostgreSQL, most of it in the kernel, and a commit.
 */
export function batched<Item, Result>(
	batching: Batching<Item, Result>,
): (outbox: Outbox, item: Item) => Promise<Result> {
	const queues = new WeakMap<Outbox, Queue<Item, Result>>();
	return (outbox, item) => {
		const queue = queues.get(outbox) ?? new Queue(outbox, batching);
		queues.set(outbox, queue);
		return queue.add(item);
	};
}

interface Waiting<Item, Result> extends PromiseWithResolvers<Result> {
	readonly item: Item;
}

class Queue<Item, Result> {
	readonly #outbox: Outbox;
	readonly #batching: Batching<Item, Result>;
	#waiting: Waiting<Item, Result>[] = [];
	#free: number;

	constructor(outbox: Outbox, batching: Batching<Item, Result>) {
		this.#outbox = outbox;
		this.#batching = batching;
		this.#free = lanes[outbox.store.kind];
	}

	add(item: Item): Promise<Result> {
		const waiting = { item, ...Promise.withResolvers<Result>() };
		this.#waiting.push(waiting);
		if (this.#waiting.length === 1) setImmediate(() => this.#next());
		return waiting.promise;
	}

	#next(): void {
		while (this.#free > 0 && this.#waiting.length > 0) {
			this.#free--;
			void this.#run(this.#waiting.splice(0, most)).finally(() => {
				this.#free++;
				this.#next();
			});
		}
	}

	async #run(batch: readonly Waiting<Item, Result>[]): Promise<void> {
		const { together, alone } = this.#batching;
		let results: readonly (Result | undefined)[] = [];
		try {
			results = await together(
				this.#outbox,
				batch.map(({ item }) => item),
			);
		} catch (error) {
			if (batch.length === 1) return batch[0]?.reject(error);
		}
		for (const [index, { item, resolve }] of batch.entries()) {
			const result = results[index];
			// Not waited for: the next batch need not.
			resolve(result === undefined ? alone(this.#outbox, item) : result);
		}
	}
}
