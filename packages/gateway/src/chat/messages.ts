// Posts read with a viewer's own token, with their owners beside them.

import type { Viewer } from '../access/viewer.ts';
import type { Entrance } from '../accounts/entrance.ts';
import { Lru } from '../lru.ts';
import { orNull } from '../or-null.ts';
import { RefusedError } from '../refused-error.ts';
import { type Message, messageOf, type PostFacts } from './message.ts';
import type { People } from './people.ts';

/** A page of a channel, oldest message first. */
export interface MessagePage {
	readonly messages: readonly Message[];
	/** There are older ones. */
	readonly hasOlder: boolean;
	/** There are newer ones. */
	readonly hasNewer: boolean;
}

/** As Mattermost lists posts: ids newest first. */
interface PostList {
	readonly order: readonly string[];
	readonly posts: Readonly<Record<string, PostFacts>>;
	readonly next_post_id?: string;
	readonly prev_post_id?: string;
}

/** Mattermost gives at most so many at once. */
const mostPosts = 200;

export class Messages {
	readonly #admin: Entrance;
	readonly #people: People;
	/** In which channel a message is, for those that clients have got lately and name next. */
	readonly #channelOf = new Lru<string>({ entries: 20_000, weight: 20_000 });

	constructor(admin: Entrance, people: People) {
		this.#admin = admin;
		this.#people = people;
	}

	/** Page 1 is the newest. */
	async page(
		viewer: Viewer,
		channelId: string,
		{ size, number }: { size: number; number: number },
	): Promise<MessagePage> {
		const list = await viewer.mattermost((mm) =>
			mm.posts.getForChannel(channelId, { page: number - 1, per_page: size }),
		);
		return { ...(await this.#pageOf(list)), hasNewer: number > 1 };
	}

	/**
	 * Those just before or just after a message.
	 * @throws RefusedError the channel does not have it: Mattermost would answer with nothing, or take another channel's as a time
	 */
	async around(
		viewer: Viewer,
		channelId: string,
		{ before, after, size }: { before?: string | undefined; after?: string | undefined; size: number },
	): Promise<MessagePage> {
		const anchor = before ? { before } : after ? { after } : {};
		const asked = Math.min(Math.max(size + 1, 10), mostPosts);
		const named = before || after;
		const [list] = await Promise.all([
			viewer.mattermost((mm) => mm.posts.getForChannel(channelId, { ...anchor, per_page: asked })),
			named && this.#channelOf.get(named) !== channelId ? this.anchor(channelId, named) : undefined,
		]);
		const found = after ? list.order.toReversed() : list.order;
		const times = found.map((id) => list.posts[id]?.create_at ?? 0);
		const kept = found.slice(0, wholeMilliseconds(times, size, { isCut: found.length === asked }));
		const page = await this.#pageOf({ ...list, order: after ? kept.reverse() : kept });
		const isCut = kept.length < found.length;
		return {
			messages: page.messages,
			hasOlder: page.hasOlder || (isCut && !after),
			hasNewer: Boolean(list.next_post_id) || (isCut && after !== undefined),
		};
	}

	/**
	 * When a message of the channel was made. Read as the administrator, who also sees deleted messages: the last that somebody got may be
	 * gone. Only its time is used.
	 * @throws RefusedError there is none
	 */
	async anchor(channelId: string, messageId: string): Promise<{ readonly id: string; readonly create_at: number }> {
		const post = await orNull(this.#admin.use((mm) => mm.posts.getById(messageId, { include_deleted: true })));
		if (post?.channel_id !== channelId) {
			throw new RefusedError(`There is no message ${JSON.stringify(messageId)} in this channel.`, 'NOT_FOUND');
		}
		this.#channelOf.set(post.id, channelId, 1);
		return post;
	}

	async one(viewer: Viewer, messageId: string): Promise<PostFacts> {
		return viewer.mattermost((mm) => mm.posts.getById(messageId));
	}

	/** The thread's first message, then its replies. */
	async thread(viewer: Viewer, messageId: string): Promise<readonly Message[]> {
		return this.withOwners(await viewer.mattermost((mm) => mm.posts.getThread(messageId)));
	}

	async withOwner(post: PostFacts): Promise<Message> {
		return messageOf(post, await this.#people.get(post.user_id));
	}

	withOwners(posts: readonly PostFacts[]): Promise<readonly Message[]> {
		return Promise.all(posts.map((post) => this.withOwner(post)));
	}

	async #pageOf({ order, posts, prev_post_id }: PostList): Promise<Omit<MessagePage, 'hasNewer'>> {
		const oldestFirst = order.flatMap((id) => posts[id] ?? []).reverse();
		for (const post of oldestFirst) this.#channelOf.set(post.id, post.channel_id, 1);
		return { messages: await this.withOwners(oldestFirst), hasOlder: Boolean(prev_post_id) };
	}
}

/**
 * How many of these to give so that a millisecond is not parted: what Mattermost gives `after` or `before` a message leaves out the others
 * of its millisecond, which several who write at once do share (up to 8 posts were seen).
 * @param times when each was made, in the order of reading
 * @param isCut there may be more of the last millisecond
 */
function wholeMilliseconds(times: readonly number[], size: number, { isCut }: { isCut: boolean }): number {
	if (times.length <= size && !isCut) return times.length;
	const most = Math.min(size, times.length - 1);
	let end = most;
	while (end > 0 && times[end - 1] === times[end]) end--;
	if (end > 0) return end;
	end = most;
	while (end < times.length && times[end] === times[0]) end++;
	return end;
}
