import type { RequestOptions } from '@matterkit/http';
import type { UserThreadWithPost } from '@mattermost/types/threads';
import { Pages } from '../pages.ts';
import { Resource } from './resource.ts';

/** `before` and `after` take ids of threads; `since` is in milliseconds. */
export type ListThreads = {
	before?: string;
	after?: string;
	since?: number;
	per_page?: number;
	unread?: boolean;
	deleted?: boolean;
	extended?: boolean;
	excludeDirect?: boolean;
};

/** Threads that a user follows, by team; those in direct channels come with every team. */
export class Threads extends Resource {
	/** The latest reply first; with `after` the other way. */
	list(
		userId: string,
		teamId: string,
		{ before, after, ...params }: ListThreads = {},
		options?: RequestOptions,
	): Pages<UserThreadWithPost, string> {
		const [towards, sign] = after === undefined ? (['before', -1] as const) : (['after', 1] as const);
		return new Pages(before ?? after ?? '', async (from, one) => {
			const per_page = params.per_page ?? (one ? 60 : 200);
			const page = { ...params, per_page, [towards]: from || undefined };
			const { threads } = await this.getPage(userId, teamId, page, options);
			const items = threads.toSorted((a, b) => sign * (a.last_reply_at - b.last_reply_at));
			return { items, next: items.at(-1)?.id };
		});
	}

	/** One page as the server gives it, with the numbers of unread threads. */
	getPage(
		userId: string,
		teamId: string,
		params?: ListThreads & { totalsOnly?: boolean; threadsOnly?: boolean },
		options?: RequestOptions,
	) {
		return this.call('GET /api/v4/users/{user_id}/teams/{team_id}/threads', [userId, teamId], {
			...options,
			params: { ...params },
		});
	}

	get(userId: string, teamId: string, threadId: string, params?: { extended?: boolean }, options?: RequestOptions) {
		const path = [userId, teamId, threadId] as const;
		return this.call('GET /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}', path, {
			...options,
			params: { ...params },
		});
	}

	follow(userId: string, teamId: string, threadId: string, options?: RequestOptions) {
		return this.call(
			'PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following',
			[userId, teamId, threadId],
			options,
		);
	}

	unfollow(userId: string, teamId: string, threadId: string, options?: RequestOptions) {
		return this.call(
			'DELETE /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following',
			[userId, teamId, threadId],
			options,
		);
	}

	/** Read up to `timestamp`, milliseconds. */
	markRead(userId: string, teamId: string, threadId: string, timestamp: number, options?: RequestOptions) {
		const path = [userId, teamId, threadId, timestamp] as const;
		return this.call('PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}', path, options);
	}

	markUnread(userId: string, teamId: string, threadId: string, postId: string, options?: RequestOptions) {
		const path = [userId, teamId, threadId, postId] as const;
		return this.call(
			'POST /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}',
			path,
			options,
		);
	}

	markAllRead(userId: string, teamId: string, options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/teams/{team_id}/threads/read', [userId, teamId], options);
	}
}
