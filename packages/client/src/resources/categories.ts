import type { RequestOptions } from '@matterkit/http';
import type { ChannelCategory } from '@mattermost/types/channel_categories';
import { Resource } from './resource.ts';

/** The groups of channels in a user's sidebar, by team. */
export class Categories extends Resource {
	list(userId: string, teamId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/teams/{team_id}/channels/categories', [userId, teamId], options);
	}

	get(userId: string, teamId: string, categoryId: string, options?: RequestOptions) {
		return this.call(
			'GET /api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}',
			[userId, teamId, categoryId],
			options,
		);
	}

	create(
		userId: string,
		teamId: string,
		category: Partial<ChannelCategory> & { display_name: string },
		options?: RequestOptions,
	) {
		const json = { ...category, user_id: userId, team_id: teamId };
		return this.call('POST /api/v4/users/{user_id}/teams/{team_id}/channels/categories', [userId, teamId], {
			...options,
			json,
		});
	}

	/** Replaces the whole category. */
	update(userId: string, teamId: string, category: ChannelCategory, options?: RequestOptions) {
		const path = [userId, teamId, category.id] as const;
		return this.call('PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}', path, {
			...options,
			json: category,
		});
	}

	updateMany(userId: string, teamId: string, categories: readonly ChannelCategory[], options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories', [userId, teamId], {
			...options,
			json: categories,
		});
	}

	delete(userId: string, teamId: string, categoryId: string, options?: RequestOptions) {
		return this.call(
			'DELETE /api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}',
			[userId, teamId, categoryId],
			options,
		);
	}

	getOrder(userId: string, teamId: string, options?: RequestOptions) {
		return this.call(
			'GET /api/v4/users/{user_id}/teams/{team_id}/channels/categories/order',
			[userId, teamId],
			options,
		);
	}

	setOrder(userId: string, teamId: string, categoryIds: readonly string[], options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories/order', [userId, teamId], {
			...options,
			json: categoryIds,
		});
	}
}
