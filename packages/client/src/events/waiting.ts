/** Times and limits of the waiting between connections, in milliseconds. */
export interface WaitingOptions {
	/** The longest first wait. Default 500. */
	readonly shortest: number;
	/** The longest wait at all. Default 30,000. */
	readonly longest: number;
}

/**
 * How long to wait after `failures` failures in a row (0 for the first): full jitter, anything between nothing and a limit that
 * doubles. Whoever was thrown out together does not come back together, and the first try comes fast.
 */
export function waitingTime(failures: number, { shortest, longest }: WaitingOptions, random: () => number): number {
	// 2 ** 1024 is Infinity: fine for Math.min.
	return random() * Math.min(longest, shortest * 2 ** failures);
}

/** The waits between connections, longer from failure to failure. */
export class Waits {
	readonly #options: WaitingOptions;
	readonly #random: () => number;
	#failures = 0;

	constructor(options: WaitingOptions, random: () => number) {
		this.#options = options;
		this.#random = random;
	}

	/** Milliseconds to wait after one more failure. */
	next(): number {
		return waitingTime(this.#failures++, this.#options, this.#random);
	}

	/** The next failure is the first. */
	reset(): void {
		this.#failures = 0;
	}
}
