import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { Fields } from '../fields.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Preference } from '../world/preferences.ts';

export const preferenceRoutes: readonly Route[] = [
	route('GET /api/v4/users/{user_id}/preferences', (call) => {
		demand.user(call, call.params.user_id);
		return call.world.preferences.ofUser(call.params.user_id);
	}),
	route('GET /api/v4/users/{user_id}/preferences/{category}', (call) => {
		demand.user(call, call.params.user_id);
		const found = call.world.preferences
			.ofUser(call.params.user_id)
			.filter((preference) => preference.category === call.params.category);
		if (found.length === 0) throw missing();
		return found;
	}),
	route('GET /api/v4/users/{user_id}/preferences/{category}/name/{preference_name}', (call) => {
		demand.user(call, call.params.user_id);
		const { user_id, category, preference_name } = call.params;
		const preference = call.world.preferences.get(user_id, category, preference_name);
		if (!preference) throw missing();
		return preference;
	}),
	route('PUT /api/v4/users/{user_id}/preferences', (call) => {
		const preferences = sent(call);
		for (const preference of preferences) call.world.preferences.set(preference);
		publish(call, 'preferences_changed', preferences);
		return ok;
	}),
	route('POST /api/v4/users/{user_id}/preferences/delete', (call) => {
		const preferences = sent(call);
		for (const { user_id, category, name } of preferences) {
			const row = call.world.preferences.get(user_id, category, name);
			if (row) call.world.preferences.table.delete(row);
		}
		publish(call, 'preferences_deleted', preferences);
		return ok;
	}),
];

const missing = () =>
	new AppError(400, 'app.preference.get.app_error', 'We encountered an error while finding preferences.');

function sent(call: Call<'user_id'>): Preference[] {
	demand.user(call, call.params.user_id);
	const list = call.json('preferences');
	if (!Array.isArray(list) || list.length === 0 || list.length > 100) throw invalidBody('preferences');
	return list.map((item: unknown) => {
		const fields = new Fields(item, 'preferences');
		if (fields.string('user_id') !== call.params.user_id) throw forbidden();
		const [category, name] = [fields.string('category'), fields.string('name')];
		if (category === '' || category.length > 32)
			throw new AppError(400, 'model.preference.is_valid.category.app_error', 'Invalid category.');
		if (name.length > 32) throw new AppError(400, 'model.preference.is_valid.name.app_error', 'Invalid name.');
		return { user_id: call.params.user_id, category, name, value: fields.string('value') };
	});
}

function publish(call: Call<'user_id'>, event: string, preferences: readonly Preference[]): void {
	const to = { user_id: call.params.user_id };
	// Any preference may have moved a channel in the sidebar.
	call.hub.publish('sidebar_category_updated', {}, to);
	call.hub.publish(event, { preferences: JSON.stringify(preferences) }, to);
}
