import { PostsByChannel } from './posts-by-channel.ts';
import type { Table } from './table.ts';
import type { World } from './world.ts';

export interface Post {
	readonly id: string;
	readonly create_at: number;
	update_at: number;
	edit_at: number;
	delete_at: number;
	is_pinned: boolean;
	readonly user_id: string;
	readonly channel_id: string;
	readonly root_id: string;
	/** The post whose earlier version this is. */
	readonly original_id: string;
	message: string;
	readonly type: string;
	props: Readonly<Record<string, unknown>>;
	hashtags: string;
	/** null where files that were asked for could not be attached. */
	file_ids: readonly string[] | null;
}

/** Shared by the many posts that have none: 100,000 posts hold one of each. */
export const noProps: Readonly<Record<string, unknown>> = Object.freeze({});
export const noFiles: readonly string[] = Object.freeze([]);

export class Posts {
	readonly table: Table<Post>;
	/** Earlier versions of edited posts. */
	readonly history: Table<Post>;
	readonly inChannel: PostsByChannel;
	readonly #replies;
	readonly #versions;
	readonly #pinned;
	readonly #listeners = new Set<(post: Post) => void>();

	constructor(world: World) {
		this.table = world.table<Post>('posts', (post) => post.id);
		this.inChannel = this.table.watch(new PostsByChannel());
		this.#replies = this.table.by((post) => (post.root_id === '' || post.delete_at > 0 ? undefined : post.root_id));
		this.#pinned = this.table.by((post) => (post.is_pinned && post.delete_at === 0 ? post.channel_id : undefined));
		this.history = world.table<Post>('post_history', (post) => post.id);
		this.#versions = this.history.by((post) => post.original_id);
	}

	/** A deleted one too. */
	get(id: string): Post | undefined {
		return this.table.get(id);
	}

	tellNew(post: Post): void {
		for (const listener of this.#listeners) listener(post);
	}

	/** Tells of every new post until the function given back is called. */
	onNew(listener: (post: Post) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Replies that are not deleted, the oldest first. */
	repliesTo(rootId: string): ReadonlySet<Post> {
		return this.#replies.get(rootId);
	}

	versionsOf(postId: string): ReadonlySet<Post> {
		return this.#versions.get(postId);
	}

	pinnedIn(channelId: string): ReadonlySet<Post> {
		return this.#pinned.get(channelId);
	}
}
