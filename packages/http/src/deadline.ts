import { timerOf } from './timer.ts';

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
