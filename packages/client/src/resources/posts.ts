import { randomUUID } from 'node:crypto';
import { isServerError, type RequestOptions, ValidationError } from '@matterkit/http';
import type { PaginatedPostList, Post, PostList } from '@mattermost/types/posts';
import { assertNoneDropped, maxFilesPerPost } from '../dropped-files.ts';
import { Pages } from '../pages.ts';
import { type Edge, newPosts, noEdge } from '../post-edge.ts';
import { wait } from '../wait.ts';
import { type PageParams, Resource, required } from './resource.ts';

export type NewPost = {
	channel_id: string;
	message: string;
	/** The root of the thread that this answers (never a reply). */
	root_id?: string | undefined;
	/** At most 10, each uploaded to the same channel and not attached yet. */
	file_ids?: readonly string[] | undefined;
	props?: Record<string, unknown> | undefined;
	metadata?:
		| { priority?: { priority?: string; requested_ack?: boolean; persistent_notifications?: boolean } }
		| undefined;
	/** What makes the post one post however often it is sent within 30 seconds. Random by default; the server compares it across users. */
	pending_post_id?: string | undefined;
};
export type CreatePostOptions = RequestOptions & {
	/** Give the post back also when the server left out some of its files. Default false: `FilesDroppedError`. */
	readonly allowDroppedFiles?: boolean | undefined;
};
export type PostPatch = {
	message?: string;
	is_pinned?: boolean;
	has_reactions?: boolean;
	props?: Record<string, unknown>;
	file_ids?: string[];
};
/**
 * `before` or `after` a post id: both leave out the other posts of that post's millisecond. `since` (milliseconds) gives one page:
 * at most 1,000 changed posts, deleted ones as well, in no order.
 */
export type ListPosts = PageParams & { before?: string; after?: string; since?: number; include_deleted?: boolean };
type PostPage = { readonly page: number; readonly edge: Edge };

/** The server keeps a `pending_post_id` for 30 s: the last attempt must reach it before. */
const createBudget = 24_000;
const createTimeout = 8_000;
const pendingWait = 500;

export class Posts extends Resource {
	/**
	 * Makes the post once: it is sent again when the answer is lost, and the server knows the repeat by its `pending_post_id`.
	 * Ends within 25 s. After an error other than an answer of the server (`status`), the post may have been made.
	 * @throws FilesDroppedError the post was made, but not with all its files.
	 */
	async create(post: NewPost, { allowDroppedFiles = false, ...options }: CreatePostOptions = {}): Promise<Post> {
		required({ channel_id: post.channel_id });
		const files = post.file_ids ?? [];
		if (files.length > maxFilesPerPost)
			throw new ValidationError(`a post takes at most ${maxFilesPerPost} files, not ${files.length}`);
		const json = { ...post, pending_post_id: post.pending_post_id || randomUUID() };
		const deadline = performance.now() + Math.min(options.totalTimeout ?? createBudget, createBudget);
		const left = () => Math.max(1, deadline - performance.now());
		for (;;) {
			try {
				const made = await this.call('POST /api/v4/posts', [], {
					...options,
					json,
					repeat: options.repeat ?? 'safe',
					timeout: options.timeout ?? createTimeout,
					totalTimeout: left(),
				});
				if (!allowDroppedFiles) assertNoneDropped(made, files);
				return made;
			} catch (error) {
				// An earlier attempt of ours is still being worked on. Its answer is lost, but the server will tell it again.
				if (!isServerError(error) || error.code !== 'api.post.deduplicate_create_post.pending' || left() <= pendingWait)
					throw error;
				await wait(pendingWait, options.signal);
			}
		}
	}

	/** A message that only `userId` sees, and only now. Needs a permission that bots and admins have. */
	async createEphemeral(
		userId: string,
		post: Pick<NewPost, 'channel_id' | 'message' | 'root_id' | 'props'>,
		options?: RequestOptions,
	) {
		required({ user_id: userId, channel_id: post.channel_id });
		return this.call('POST /api/v4/posts/ephemeral', [], { ...options, json: { user_id: userId, post } });
	}

	getById(postId: string, params?: { include_deleted?: boolean }, options?: RequestOptions) {
		return this.call('GET /api/v4/posts/{post_id}', [postId], { ...options, params: { ...params } });
	}

	/** In no order; unknown ids are left out. At most 1,000. */
	byIds(postIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/posts/ids', [], { ...options, json: postIds });
	}

	/**
	 * A channel's posts: newest first; with `after` oldest first. What is posted, or slides to another page, while you read is
	 * neither lost nor given twice (a deletion meanwhile may hide one older post).
	 */
	list(channelId: string, { page = 0, ...params }: ListPosts = {}, options?: RequestOptions): Pages<Post, PostPage> {
		return new Pages({ page, edge: noEdge }, async ({ page, edge }, one) => {
			const per_page = params.per_page ?? (one ? 60 : 200);
			const list = await this.getForChannel(channelId, { ...params, page, per_page }, options);
			// The anchor stays and the page counts up: with the newest post of a page as the next anchor, posts of the same
			// millisecond are lost (3 of 600 in a test with 24 writers).
			const found = inOrder(list);
			if (params.after) found.reverse();
			const { items, edge: next } = newPosts(found, edge, params.after ? 'newer' : 'older');
			return {
				items,
				next: found.length > 0 && params.since === undefined ? { page: page + 1, edge: next } : undefined,
			};
		});
	}

