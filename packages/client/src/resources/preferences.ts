import type { RequestOptions } from '@matterkit/http';
import type { PreferenceType } from '@mattermost/types/preferences';
import { Resource } from './resource.ts';

export class Preferences extends Resource {
	list(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/preferences', [userId], options);
	}

	listCategory(userId: string, category: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/preferences/{category}', [userId, category], options);
	}

	get(userId: string, category: string, name: string, options?: RequestOptions) {
		return this.call(
			'GET /api/v4/users/{user_id}/preferences/{category}/name/{preference_name}',
			[userId, category, name],
			options,
		);
	}

	save(userId: string, preferences: readonly PreferenceType[], options?: RequestOptions) {
		return this.call('PUT /api/v4/users/{user_id}/preferences', [userId], { ...options, json: preferences });
	}

	delete(userId: string, preferences: readonly PreferenceType[], options?: RequestOptions) {
		return this.call('POST /api/v4/users/{user_id}/preferences/delete', [userId], { ...options, json: preferences });
	}
}
