import type { Lease } from '../engine/engine.ts';

/** A lease from its grant to its end. */
export class HeldLease implements Lease {
	readonly topic: string;
	readonly fence: number;
	readonly #controller = new AbortController();
	readonly #givenBack: () => void | Promise<void>;

	constructor(topic: string, fence: number, givenBack: () => void | Promise<void>) {
		this.topic = topic;
		this.fence = fence;
		this.#givenBack = givenBack;
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	/** Somebody else has it, or it ran out. */
	lose(reason: string): void {
		this.#controller.abort(new Error(reason));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.signal.aborted) return;
		this.#controller.abort(new Error('the lease was given back'));
		await this.#givenBack();
	}
}
