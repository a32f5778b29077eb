/** One sequence by time out of several that are each in that order; on a tie, the earlier source first. */
export async function* merge<T extends { readonly at: number }>(
	sources: readonly AsyncIterable<T>[],
): AsyncGenerator<T> {
	const iterators = sources.map((source) => source[Symbol.asyncIterator]());
	const heads = await Promise.all(iterators.map((iterator) => iterator.next()));
	try {
		for (;;) {
			let first = -1;
			heads.forEach((head, at) => {
				const best = heads[first];
				if (!head.done && (!best || best.done || head.value.at < best.value.at)) first = at;
			});
			const head = heads[first];
			const iterator = iterators[first];
			if (!head || head.done || !iterator) return;
			yield head.value;
			heads[first] = await iterator.next();
		}
	} finally {
		for (const iterator of iterators) void iterator.return?.();
	}
}

/** The same in groups of at most `size`. */
export async function* grouped<T>(source: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
	let group: T[] = [];
	for await (const item of source) {
		group.push(item);
		if (group.length < size) continue;
		yield group;
		group = [];
	}
	if (group.length > 0) yield group;
}
