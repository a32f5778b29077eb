import type { RequestOptions } from '@matterkit/http';
import type { Draft } from '@mattermost/types/drafts';
import type { ScheduledPost } from '@mattermost/types/schedule_post';
import { Resource } from './resource.ts';

/** Messages begun and not sent yet. */
export class Drafts extends Resource {
	/** Makes or replaces the draft of a channel or thread. */
	save(draft: Partial<Draft> & { channel_id: string; message: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/drafts', [], { ...options, json: draft });
	}

	list(userId: string, teamId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/teams/{team_id}/drafts', [userId, teamId], options);
	}

	delete(userId: string, channelId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts', [userId, channelId], options);
	}

	deleteOfThread(userId: string, channelId: string, threadId: string, options?: RequestOptions) {
		const path = [userId, channelId, threadId] as const;
		return this.call('DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts/{thread_id}', path, options);
	}
}

/** Messages to be sent at `scheduled_at`, milliseconds. A server without a licence answers 400 `api.scheduled_posts.license_error`. */
export class ScheduledPosts extends Resource {
	async create(
		post: {
			channel_id: string;
			message: string;
			scheduled_at: number;
			root_id?: string;
			file_ids?: string[];
			props?: Record<string, unknown>;
		},
		options?: RequestOptions,
	) {
		const json = { ...post, user_id: await this.connection.userIdOf('me') };
		return this.call('POST /api/v4/posts/schedule', [], { ...options, json });
	}

	/** By team id; those of direct channels under `directChannels` when asked for. */
	list(teamId: string, params?: { includeDirectChannels?: boolean }, options?: RequestOptions) {
		return this.call('GET /api/v4/posts/scheduled/team/{team_id}', [teamId], { ...options, params: { ...params } });
	}

	/** Replaces the whole scheduled post. */
	update(post: Partial<ScheduledPost> & { id: string }, options?: RequestOptions) {
		return this.call('PUT /api/v4/posts/schedule/{scheduled_post_id}', [post.id], { ...options, json: post });
	}

	delete(scheduledPostId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/posts/schedule/{scheduled_post_id}', [scheduledPostId], options);
	}
}
