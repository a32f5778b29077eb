import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreUsageError } from './errors.ts';

/**
 * Knows whether the running code stands inside a transaction of its store: using the store itself there, instead of the `tx`, would
 * wait for ever on SQLite (one connection) and quietly leave the transaction on PostgreSQL.
 */
export class TransactionScope {
	readonly #running = new AsyncLocalStorage<{ open: boolean }>();

	async run<T>(transaction: () => Promise<T>): Promise<T> {
		this.refuseInside('transaction()');
		// Work that a transaction leaves behind (not awaited) keeps its context: `open` tells that the transaction itself is over.
		const scope = { open: true };
		try {
			return await this.#running.run(scope, transaction);
		} finally {
			scope.open = false;
		}
	}

	refuseInside(call: string): void {
		if (this.#running.getStore()?.open)
			throw new StoreUsageError(
				`store.${call} was called inside a transaction of the same store: use the tx that the work was given`,
			);
	}
}
