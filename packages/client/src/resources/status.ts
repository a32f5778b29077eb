import type { RequestOptions } from '@matterkit/http';
import type { UserCustomStatus } from '@mattermost/types/users';
import { Resource } from './resource.ts';

export type Availability = 'online' | 'away' | 'dnd' | 'offline';

/** Who is online, and the line beside a name. */
export class Status extends Resource {
	get(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/status', [userId], options);
	}

	getByIds(userIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/users/status/ids', [], { ...options, json: userIds });
	}

	/** `dnd_end_time` in seconds since 1970. */
	async set(userId: string, status: Availability, params?: { dnd_end_time?: number }, options?: RequestOptions) {
		const json = { ...params, user_id: await this.connection.userIdOf(userId), status };
		return this.call('PUT /api/v4/users/{user_id}/status', [userId], { ...options, json });
	}

	setCustom(
		userId: string,
		status: Partial<Omit<UserCustomStatus, 'duration'>> & { duration?: string },
		options?: RequestOptions,
	) {
		return this.call('PUT /api/v4/users/{user_id}/status/custom', [userId], { ...options, json: status });
	}

	clearCustom(userId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/users/{user_id}/status/custom', [userId], options);
	}

	forgetRecentCustom(userId: string, status: { emoji: string; text: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/status/custom/recent/delete', [userId], {
			...options,
			json: status,
		});
	}
}
