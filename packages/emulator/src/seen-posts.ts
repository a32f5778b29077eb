import type { Site } from './site.ts';
import type { Post } from './world/posts.ts';

/** A post as tests look at it. */
export interface SeenPost extends Readonly<Post> {
	/** Of the author. */
	readonly username: string;
	/** Name of the channel. */
	readonly channel: string;
}

export function seen({ world }: Site, post: Post): SeenPost {
	const username = world.users.get(post.user_id)?.username ?? '';
	return { ...post, username, channel: world.channels.get(post.channel_id)?.name ?? '' };
}

/** Posts of users that are not deleted, in the order in which they were made. */
export function seenPosts(site: Site, channelId?: string): SeenPost[] {
	const posts =
		channelId === undefined ? [...site.world.posts.table.values()] : site.world.posts.inChannel.live(channelId);
	return posts.filter((post) => post.type === '' && post.delete_at === 0).map((post) => seen(site, post));
}
