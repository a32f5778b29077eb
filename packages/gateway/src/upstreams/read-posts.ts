// Reading what was posted in a channel since some time, completely.
import type { Mattermost } from '@matterkit/client';
import type { PostFacts } from '../chat/message.ts';

/** `since` gives at most this many, in no order: what is beyond is not said. */
const mostChanges = 1_000;

/** The newest posts, newest first. */
export async function newestPosts(mm: Mattermost, channelId: string, count: number): Promise<readonly PostFacts[]> {
	const { order, posts } = await mm.posts.getForChannel(channelId, { per_page: count });
	return order.flatMap((id) => posts[id] ?? []);
}

/** All that was posted, edited or deleted since, in no order. */
export async function changesSince(mm: Mattermost, channelId: string, since: number): Promise<readonly PostFacts[]> {
	const { order, posts } = await mm.posts.getForChannel(channelId, { since: Math.max(1, since) });
	const changed = order.flatMap((id) => posts[id] ?? []);
	if (changed.length < mostChanges) return changed;
	const byId = new Map<string, PostFacts>(changed.map((post) => [post.id, post]));
	for (const post of await postsSince(mm, channelId, since)) byId.set(post.id, post);
	return [...byId.values()];
}

/** All that was posted since (and is not deleted), page by page from the newest, in no order. */
export async function postsSince(mm: Mattermost, channelId: string, since: number): Promise<readonly PostFacts[]> {
	const found: PostFacts[] = [];
	for await (const page of mm.posts.list(channelId).byPage()) {
		found.push(...page.filter((post) => post.create_at >= since));
		if (page.some((post) => post.create_at < since)) break;
	}
	return found;
}
