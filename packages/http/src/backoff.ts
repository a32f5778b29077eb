/** How long to wait before trying again, growing with each failure. */
export interface Backoff {
	/** Milliseconds before the first repeat; doubled for each further one. */
	readonly base: number;
	/** No wait is longer than this many milliseconds. */
	readonly cap: number;
	/**
	 * `full`: anything from nothing to the whole wait, so that many clients do not come back at once. A number: up to
	 * that part of the wait on top of it (0.1: 0–10 %), within the cap. 0: none.
	 */
	readonly jitter: 'full' | number;
}

/** Milliseconds to wait after the `failures`-th failure in a row (from 1). */
export function backoff(failures: number, { base, cap, jitter }: Backoff, random: () => number = Math.random): number {
	const wait = Math.min(cap, base * 2 ** (failures - 1));
	return jitter === 'full' ? wait * random() : Math.min(cap, wait * (1 + jitter * random()));
}
