/** How much later than a younger post an older one may come, in milliseconds: Mattermost's events overtake each other by up to 70. */
const overtaking = 100;

interface Held {
	readonly position: number;
	/** Decides within a position. */
	readonly id: string;
	readonly letGo: () => void;
}

/**
 * Holds back what comes until nothing can come any more that belongs before it. So nodes that hear the same posts in different orders, and
 * can't agree on one, all tell them in the same.
 */
export class CreationOrder {
	/** In order. */
	readonly #held: Held[] = [];

	get isEmpty(): boolean {
		return this.#held.length === 0;
	}

	/** @param place where it belongs. Without: after all that is held now */
	hold(letGo: () => void, place?: { readonly position: number; readonly id: string }): void {
		const { position, id } = place ?? { position: this.#held.at(-1)?.position ?? 0, id: '~' };
		const before = this.#held.findLastIndex(
			(one) => one.position < position || (one.position === position && one.id <= id),
		);
		this.#held.splice(before + 1, 0, { position, id, letGo });
		setTimeout(() => this.#letGoUntil(position), overtaking);
	}

	/** Lets all go now. */
	flush(): void {
		this.#letGoUntil(Number.POSITIVE_INFINITY);
	}

	#letGoUntil(last: number): void {
		const kept = this.#held.findIndex(({ position }) => position > last);
		for (const { letGo } of this.#held.splice(0, kept < 0 ? this.#held.length : kept)) letGo();
	}
}
