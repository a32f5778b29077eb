const first = 500;
const longest = 30_000;

/** Milliseconds before the next try after `failures` earlier ones: 0.5 s, 1 s, 2 s, … 30 s, of which a random quarter is left out. */
export function backoff(failures: number, random: () => number = Math.random): number {
	const full = Math.min(longest, first * 2 ** Math.min(failures, 16));
	return full * (1 - random() / 4);
}
