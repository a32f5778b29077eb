// What must have happened, told by posts as they are now: pure.
import type { Post } from '@mattermost/types/posts';
import type { PostChange, Told } from './memory.ts';

export interface Change {
	/** When it happened: milliseconds of the server's clock. */
	readonly at: number;
	readonly kind: PostChange;
	readonly post: Post;
	/** The server's clock was set back since. */
	readonly misdated?: true;
}

/** Which part of the past, in milliseconds of the server's clock. */
export interface Span {
	/** Everything before is told. */
	readonly floor: number;
	/**
	 * Posts made later are not told here: they come live. Channels are read one after the other, so a writer's later post might
	 * be found in one where the earlier one in another was made after that was read.
	 */
	readonly ceiling: number;
	/** Later than this nothing is made yet: such a post was made before the clock was set back, and is not to come. */
	readonly latest: number;
	/** Nothing made before is told: the user was not there. */
	readonly joined: number;
	readonly told: (id: string) => Told | undefined;
}

/** Reactions are written to the post some milliseconds after they are made. */
const reactionLag = 1_000;

/**
 * The changes later than `floor` that are not told yet, by the posts of one channel that the server gave for `since`. A post
 * made, edited and deleted meanwhile gives three, as it would have live, each with the post as it is now.
 */
export function changesOf(rows: readonly Post[], { floor, ceiling, latest, joined, told }: Span): Change[] {
	const lastReplies = new Map<string, number>();
	for (const { root_id, create_at, delete_at } of rows) {
		if (root_id !== '') lastReplies.set(root_id, Math.max(lastReplies.get(root_id) ?? 0, create_at, delete_at));
	}
	const changes: Change[] = [];
	for (const post of rows) {
		const known = told(post.id);
		const news = !known && post.create_at > floor;
		const misdated = post.create_at > latest;
		if (news && (post.create_at < joined || (post.create_at > ceiling && !misdated))) continue;
		if (news)
			changes.push({ at: post.create_at, kind: 'posted', post, ...(misdated ? { misdated: true as const } : {}) });
		const edited = editedAt(post, { known, news, floor, lastReply: lastReplies.get(post.id) ?? 0 });
		// By a clock that was set back it may look older than the post.
		const after = (at: number) => (news ? Math.max(at, post.create_at) : at);
		if (edited !== undefined) changes.push({ at: after(edited), kind: 'post_edited', post });
		if (post.delete_at > 0 && !known?.deleted && (known || news || post.delete_at > floor)) {
			changes.push({ at: after(post.delete_at), kind: 'post_deleted', post });
		}
	}
	return changes;
}

/** When the post was last edited, if that is not told yet. */
function editedAt(
	post: Post,
	{ known, news, floor, lastReply }: { known: Told | undefined; news: boolean; floor: number; lastReply: number },
): number | undefined {
	// What is known is older than what was read now, whatever the clocks say.
	if (known ? post.edit_at !== known.editAt : post.edit_at > (news ? 0 : floor)) return post.edit_at;
	if (news || post.delete_at > 0) return undefined;
	if (known ? post.update_at === known.updateAt : post.update_at <= floor) return undefined;
	// Something changed that is no edit of the text. A reply or a reaction does that, and is no edit; being pinned or having its
	// props or files changed is.
	const reacted = (post.metadata?.reactions ?? []).some(
		({ create_at }) => Math.abs(create_at - post.update_at) < reactionLag,
	);
	return reacted || post.update_at <= lastReply ? undefined : post.update_at;
}

/** By time; what happened in one millisecond in the order given, and a post is made before it is edited or deleted. */
export function inOrder(changes: readonly Change[]): Change[] {
	return changes.toSorted((a, b) => a.at - b.at);
}
