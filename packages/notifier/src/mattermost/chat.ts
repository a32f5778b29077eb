// Mattermost as the notifier uses it: each call is tried exactly once, within a timeout shorter than the lease. What is repeated, and
// when, is the protocol's business.
import { AnswerError, type Mattermost } from '@matterkit/client';
import type { MarkedPost } from './marker.ts';
import type { PagePlace } from './pages-back.ts';

export interface ChatUser {
	readonly id: string;
	readonly username: string;
	/** 0: active. */
	readonly delete_at: number;
}

export interface ChatChannel {
	readonly name: string;
	/** O, P: of a team; D, G: direct, group. */
	readonly type: string;
	/** 0: not archived. */
	readonly delete_at: number;
}

export interface Chat {
	me(signal?: AbortSignal): Promise<ChatUser>;
	/** This and the next two reject with the server's 404 where there is nobody. */
	userByName(username: string): Promise<ChatUser>;
	userById(id: string): Promise<ChatUser>;
	userByEmail(email: string): Promise<ChatUser>;
	/** Rejects with the server's 404 or 403 where there is none that the bot may see. */
	channel(id: string): Promise<ChatChannel>;
	/** The direct channel of two users, made where there is none. */
	directChannel(one: string, other: string): Promise<string>;
	/** Rejects with the server's 404 where they are not in. */
	member(channelId: string, userId: string): Promise<void>;
	addMember(channelId: string, userId: string): Promise<void>;
	post(post: NewPost): Promise<MarkedPost>;
	/** Newest first; empty: there are no more. */
	page(channelId: string, place: PagePlace): Promise<readonly MarkedPost[]>;
	/** Replaces text and attachments; everything else stays. Two calls. */
	edit(postId: string, text: { message: string; attachments: unknown[] | undefined }): Promise<MarkedPost>;
	deletePost(postId: string): Promise<void>;
}

export interface NewPost {
	readonly channel_id: string;
	readonly message: string;
	/** The thread's first post. */
	readonly root_id?: string;
	readonly pending_post_id: string;
	readonly props: Record<string, unknown>;
}

/** `timeout`: milliseconds for one call. */
export function chatOf(mattermost: Mattermost, timeout: number): Chat {
	const once = { timeout, totalTimeout: timeout, maxRetries: 0, repeat: 'never' } as const;
	return {
		me: async (signal) =>
			surely('a user', isUser, await mattermost.users.getMe({ ...once, ...(signal && { signal }) })),
		// Not users.getByUsername: it takes any 404 for "nobody", also a proxy's.
		userByName: async (username) =>
			surely('a user', isUser, await mattermost.request('GET /api/v4/users/username/{username}', { username }, once)),
		userById: async (user_id) =>
			surely('a user', isUser, await mattermost.request('GET /api/v4/users/{user_id}', { user_id }, once)),
		userByEmail: async (email) =>
			surely('a user', isUser, await mattermost.request('GET /api/v4/users/email/{email}', { email }, once)),
		channel: async (id) => surely('a channel', isChannel, await mattermost.channels.getById(id, once)),
		directChannel: async (one, other) =>
			surely('a channel', isChannel, await mattermost.channels.createDirect([one, other], once)).id,
		member: async (channelId, userId) =>
			void surely('a member', isMember, await mattermost.channels.getMember(channelId, userId, once)),
		addMember: async (channelId, userId) =>
			void surely('a member', isMember, await mattermost.channels.addMember(channelId, userId, undefined, once)),
		post: async (post) =>
			surely('a post', isPost, await mattermost.posts.create(post, { ...once, allowDroppedFiles: true })),
		page: async (channelId, place) => {
			const list = await mattermost.posts.getForChannel(channelId, { ...place, per_page: 200 }, once);
			const { order, posts } = surely('a list of posts', isList, list);
			return order.flatMap((id) => posts[id] ?? []);
		},
		edit: async (postId, { message, attachments }) => {
			const post = surely('a post', isPost, await mattermost.posts.getById(postId, undefined, once));
			// A patch replaces the props as a whole, the marker with them.
			const { attachments: before, ...props } = post.props;
			const patched = async (patch: { message: string; props?: Record<string, unknown> }) =>
				surely('a post', isPost, await mattermost.posts.patch(postId, patch, once));
			if (before === undefined && attachments === undefined) return patched({ message });
			return patched({ message, props: { ...props, ...(attachments && { attachments }) } });
		},
		deletePost: async (postId) => void (await mattermost.posts.delete(postId, once)),
	};
}

/**
 * What stands in Mattermost's place for a while (a page for maintenance, a log-in) may answer 200. Taken for an answer of Mattermost's it
 * would be a post that nobody made, or a bot without an id, whose posts are never found.
 * @throws AnswerError
 */
function surely<T>(what: string, is: (answer: Partial<T> | undefined | null) => boolean, answer: T): T {
	if (is(answer)) return answer;
	throw new AnswerError('Mattermost', '', what, 'something else: does a proxy answer?');
}

/** Whether it has the form of Mattermost's ids. */
export const isId = (id: unknown) => typeof id === 'string' && /^[a-z0-9]{26}$/.test(id);
const isUser = (user?: Partial<ChatUser> | null) => isId(user?.id) && typeof user?.username === 'string';
const isChannel = (channel?: (Partial<ChatChannel> & { id?: string }) | null) =>
	isId(channel?.id) && typeof channel?.type === 'string';
const isMember = (member?: { user_id?: string } | null) => isId(member?.user_id);
const isPost = (post?: Partial<MarkedPost> | null) =>
	isId(post?.id) && isId(post?.user_id) && isId(post?.channel_id) && typeof post?.create_at === 'number';
const isList = (list?: { order?: string[]; posts?: Record<string, MarkedPost>; prev_post_id?: string } | null) =>
	Array.isArray(list?.order) &&
	// Also an empty page has it: what else says that there are no posts is no answer of Mattermost's.
	typeof list.prev_post_id === 'string' &&
	list.order.every((id) => isPost(list.posts?.[id]));
