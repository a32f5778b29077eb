// What a channel's posts over REST say about what was missed. Pure; times are milliseconds of Mattermost's clock.
import type { PostFacts } from '../chat/message.ts';
import { deleted, edited, type Publication, posted } from './effects.ts';

/** Events come up to 70 ms out of the order of creation, and several posts may be of one millisecond: look back by much more. */
export const overlap = 2_000;

/** How many ids are remembered for each channel: more than a busy server (420 posts a second) makes within the overlap. */
const remembered = 4_000;

interface Known {
	readonly place: number;
	/** false: it was there before anybody listened. */
	wasTold: boolean;
	readonly createAt: number;
}

/** The order in which a channel's subscribers were told of its posts. */
export class ChannelHistory {
	/** In the order of places. */
	readonly #posts = new Map<string, Known>();
	#count = 0;
	#newest = 0;
	/** When the newest post was made that is forgotten. */
	#forgotten = 0;
	#floor: number | undefined;
	#begunAt = 0;

	/** Nothing was ever told or known of the channel. */
	get isNew(): boolean {
		return this.#count === 0;
	}

	/** When the newest known post was made. */
	get newest(): number {
		return this.#newest;
	}

	/** What was made since, and is not known, is still to be told: by the stream, or when the next one catches up. */
	get missedFrom(): number {
		return Math.max(this.#newest - overlap, this.#begunAt, this.#forgotten + 1);
	}

	/** When the oldest post was made that was there before anybody listened; what is older is owed to nobody. */
	get floor(): number {
		return this.#floor ?? 0;
	}

	/**
	 * What was there when somebody began to listen, oldest first: not to be told, but before all that is.
	 * @param heardFrom what was made from then on is owed to the listener all the same: reading took a moment
	 */
	begin(posts: readonly PostFacts[], heardFrom = Number.POSITIVE_INFINITY): void {
		this.#begunAt = posts[0]?.create_at ?? 0;
		this.#floor ??= this.#begunAt;
		for (const { id, create_at } of posts) if (create_at < heardFrom) this.#add(id, create_at, false);
	}

	tell(id: string, createAt: number): void {
		const known = this.#posts.get(id);
		if (known) known.wasTold = true;
		else this.#add(id, createAt, true);
	}

	knows(id: string): boolean {
		return this.#posts.has(id);
	}

	wasTold(id: string): boolean {
		return this.#posts.get(id)?.wasTold ?? false;
	}

	/** undefined: it is not known, or was long ago. */
	placeOf(id: string): number | undefined {
		return this.#posts.get(id)?.place;
	}

	#add(id: string, createAt: number, wasTold: boolean): void {
		if (this.#posts.has(id)) return;
		this.#posts.set(id, { place: this.#count++, wasTold, createAt });
		this.#newest = Math.max(this.#newest, createAt);
		const [oldest] = this.#posts.size > remembered ? this.#posts : [];
		if (!oldest) return;
		this.#posts.delete(oldest[0]);
		this.#forgotten = Math.max(this.#forgotten, oldest[1].createAt);
	}
}

/** In the order to be told: what changed in the channel since, as far as it is not known. */
export function missed(posts: readonly PostFacts[], history: ChannelHistory, since: number): readonly Publication[] {
	const publications: { readonly at: number; readonly publication: Publication }[] = [];
	for (const post of posts) {
		const add = (at: number, { key, userId, event }: Omit<Publication, 'channelId'>) =>
			publications.push({ at, publication: { channelId: post.channel_id, key, userId, event } });
		const isKnown = history.knows(post.id) || post.create_at < since;
		if (!isKnown) {
			if (post.delete_at === 0) add(post.create_at, posted(post));
		} else if (post.delete_at > 0) add(post.delete_at, deleted(post));
		else if (post.edit_at >= since) add(post.edit_at, edited(post));
	}
	return publications.sort((a, b) => a.at - b.at).map(({ publication }) => publication);
}

/**
 * Which of a channel's posts somebody has yet to see whose last one was `anchor`, in the order to be told. Where the anchor was told by
 * this gateway, the order in which it told decides; otherwise the order of creation, with the others of the anchor's millisecond.
 * What was not told yet, but will be, is left out: told now, it would have another place for this listener than for others.
 */
export function unseen(
	posts: readonly PostFacts[],
	anchor: Pick<PostFacts, 'id' | 'create_at'>,
	history: ChannelHistory,
): readonly PostFacts[] {
	const place = history.placeOf(anchor.id);
	// One that was made a little before the anchor may have come after it.
	const from = history.wasTold(anchor.id) ? Math.max(anchor.create_at - overlap, history.floor) : anchor.create_at;
	const isUnseen = (post: PostFacts): boolean => {
		if (post.id === anchor.id || post.delete_at > 0) return false;
		const other = history.placeOf(post.id);
		if (other === undefined && post.create_at >= history.missedFrom) return false;
		return place !== undefined && other !== undefined ? other > place : post.create_at >= from;
	};
	// Without a place: forgotten, and so older than all that have one.
	const order = (post: PostFacts) => history.placeOf(post.id) ?? -1;
	return posts.filter(isUnseen).sort((a, b) => order(a) - order(b) || a.create_at - b.create_at);
}
