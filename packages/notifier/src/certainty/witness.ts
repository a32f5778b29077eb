// The second witness: the bot hears its own posts on the event stream, about 35 ms after they are made, also when the answer is lost.
import { deliveryOf, type MarkedPost } from '../mattermost/marker.ts';

/** Posts remembered: at 420 posts a second (a real server) some minutes, and about 4 MB. */
const capacity = 50_000;

export class Witness {
	readonly #young = new Map<string, MarkedPost>();
	#old = new Map<string, MarkedPost>();

	/** @returns the other post, when this is the second one of its delivery */
	hear(post: MarkedPost, botUserId: string): MarkedPost | undefined {
		const id = deliveryOf(post, botUserId);
		if (id === undefined) return undefined;
		const before = this.postOf(id);
		if (before) return before.id === post.id ? undefined : before;
		if (this.#young.size >= capacity / 2) {
			this.#old = new Map(this.#young);
			this.#young.clear();
		}
		// Only what is needed later: the message may be long.
		const { id: postId, user_id, channel_id, create_at, props } = post;
		this.#young.set(id, { id: postId, user_id, channel_id, create_at, props });
		return undefined;
	}

	postOf(deliveryId: string): MarkedPost | undefined {
		return this.#young.get(deliveryId) ?? this.#old.get(deliveryId);
	}
}