	/** New posts of a channel, as they come: none is lost when the connection is. Ends with `signal`, or with the loop. */
	async *watch(channelId: string, options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<Post> {
		required({ channel_id: channelId });
		const only = { types: ['posted'], channels: [channelId] } as const;
		await using stream = this.connection.events({ ...options, ...only });
		for await (const event of stream) yield event.data.post;
	}

	/** One page as the server gives it: `order` (newest first) and `posts` by id. */
	getForChannel(channelId: string, params?: ListPosts, options?: RequestOptions): Promise<PaginatedPostList> {
		return this.call('GET /api/v4/channels/{channel_id}/posts', [channelId], { ...options, params: { ...params } });
	}

	/** The posts around the first one that a user has not read. */
	getAroundUnread(
		userId: string,
		channelId: string,
		params?: { limit_before?: number; limit_after?: number },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/users/{user_id}/channels/{channel_id}/posts/unread', [userId, channelId], {
			...options,
			params: { ...params },
		});
	}

	/** The whole thread that a post belongs to, oldest first: the root, then its replies. */
	async getThread(postId: string, options?: RequestOptions): Promise<Post[]> {
		const list = await this.call('GET /api/v4/posts/{post_id}/thread', [postId], options);
		return oldestFirst(list);
	}

	/** The same, page by page. */
	thread(postId: string, params: { per_page?: number } = {}, options?: RequestOptions): Pages<Post, Edge> {
		return new Pages(noEdge, async (edge, one) => {
			const [fromPost, fromCreateAt] = [...edge].at(-1) ?? [];
			const perPage = params.per_page ?? (one ? 60 : 200);
			const query = { perPage, direction: 'down', fromPost, fromCreateAt };
			const list = await this.call('GET /api/v4/posts/{post_id}/thread', [postId], { ...options, params: query });
			// The root comes with every page.
			const { items, edge: next } = newPosts(oldestFirst(list), edge, 'newer');
			return { items, next: items.length > 0 ? next : undefined };
		});
	}

	/** Posts of a team that hold the terms, newest first; `from:`, `in:`, `on:`, `before:`, `after:` as in the app. */
	async search(
		teamId: string,
		terms: string,
		params?: { is_or_search?: boolean; page?: number; per_page?: number; include_deleted_channels?: boolean },
		options?: RequestOptions,
	): Promise<Post[]> {
		const json = { is_or_search: false, ...params, terms };
		return inOrder(await this.call('POST /api/v4/teams/{team_id}/posts/search', [teamId], { ...options, json }));
	}

	/** The same in all your teams. */
	async searchAll(
		terms: string,
		params?: { is_or_search?: boolean; page?: number; per_page?: number },
		options?: RequestOptions,
	): Promise<Post[]> {
		const json = { is_or_search: false, ...params, terms };
		return inOrder(await this.call('POST /api/v4/posts/search', [], { ...options, json }));
	}

	/** Changes the message; files and props stay. */
	update(postId: string, message: string, options?: RequestOptions) {
		return this.patch(postId, { message }, options);
	}

	/** Changes the given fields only. */
	patch(postId: string, fields: PostPatch, options?: RequestOptions) {
		return this.call('PUT /api/v4/posts/{post_id}/patch', [postId], { ...options, json: fields });
	}

	/** Replaces message, props and files: what you don't give is emptied. */
	replace(post: Partial<Post> & { id: string; message: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/posts/{post_id}', [post.id], { ...options, json: post });
	}

	delete(postId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/posts/{post_id}', [postId], options);
	}

	pin(postId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/posts/{post_id}/pin', [postId], options);
	}

	unpin(postId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/posts/{post_id}/unpin', [postId], options);
	}

	/** Moves a thread to another channel. */
	move(postId: string, channelId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/posts/{post_id}/move', [postId], { ...options, json: { channel_id: channelId } });
	}

	getEditHistory(postId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/posts/{post_id}/edit_history', [postId], options);
	}

	restoreVersion(postId: string, versionId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/posts/{post_id}/restore/{restore_version_id}', [postId, versionId], options);
	}

	getFiles(postId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/posts/{post_id}/files/info', [postId], options);
	}

	/** Channel and team of a post that a link points to. */
	getInfo(postId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/posts/{post_id}/info', [postId], options);
	}

	getFlagged(
		userId: string,
		params?: PageParams & { team_id?: string; channel_id?: string },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/users/{user_id}/posts/flagged', [userId], { ...options, params: { ...params } });
	}

	markUnread(userId: string, postId: string, options?: RequestOptions) {
		const json = { collapsed_threads_supported: true };
		return this.call('POST /api/v4/users/{user_id}/posts/{post_id}/set_unread', [userId, postId], { ...options, json });
	}

	acknowledge(userId: string, postId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/posts/{post_id}/ack', [userId, postId], options);
	}

	unacknowledge(userId: string, postId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/users/{user_id}/posts/{post_id}/ack', [userId, postId], options);
	}

	/** `targetTime` in seconds since 1970. */
	remind(userId: string, postId: string, targetTime: number, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/posts/{post_id}/reminder', [userId, postId], {
			...options,
			json: { target_time: targetTime },
		});
	}

	/** Presses a button, or chooses from a menu, of a message attachment. */
	doAction(
		postId: string,
		actionId: string,
		params?: { selected_option?: string; cookie?: string },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/posts/{post_id}/actions/{action_id}', [postId, actionId], {
			...options,
			json: { ...params },
		});
	}

	/** Opens a post that burns on reading. */
	reveal(postId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/posts/{post_id}/reveal', [postId], options);
	}

	burn(postId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/posts/{post_id}/burn', [postId], options);
	}
}

function inOrder(list: PostList): Post[] {
	return (list.order ?? []).flatMap((id) => list.posts[id] ?? []);
}

/** The order that the server gives a thread in depends on the post it was asked by. */
function oldestFirst(list: PostList): Post[] {
	return Object.values(list.posts).sort(
		(a, b) => a.create_at - b.create_at || Number(Boolean(a.root_id)) - Number(Boolean(b.root_id)),
	);
}
