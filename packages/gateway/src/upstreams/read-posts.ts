// Reading what was posted in a channel since some time, completely.
import type { Mattermost } from '@matterkit/client';
import type { PostFacts } from '../chat/message.ts';
import { type ChannelHistory, overlap } from './history.ts';
import type { MattermostClock } from './mattermost-clock.ts';

interface PostList {
	readonly order: readonly string[];
	readonly posts: Readonly<Record<string, PostFacts>>;
}

/** Posts of a channel that are read when somebody begins to listen to it. */
const newestRead = 60;

/** The newest posts, and with them all that was posted since what is known; oldest first. The clock learns from the answer. */
export async function postsUpToNow(
	mm: Mattermost,
	channelId: string,
	history: ChannelHistory,
	clock: MattermostClock,
): Promise<readonly PostFacts[]> {
	const newest = await newestPosts(mm, channelId, newestRead, clock);
	const reachesBack = history.isNew || newest.some(({ create_at }) => create_at < history.newest - overlap);
	return reachesBack ? newest : postsSince(mm, channelId, history.newest - overlap);
}

async function newestPosts(
	mm: Mattermost,
	channelId: string,
	count: number,
	clock: MattermostClock,
): Promise<readonly PostFacts[]> {
	const asked = Date.now();
	// Over the HTTP client: only its answers have headers.
	const { body, headers } = await mm.http.get<PostList>(`/api/v4/channels/${encodeURIComponent(channelId)}/posts`, {
		params: { per_page: count },
		route: 'GET /api/v4/channels/{channel_id}/posts',
		response: 'response',
	});
	clock.observe(asked, String(headers.date));
	return body.order.flatMap((id) => body.posts[id] ?? []).reverse();
}

/**
 * All that was posted since, oldest first, then what was edited or deleted since: two calls, as `since` gives at most 1,000 posts and in
 * no order. Of more edits and deletions than that some are missing.
 */
export async function changesSince(mm: Mattermost, channelId: string, since: number): Promise<readonly PostFacts[]> {
	const [changed, posted] = await Promise.all([
		mm.posts.getForChannel(channelId, { since: Math.max(1, since) }),
		postsSince(mm, channelId, since),
	]);
	const byId = new Map<string, PostFacts>(posted.map((post) => [post.id, post]));
	for (const post of Object.values(changed.posts)) byId.set(post.id, post);
	return [...byId.values()];
}

/**
 * All that was posted since (and is not deleted), oldest first.
 * @param enough where there are more, the newest of them, about so many
 */
export async function postsSince(
	mm: Mattermost,
	channelId: string,
	since: number,
	enough = Number.POSITIVE_INFINITY,
): Promise<readonly PostFacts[]> {
	const found: PostFacts[] = [];
	for await (const page of mm.posts.list(channelId).byPage()) {
		found.push(...page.filter((post) => post.create_at >= since));
		if (found.length > enough || page.some((post) => post.create_at < since)) break;
	}
	return found.reverse();
}
