/** Lets one caller in at a time, in the order of asking. */
export class Turn {
	#last: Promise<void> = Promise.resolve();

	/** Waits for the turn; call what it gives to end it. */
	async take(): Promise<() => void> {
		const before = this.#last;
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#last = promise;
		await before;
		return resolve;
	}
}
