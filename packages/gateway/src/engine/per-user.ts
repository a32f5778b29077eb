/** How many sockets and streams each user has open on this node. */
export class PerUser {
	readonly #most: number;
	readonly #counts = new Map<string, number>();

	constructor(most: number) {
		this.#most = most;
	}

	/** Counts one more; false, and not counted, when that is one too many. */
	admit({ userId }: { readonly userId: string }): boolean {
		const count = this.#counts.get(userId) ?? 0;
		if (count >= this.#most) return false;
		this.#counts.set(userId, count + 1);
		return true;
	}

	leave({ userId }: { readonly userId: string }): void {
		const count = (this.#counts.get(userId) ?? 0) - 1;
		if (count > 0) this.#counts.set(userId, count);
		else this.#counts.delete(userId);
	}
}
