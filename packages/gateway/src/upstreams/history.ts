// What a channel's posts over REST say about what was missed. Pure; times are milliseconds of Mattermost's clock.
import type { PostFacts } from '../chat/message.ts';
import type { ChannelEvent } from './channel-event.ts';
import { deleted, edited, type Publication, posted, reacted } from './effects.ts';
import { PostStates } from './post-states.ts';
import type { ToldPost } from './told-ledger.ts';

/** Events come up to 70 ms out of the order of creation, and several posts may be of one millisecond: look back by much more. */
export const overlap = 2_000;

/** How many ids are remembered for each channel: more than a busy server (420 posts a second) makes within the overlap. */
const remembered = 4_000;

interface Known {
	readonly position: number;
	readonly createAt: number;
	/** Only its place is known, from the process that wrote it down and may have been killed before it told. */
	readonly isUnsure?: boolean;
}

/** Positions of each millisecond. */
const positionsEach = 1_000;

/** The position of a post that was told in the order of creation, or by nobody. */
export const usualPosition = (createAt: number): number => createAt * positionsEach;

/**
 * The order in which a channel's subscribers were told of its posts, as positions that only grow: a hybrid clock. That of a post is its
 * creation time, with room for a thousand, where it is later than what was told before; otherwise it is one more than the last. So positions
 * out of the order of creation are rare, and only those have to be remembered for long.
 */
export class ChannelHistory {
	/** The earliest first, about. */
	readonly #posts = new Map<string, Known>();
	/** What other nodes told and this one has yet to tell: it has a place already. */
	readonly #elsewhere = new Map<string, Known>();
	readonly states = new PostStates();
	#newest = 0;
	#last = 0;
	/** When the newest post was made that is forgotten. */
	#forgotten = 0;
	#begunAt = 0;
	#isLoaded = false;

	/** Nothing was ever told or known of the channel. */
	get isNew(): boolean {
		return this.#posts.size === 0;
	}

	/** When the newest known post was made. */
	get newest(): number {
		return this.#newest;
	}

