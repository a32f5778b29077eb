// What a catch-up leaves to the live events, so that one writer's posts keep their order: pure.
import type { Change } from './history.ts';

/**
 * A post that came live while the catch-up was reading is told in the order of the live events, after the catch-up. So is what
 * its writer made later: its event is still on its way (an event comes up to some 70 ms after its post), and told by the
 * catch-up it would overtake the earlier one.
 */
export class LeftToLive {
	readonly #cameLive: (postId: string) => boolean;
	/** By writer: when the earliest of its posts that came live was made. Milliseconds of the server's clock. */
	readonly #since = new Map<string, number>();
	readonly #left = new Set<string>();

	constructor(cameLive: (postId: string) => boolean) {
		this.#cameLive = cameLive;
	}

	/** To be asked in the order of the changes. */
	leaves({ kind, post, misdated }: Change): boolean {
		const { id, user_id: writer, create_at: made } = post;
		const since = this.#since.get(writer);
		if (this.#cameLive(id)) {
			if (kind === 'posted' && since === undefined) this.#since.set(writer, made);
			return true;
		}
		if (kind === 'posted' && since !== undefined && made > since && !misdated) this.#left.add(id);
		return this.#left.has(id);
	}
}
