interface Waiter {
	readonly wants: number;
	go(): void;
}

/** First come, first served; who gives up waiting (a signal) leaves the line without a trace. */
export class Line {
	readonly #waiters = new Set<Waiter>();

	get length(): number {
		return this.#waiters.size;
	}

	/** How much the first in the line wants; undefined when nobody waits. */
	get wanted(): number | undefined {
		for (const waiter of this.#waiters) return waiter.wants;
		return undefined;
	}

	/** Rejects with the reason of the first signal that aborts; `left` is told then. */
	wait(wants: number, signals: readonly (AbortSignal | undefined)[], left?: () => void): Promise<void> {
		return new Promise((resolve, reject) => {
			const end = () => {
				this.#waiters.delete(waiter);
				for (const signal of signals) signal?.removeEventListener('abort', abort);
			};
			const waiter: Waiter = {
				wants,
				go() {
					end();
					resolve();
				},
			};
			const abort = () => {
				end();
				reject(signals.find((signal) => signal?.aborted)?.reason);
				left?.();
			};
			this.#waiters.add(waiter);
			for (const signal of signals) signal?.addEventListener('abort', abort);
			if (signals.some((signal) => signal?.aborted)) abort();
		});
	}

	/** The first one's wait is over. */
	next(): void {
		const [first] = this.#waiters;
		first?.go();
	}
}
