/** Node's timers take no more (24.8 days), and make one millisecond of what is above. */
export const timerOf = (milliseconds: number): number => Math.min(milliseconds, 2 ** 31 - 1);

/** One signal for the caller's own and for a time limit, and which of the two it was. */
export class Deadline {
	readonly #controller = new AbortController();
	readonly #timer: NodeJS.Timeout;
	readonly #outer: AbortSignal | undefined;
	readonly #at: number;
	passed = false;

	constructor(milliseconds: number, outer: AbortSignal | undefined) {
		this.#at = performance.now() + milliseconds;
		this.#outer = outer;
		outer?.addEventListener('abort', this.#abort);
		if (outer?.aborted) this.#abort();
		this.#timer = setTimeout(() => {
			this.passed = true;
			this.#controller.abort();
		}, timerOf(milliseconds));
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	/** Milliseconds left. */
	get left(): number {
		return this.#at - performance.now();
	}

	end(): void {
		clearTimeout(this.#timer);
		this.#outer?.removeEventListener('abort', this.#abort);
	}

	readonly #abort = (): void => this.#controller.abort(this.#outer?.reason);
}

/** Is over after so many milliseconds, or at once when a signal aborts: look at the signals to know which. */
export function pause(milliseconds: number, ...signals: (AbortSignal | undefined)[]): Promise<void> {
	return new Promise((resolve) => {
		const end = () => {
			clearTimeout(timer);
			for (const signal of signals) signal?.removeEventListener('abort', end);
			resolve();
		};
		const timer = setTimeout(end, milliseconds);
		for (const signal of signals) signal?.addEventListener('abort', end);
		if (signals.some((signal) => signal?.aborted)) end();
	});
}