	/** What was made since, and is not known, is still to be told: by the stream, or when the next one catches up. */
	get missedFrom(): number {
		return Math.max(this.#newest - overlap, this.#begunAt, this.#forgotten + 1);
	}

	/** What was told before this process listened was given to `load`. */
	get isLoaded(): boolean {
		return this.#isLoaded;
	}

	/** What was told before this process listened, the earliest first. */
	load(told: readonly ToldPost[]): void {
		this.#isLoaded = true;
		for (const { postId, createdAt, position } of told) {
			if (!this.#posts.has(postId)) this.#add(postId, { createAt: createdAt, position, isUnsure: true });
		}
	}

	/** What other nodes told: what of it is not known here has a place, and is still to be told here. */
	place(told: readonly ToldPost[]): void {
		for (const { postId, createdAt, position } of told) {
			if (!this.#posts.has(postId)) keep(this.#elsewhere, postId, { createAt: createdAt, position });
		}
	}

	/**
	 * What was there when somebody began to listen, oldest first: not to be told, but before all that is. What was made before the last
	 * one that was told, and has no place, was told to nobody (the gateway was killed before it could): its place is after it.
	 * @param heardFrom what was made from then on is owed to the listener all the same: reading took a moment
	 * @returns the new places that are to be recorded, as what is told next could have one among them
	 */
	begin(posts: readonly PostFacts[], heardFrom = Number.POSITIVE_INFINITY): readonly ToldPost[] {
		this.#begunAt = posts[0]?.create_at ?? 0;
		const told = this.#last;
		const lookedBackTo = this.#newest - overlap;
		const placed: ToldPost[] = [];
		let before = 0;
		for (const post of posts) {
			const { id: postId, create_at: createdAt } = post;
			if (createdAt >= heardFrom || this.#posts.has(postId)) continue;
			// Several may be of one millisecond.
			const usual = Math.max(usualPosition(createdAt), before + 1);
			before = usual;
			const position = usual <= told && createdAt >= lookedBackTo ? this.next(createdAt) : usual;
			placed.push({ postId, createdAt, position });
			this.states.learn(post);
			this.#add(postId, { createAt: createdAt, position });
		}
		return placed.filter(({ createdAt }) => createdAt >= this.#newest - overlap);
	}

	/** Takes the next position, for a post that is told now. */
	next(createAt: number): number {
		this.#last = Math.max(this.#last + 1, usualPosition(createAt));
		return this.#last;
	}

	/** What was told, by this node or another. */
	hear(event: ChannelEvent): void {
		switch (event.kind) {
			case 'posted': {
				const { message, position = usualPosition(message.createAt) } = event;
				this.tell(message.id, message.createAt, position);
				break;
			}
			case 'edited':
				this.states.pin(event.message.id, event.message.isPinned);
				break;
			case 'reaction-added':
			case 'reaction-removed': {
				const { messageId, emojiName, user } = event;
				const isOn = event.kind === 'reaction-added';
				if (user) this.states.react({ postId: messageId, userId: user.id, emojiName, isOn });
			}
		}
	}

	tell(id: string, createAt: number, position: number): void {
		this.#posts.delete(id);
		this.#add(id, { createAt, position });
	}

	/** It was told here, or was there before. */
	knows(id: string): boolean {
		return this.#posts.has(id);
	}

	/** It was told here, or was there before, and surely needs not be told any more. */
	isSettled(id: string): boolean {
		const known = this.#posts.get(id);
		return known !== undefined && !known.isUnsure;
	}

	/** It was told, here or by another node, or was there before. */
	isPlaced(id: string): boolean {
		return this.#posts.has(id) || this.#elsewhere.has(id);
	}

	positionOf({ id, create_at }: Pick<PostFacts, 'id' | 'create_at'>): number {
		return (this.#posts.get(id) ?? this.#elsewhere.get(id))?.position ?? usualPosition(create_at);
	}

	/** Of what was told here, or was there before; the earliest first, about. */
	ids(): Iterable<string> {
		return this.#posts.keys();
	}

	#add(id: string, known: Known): void {
		this.#elsewhere.delete(id);
		const forgotten = keep(this.#posts, id, known);
		this.#newest = Math.max(this.#newest, known.createAt);
		this.#last = Math.max(this.#last, known.position);
		if (forgotten) this.#forgotten = Math.max(this.#forgotten, forgotten.createAt);
	}
}

/** @returns the one that is forgotten for it */
function keep(posts: Map<string, Known>, id: string, known: Known): Known | undefined {
	posts.set(id, known);
	const [oldest] = posts.size > remembered ? posts : [];
	if (!oldest) return undefined;
	posts.delete(oldest[0]);
	return oldest[1];
}

/** In the order to be told, which is that of other nodes where they told it: what changed in the channel since, as far as it is not known. */
export function missed(posts: readonly PostFacts[], history: ChannelHistory, since: number): readonly Publication[] {
	const publications: { readonly at: number; readonly publication: Publication }[] = [];
	for (const post of posts) {
		const add = (at: number, publication: Omit<Publication, 'channelId'>) =>
			publications.push({ at, publication: { channelId: post.channel_id, ...publication } });
		const isOld = post.create_at < since;
		if (!isOld && !history.isSettled(post.id) && post.delete_at === 0)
			add(history.positionOf(post) / positionsEach, posted(post));
		if (!isOld && !history.knows(post.id)) continue;
		if (post.delete_at > 0) {
			add(post.delete_at, deleted(post));
			continue;
		}
		const wasPinned = history.knows(post.id) ? history.states.isPinned(post.id) : post.is_pinned;
		if (post.edit_at >= since || wasPinned !== post.is_pinned) add(post.update_at, edited(post));
		for (const reaction of history.states.changedReactions(post, since)) {
			add(post.update_at, reacted(post.channel_id, reaction, `read:${post.update_at}`));
		}
	}
	return publications.sort((a, b) => a.at - b.at).map(({ publication }) => publication);
}

/** Of a channel's posts, as somebody sees them whose last one was `anchor`; what is in neither was not told yet, and will be. */
export interface Sight {
	/** They had them. */
	readonly seen: readonly PostFacts[];
	/** They have yet to be told, in this order. */
	readonly unseen: readonly PostFacts[];
}

/**
 * What somebody has yet to see whose last post was `anchor`: what was told after it, or, where nobody was told, was made after it (within a
 * millisecond in Mattermost's order, which outlives this process). Without an id the anchor is a time. What this node has yet to tell is left
 * out: told now, it would have another place for this listener than for others.
 */
export function sightFrom(
	anchor: Pick<PostFacts, 'id' | 'create_at'>,
	posts: readonly PostFacts[],
	history: ChannelHistory,
): Sight {
	const position = history.positionOf(anchor);
	const index = posts.findIndex(({ id }) => id === anchor.id);
	const isAfter = (post: PostFacts, at: number): boolean => {
		if (anchor.id === '') return post.create_at >= anchor.create_at;
		const from = history.positionOf(post) - position;
		// One that has a place was told, one that has none was not: only between two of a kind the order says more.
		return from === 0 && !history.isPlaced(post.id) && !history.isPlaced(anchor.id) ? at > index : from >= 0;
	};
	const seen: PostFacts[] = [];
	const unseen: PostFacts[] = [];
	for (const [at, post] of posts.entries()) {
		const isPast = history.isPlaced(post.id) ? !isAfter(post, at) : post.create_at < anchor.create_at - overlap;
		if (post.id === anchor.id || isPast) seen.push(post);
		else if (post.delete_at > 0 || !isAfter(post, at)) continue;
		else if (history.knows(post.id) || post.create_at < history.missedFrom) unseen.push(post);
	}
	unseen.sort((a, b) => history.positionOf(a) - history.positionOf(b));
	return { seen, unseen };
}
