// Small things about the site as a whole.

import { updateUser, userWith } from '../accounts.ts';
import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { invalidBody } from '../errors.ts';
import { publishTyping } from '../hub/actions.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';

const onboarding = 'FirstAdminSetupComplete';

export const siteRoutes: readonly Route[] = [
	route('GET /api/v4/system/timezones', () => Intl.supportedValuesOf('timeZone')),

	route('GET /api/v4/system/onboarding/complete', (call) => {
		demand.system(call, 'manage_system');
		return { name: onboarding, value: call.world.notes.get(onboarding)?.value ?? 'false' };
	}),
	route('POST /api/v4/system/onboarding/complete', (call) => {
		demand.system(call, 'manage_system');
		if (!call.world.notes.get(onboarding)) call.world.notes.insert({ name: onboarding, value: 'true' });
		return ok;
	}),

	route('POST /api/v4/users/{user_id}/typing', (call) => {
		const fields = call.fields('typingRequest');
		if (call.params.user_id !== call.user.id) demand.system(call, 'manage_system');
		const channelId = fields.string('channel_id');
		demand.channel(call, channelId, 'create_post');
		publishTyping(call.site, call.params.user_id, channelId, fields.string('parent_id'));
		return ok;
	}),

	route('DELETE /api/v4/users/{user_id}/status/custom/recent', forgetStatus),
	route('POST /api/v4/users/{user_id}/status/custom/recent/delete', forgetStatus),
];

function forgetStatus(call: Call<'user_id'>): object {
	demand.user(call, call.params.user_id);
	const user = userWith(call.site, call.params.user_id);
	const text = call.fields('recentCustomStatus').string('text');
	const recent = JSON.parse(user.props.recentCustomStatuses ?? '[]') as { text: string }[];
	if (!recent.some((status) => status.text === text)) throw invalidBody('recentCustomStatus');
	const kept = recent.filter((status) => status.text !== text);
	updateUser(call.site, user, { props: { ...user.props, recentCustomStatuses: JSON.stringify(kept) } });
	return ok;
}
