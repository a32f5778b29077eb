import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { channelWith } from '../channels.ts';
import { invalidUrl } from '../errors.ts';
import { demand } from '../permissions.ts';
import { postListing } from '../post-view.ts';
import { type Route, route } from '../router.ts';
import { version } from '../version.ts';
import type { Post } from '../world/posts.ts';
import { firstAfter, firstFrom } from '../world/posts-by-channel.ts';
import { demandRead } from './posts.ts';

/** Rows that `since` gives at most. */
const sinceLimit = 1_000;

export const channelPostRoutes: readonly Route[] = [
	route('GET /api/v4/channels/{channel_id}/posts', (call) => {
		channelWith(call.site, call.params.channel_id);
		demandRead(call, call.params.channel_id);
		const since = call.asked('since');
		if (since !== '') {
			if (!/^\d+$/.test(since)) throw invalidUrl('since');
			return sinceTime(call, Number(since));
		}
		return page(call);
	}),
	route('GET /api/v4/users/{user_id}/channels/{channel_id}/posts/unread', (call) => {
		demand.user(call, call.params.user_id);
		demandRead(call, call.params.channel_id);
		return aroundLastRead(call);
	}),
];

const collapsed = (call: Call) => call.flag('collapsedThreads');

/** Not deleted, the oldest first; without replies where the caller asks for collapsed threads. */
function shown(call: Call<'channel_id'>): readonly Post[] {
	const live = call.world.posts.inChannel.live(call.params.channel_id);
	return collapsed(call) ? live.filter((post) => post.root_id === '') : live;
}

/**
 * A page counted from the newest, or from an anchor. `after` and `before` a post mean a later and an earlier millisecond: others
 * of the same one are left out. An unknown anchor answers an empty list.
 */
function page(call: Call<'channel_id'>): Answer {
	const posts = shown(call);
	const { page, perPage } = call.page();
	const [before, after] = [call.asked('before'), call.asked('after')];
	let from = 0;
	let to = 0;
	if (after !== '') {
		const anchor = call.world.posts.get(after);
		from = anchor ? firstAfter(posts, anchor.create_at) + page * perPage : posts.length;
		to = from + perPage;
	} else {
		const anchor = before === '' ? undefined : call.world.posts.get(before);
		const end = before === '' ? posts.length : anchor ? firstFrom(posts, anchor.create_at) : 0;
		to = end - page * perPage;
		from = to - perPage;
	}
	const etag = `${version}.${latest(posts)}`;
	return call.tagged(etag, () => listing(call, posts, Math.max(from, 0), Math.min(Math.max(to, 0), posts.length)));
}

const latest = (posts: readonly Post[]) => posts.at(-1)?.update_at ?? 0;

function listing(call: Call, posts: readonly Post[], from: number, to: number): object {
	const page = posts.slice(from, to).reverse();
	// Nothing found is no place in the channel: there is no next and no previous one.
	const around = page.length === 0 ? {} : { next: posts[to]?.id ?? '', prev: posts[from - 1]?.id ?? '' };
	return postListing(call.site, page, { ...around, beside: threadsOf(call, page) });
}

/** Beside a page stand the threads of what is on it. */
function* threadsOf(call: Call, page: readonly Post[]): Iterable<Post> {
	if (collapsed(call) || call.flag('skipFetchThreads')) return;
	for (const post of page) {
		const root = call.world.posts.get(post.root_id || post.id);
		if (!root) continue;
		if (root !== post && root.delete_at === 0) yield root;
		yield* call.world.posts.repliesTo(root.id);
	}
}

/** Created, changed or deleted since then: 1,000 rows at most, and which ones of more, nobody knows. */
function sinceTime(call: Call<'channel_id'>, time: number): object {
	const found = call.world.posts.inChannel.since(call.params.channel_id, time);
	const rows = collapsed(call) ? found.filter((post) => post.root_id === '') : found;
	if (rows.length > sinceLimit) {
		// Ids are random: their order is none.
		rows.sort((a, b) => (a.id < b.id ? -1 : 1));
		return postListing(call.site, rows.slice(0, sinceLimit));
	}
	return postListing(
		call.site,
		rows.sort((a, b) => b.create_at - a.create_at),
	);
}

/** Posts on both sides of what the user has read last. */
function aroundLastRead(call: Call<'user_id' | 'channel_id'>): object {
	const posts = shown(call);
	const lastViewed = call.world.channels.member(call.params.channel_id, call.params.user_id)?.last_viewed_at ?? 0;
	const limit = (name: string) => Math.min(Number(call.asked(name)) || 60, 200);
	const firstUnread = firstAfter(posts, lastViewed);
	const middle = firstUnread === posts.length ? Math.max(posts.length - 1, 0) : firstUnread;
	const from = firstUnread === posts.length ? posts.length - limit('limit_before') : middle - limit('limit_before');
	const to = firstUnread === posts.length ? posts.length : middle + limit('limit_after');
	return listing(call, posts, Math.max(from, 0), Math.min(to, posts.length));
}
