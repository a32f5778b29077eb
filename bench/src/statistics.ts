/** @param part of the values that are smaller, 0 to 1. NaN where there are none. */
export function quantile(values: readonly number[], part: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

export function rounded(value: number, digits = 0): number {
	return Number(value.toFixed(digits));
}
