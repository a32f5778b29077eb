import type { RequestOptions } from '@matterkit/http';
import type { BotPatch } from '@mattermost/types/bots';
import { type PageParams, Resource } from './resource.ts';

/** A bot's id is its user id. A server with default settings lets nobody make bots (403). */
export class Bots extends Resource {
	create(bot: { username: string; display_name?: string; description?: string }, options?: RequestOptions) {
		return this.call('POST /api/v4/bots', [], { ...options, json: bot });
	}

	list(params?: PageParams & { include_deleted?: boolean; only_orphaned?: boolean }, options?: RequestOptions) {
		return this.pages('GET /api/v4/bots', [], params, options);
	}

	get(botUserId: string, params?: { include_deleted?: boolean }, options?: RequestOptions) {
		return this.call('GET /api/v4/bots/{bot_user_id}', [botUserId], { ...options, params: { ...params } });
	}

	update(botUserId: string, fields: Partial<BotPatch>, options?: RequestOptions) {
		return this.call('PUT /api/v4/bots/{bot_user_id}', [botUserId], { ...options, json: fields });
	}

	disable(botUserId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/bots/{bot_user_id}/disable', [botUserId], options);
	}

	enable(botUserId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/bots/{bot_user_id}/enable', [botUserId], options);
	}

	/** Gives the bot to another owner. */
	assign(botUserId: string, userId: string, options?: RequestOptions) {
		return this.call('POST /api/v4/bots/{bot_user_id}/assign/{user_id}', [botUserId, userId], options);
	}

	convertToUser(
		botUserId: string,
		user: { email: string; password: string; username?: string },
		params?: { set_system_admin?: boolean },
		options?: RequestOptions,
	) {
		return this.call('POST /api/v4/bots/{bot_user_id}/convert_to_user', [botUserId], {
			...options,
			params: { ...params },
			json: user,
		});
	}
}
