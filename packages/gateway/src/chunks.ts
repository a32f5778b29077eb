export function* chunks<T>(items: readonly T[], size: number): Iterable<readonly T[]> {
	for (let index = 0; index < items.length; index += size) yield items.slice(index, index + size);
}
