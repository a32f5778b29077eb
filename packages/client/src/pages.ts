/** One page, and where the next one starts; `next` is undefined after the last page. */
export interface Page<T, Cursor> {
	readonly items: readonly T[];
	readonly next: Cursor | undefined;
}

/** Gives the page at `cursor`; `one`: the caller wants this page only, not the list. */
export type FetchPage<T, Cursor> = (cursor: Cursor, one: boolean) => Promise<Page<T, Cursor>>;

/**
 * A list that the server gives in pages.
 * - `for await (const user of mm.users.list())` goes through all of it, page by page, as far as you read;
 * - `for await (const users of mm.users.list().byPage())` gives the pages;
 * - `await mm.users.list({ page: 2 })` gives that one page.
 *
 * Nothing is requested before one of the three. An iterator whose page failed asks for the same page again at its next
 * `next()`, so a long walk can be taken up where it stopped: keep the iterator, it can be given to `for await` again.
 */
export class Pages<T, Cursor = unknown> implements AsyncIterable<T>, PromiseLike<T[]> {
	readonly #start: Cursor;
	readonly #fetch: FetchPage<T, Cursor>;

	constructor(start: Cursor, fetch: FetchPage<T, Cursor>) {
		this.#start = start;
		this.#fetch = fetch;
	}

	/** The same list without some of its items. */
	filter(wanted: (item: T) => boolean): Pages<T, Cursor> {
		return new Pages(this.#start, async (cursor, one) => {
			const { items, next } = await this.#fetch(cursor, one);
			return { items: items.filter(wanted), next };
		});
	}

	[Symbol.asyncIterator](): AsyncIterableIterator<T> {
		const pages = this.byPage();
		let items: readonly T[] = [];
		let index = 0;
		return iterator(async () => {
			while (index >= items.length) {
				const page = await pages.next();
				if (page.done) return undefined;
				items = page.value;
				index = 0;
			}
			return { value: items[index++] as T };
		});
	}

	/** The pages, none of them empty. */
	byPage(): AsyncIterableIterator<T[]> {
		let cursor: Cursor | undefined = this.#start;
		return iterator(async () => {
			while (cursor !== undefined) {
				// The cursor moves only when the page is there: a failed page is asked for again.
				const page: Page<T, Cursor> = await this.#fetch(cursor, false);
				cursor = page.next;
				if (page.items.length > 0) return { value: [...page.items] };
			}
			return undefined;
		});
	}

	// biome-ignore lint/suspicious/noThenProperty: one page is what `await` should give, as with a plain request.
	then<A = T[], B = never>(
		fulfilled?: ((page: T[]) => A | PromiseLike<A>) | null,
		rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
	): Promise<A | B> {
		return this.#fetch(this.#start, true)
			.then((page) => [...page.items])
			.then(fulfilled, rejected);
	}
}

/** An iterator that outlives a failed step and a `break`, and takes one step at a time however often `next` is called. */
function iterator<T>(step: () => Promise<{ value: T } | undefined>): AsyncIterableIterator<T> {
	let last: Promise<unknown> = Promise.resolve();
	return {
		next() {
			const result = last
				.then(step)
				.then(
					(item): IteratorResult<T> => (item ? { value: item.value, done: false } : { value: undefined, done: true }),
				);
			last = result.catch(() => {});
			return result;
		},
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}
