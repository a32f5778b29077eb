// The posts of each channel in the order of creation, so that a page costs what it holds and not what the channel holds.
import type { Post } from './posts.ts';
import type { Watcher } from './table.ts';

interface ChannelPosts {
	/** Not deleted, the oldest first. */
	readonly live: Post[];
	/** Changed after they were made (edited, replied to, deleted): what `since` must look at beside the newest. */
	readonly touched: Set<Post>;
}

export class PostsByChannel implements Watcher<Post> {
	readonly #channels = new Map<string, ChannelPosts>();

	/** Posts that are not deleted, the oldest first. Not to be changed. */
	live(channelId: string): readonly Post[] {
		return this.#channels.get(channelId)?.live ?? [];
	}

	/** Created, changed or deleted later than that, in no order. */
	since(channelId: string, time: number): Post[] {
		const posts = this.#channels.get(channelId);
		if (!posts) return [];
		const found = posts.live.slice(firstAfter(posts.live, time));
		for (const post of posts.touched)
			if (post.update_at > time && !(post.delete_at === 0 && post.create_at > time)) found.push(post);
		return found;
	}

	added(post: Post): void {
		const posts = this.#channels.get(post.channel_id) ?? { live: [], touched: new Set() };
		this.#channels.set(post.channel_id, posts);
		if (post.update_at > post.create_at) posts.touched.add(post);
		if (post.delete_at > 0) return;
		const { live } = posts;
		const last = live.at(-1);
		if (!last || last.create_at <= post.create_at) live.push(post);
		else live.splice(firstAfter(live, post.create_at), 0, post);
	}

	removed(post: Post): void {
		const posts = this.#channels.get(post.channel_id);
		if (!posts) return;
		posts.touched.delete(post);
		remove(posts.live, post);
	}

	changed(post: Post): void {
		const posts = this.#channels.get(post.channel_id);
		if (!posts) return;
		posts.touched.add(post);
		if (post.delete_at > 0) remove(posts.live, post);
		else if (placeOf(posts.live, post) < 0) this.added(post);
	}

	cleared(): void {
		this.#channels.clear();
	}
}

/** Index of the first post created later than that. */
export function firstAfter(posts: readonly Post[], time: number): number {
	let low = 0;
	let high = posts.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((posts[middle]?.create_at ?? 0) <= time) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Index of the first post created at that time or later. */
export const firstFrom = (posts: readonly Post[], time: number) => firstAfter(posts, time - 1);

function placeOf(posts: readonly Post[], post: Post): number {
	for (let at = firstFrom(posts, post.create_at); posts[at]?.create_at === post.create_at; at++) {
		if (posts[at] === post) return at;
	}
	return -1;
}

function remove(posts: Post[], post: Post): void {
	const at = placeOf(posts, post);
	if (at >= 0) posts.splice(at, 1);
}
