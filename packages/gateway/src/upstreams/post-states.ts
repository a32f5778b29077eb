// What is known of posts besides their place: pins and reactions. Events tell of their changes; after a gap they are found by comparing.
import type { PostFacts } from '../chat/message.ts';

export interface ReactionState {
	readonly postId: string;
	readonly userId: string;
	readonly emojiName: string;
	/** false: it was taken off. */
	readonly isOn: boolean;
}

interface Known {
	isPinned: boolean;
	/** By `<userId>:<emoji>`. What is not in it is not known. */
	readonly reactions: Map<string, boolean>;
}

/** Posts whose state is remembered, as many as posts are. */
const remembered = 4_000;

export class PostStates {
	readonly #posts = new Map<string, Known>();

	/** As the post was read. */
	learn({ id, is_pinned, metadata }: Pick<PostFacts, 'id' | 'is_pinned' | 'metadata'>): void {
		const reactions = metadata?.reactions ?? [];
		if (!is_pinned && reactions.length === 0 && !this.#posts.has(id)) return;
		const known = this.#of(id);
		known.isPinned = is_pinned;
		for (const { user_id, emoji_name } of reactions) known.reactions.set(keyOf(user_id, emoji_name), true);
	}

	pin(postId: string, isPinned: boolean): void {
		if (isPinned || this.#posts.has(postId)) this.#of(postId).isPinned = isPinned;
	}

	isPinned(postId: string): boolean {
		return this.#posts.get(postId)?.isPinned ?? false;
	}

	/** @returns false: that was known already */
	react({ postId, userId, emojiName, isOn }: ReactionState): boolean {
		const { reactions } = this.#of(postId);
		const key = keyOf(userId, emojiName);
		if (reactions.get(key) === isOn) return false;
		reactions.set(key, isOn);
		return true;
	}

	/** How the reactions of a post, as it was just read, differ from what is known; those that are not known count from `since` on. */
	changedReactions(
		{ id, has_reactions, metadata }: Pick<PostFacts, 'id' | 'has_reactions' | 'metadata'>,
		since: number,
	): readonly ReactionState[] {
		// It has some, and they were not sent along: nothing can be compared.
		if (has_reactions && !metadata?.reactions?.length) return [];
		const known = this.#posts.get(id)?.reactions ?? new Map<string, boolean>();
		const on = new Map((metadata?.reactions ?? []).map((each) => [keyOf(each.user_id, each.emoji_name), each]));
		const added = [...on.values()].filter((each) => {
			const wasOn = known.get(keyOf(each.user_id, each.emoji_name));
			return wasOn === false || (wasOn === undefined && each.create_at >= since);
		});
		const removed = [...known].filter(([key, wasOn]) => wasOn && !on.has(key));
		return [
			...removed.map(([key]) => ({ postId: id, ...partsOf(key), isOn: false })),
			...added.map(({ user_id, emoji_name }) => ({
				postId: id,
				userId: user_id,
				emojiName: emoji_name,
				isOn: true,
			})),
		];
	}

	#of(postId: string): Known {
		const known = this.#posts.get(postId) ?? { isPinned: false, reactions: new Map() };
		this.#posts.set(postId, known);
		const [oldest] = this.#posts.size > remembered ? this.#posts.keys() : [];
		if (oldest !== undefined) this.#posts.delete(oldest);
		return known;
	}
}

const keyOf = (userId: string, emojiName: string) => `${userId}:${emojiName}`;

function partsOf(key: string): { userId: string; emojiName: string } {
	const colon = key.indexOf(':');
	return { userId: key.slice(0, colon), emojiName: key.slice(colon + 1) };
}
