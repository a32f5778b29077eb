/** First and last byte that a `Range` header asks for; 'all' where there is none or it is not understood. */
export function byteRange(
	header: string | undefined,
	size: number,
): 'all' | 'unsatisfiable' | { first: number; last: number } {
	const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
	if (from === '' && to === '') return 'all';
	if (from === '') {
		const count = Math.min(Number(to), size);
		return count === 0 ? 'unsatisfiable' : { first: size - count, last: size - 1 };
	}
	const first = Number(from);
	const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
	if (first >= size || last < first) return 'unsatisfiable';
	return { first, last };
}
