/** Milliseconds of the first wait and of the longest one. */
export interface Bounds {
	readonly firstWait: number;
	readonly longestWait: number;
}

const usual: Bounds = { firstWait: 500, longestWait: 30_000 };

/** Milliseconds before the next try after `failures` earlier ones: 0.5 s, 1 s, 2 s, … 30 s, of which a random quarter is left out. */
export function backoff(
	failures: number,
	{ firstWait, longestWait }: Bounds = usual,
	random: () => number = Math.random,
): number {
	const full = Math.min(longestWait, firstWait * 2 ** Math.min(failures, 32));
	return full * (1 - random() / 4);
}
