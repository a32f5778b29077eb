// Mattermost as the notifier uses it: each call is tried exactly once, within a timeout shorter than the lease. What is repeated, and
// when, is the protocol's business.
import type { Mattermost } from '@matterkit/client';
import type { MarkedPost } from './marker.ts';

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
	page(channelId: string, page: number): Promise<readonly MarkedPost[]>;
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
		me: (signal) => mattermost.users.getMe({ ...once, ...(signal && { signal }) }),
		// Not users.getByUsername: it takes any 404 for "nobody", also a proxy's.
		userByName: (username) => mattermost.request('GET /api/v4/users/username/{username}', { username }, once),
		userById: (user_id) => mattermost.request('GET /api/v4/users/{user_id}', { user_id }, once),
		userByEmail: (email) => mattermost.request('GET /api/v4/users/email/{email}', { email }, once),
		channel: (id) => mattermost.channels.getById(id, once),
		directChannel: async (one, other) => (await mattermost.channels.createDirect([one, other], once)).id,
		member: async (channelId, userId) => void (await mattermost.channels.getMember(channelId, userId, once)),
		addMember: async (channelId, userId) =>
			void (await mattermost.channels.addMember(channelId, userId, undefined, once)),
		post: (post) => mattermost.posts.create(post, once),
		page: async (channelId, page) => {
			const { order, posts } = await mattermost.posts.getForChannel(channelId, { page, per_page: 200 }, once);
			return order.flatMap((id) => posts[id] ?? []);
		},
		edit: async (postId, { message, attachments }) => {
			const post = await mattermost.posts.getById(postId, undefined, once);
			// A patch replaces the props as a whole, the marker with them.
			const { attachments: before, ...props } = post.props;
			if (before === undefined && attachments === undefined) return mattermost.posts.patch(postId, { message }, once);
			return mattermost.posts.patch(
				postId,
				{ message, props: { ...props, ...(attachments && { attachments }) } },
				once,
			);
		},
		deletePost: async (postId) => void (await mattermost.posts.delete(postId, once)),
	};
}
