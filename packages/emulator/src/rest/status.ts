import { updateUser, userWith } from '../accounts.ts';
import { ok } from '../answer.ts';
import { invalidBody, invalidUrl } from '../errors.ts';
import { isId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { setStatus, statusOf } from '../status.ts';
import type { Status, StatusName } from '../world/statuses.ts';

const settable = new Set<string>(['online', 'away', 'dnd', 'offline']);

export const statusRoutes: readonly Route[] = [
	route('GET /api/v4/users/{user_id}/status', (call) =>
		view(statusOf(call.site, userWith(call.site, call.params.user_id).id)),
	),
	route('POST /api/v4/users/status/ids', (call) => {
		const ids = call.strings('user_ids');
		for (const id of ids) if (!isId(id)) throw invalidUrl('user_ids');
		return [...new Set(ids)]
			.filter((id) => call.world.users.get(id))
			.sort()
			.map((id) => view(statusOf(call.site, id)));
	}),
	route('PUT /api/v4/users/{user_id}/status', (call) => {
		const fields = call.fields('status');
		demand.user(call, call.params.user_id);
		const user = userWith(call.site, call.params.user_id);
		if (fields.string('user_id') !== user.id) throw invalidBody('user_id');
		const name = fields.string('status');
		if (!settable.has(name)) throw invalidBody('status');
		const before = statusOf(call.site, user.id);
		const changes = {
			status: name as StatusName,
			manual: name !== 'online',
			dnd_end_time: name === 'dnd' ? fields.number('dnd_end_time') : 0,
			before: before.status,
			...(name === 'online' ? { last_activity_at: call.now } : {}),
		};
		return view(setStatus(call.site, user.id, changes));
	}),
	route('PUT /api/v4/users/{user_id}/status/custom', (call) => {
		demand.user(call, call.params.user_id);
		const user = userWith(call.site, call.params.user_id);
		const fields = call.fields('custom_status');
		const emoji = fields.string('emoji');
		const text = fields.string('text');
		if ((emoji === '' && text === '') || [...text].length > 100) throw invalidBody('custom_status');
		const status = { emoji, text, duration: fields.string('duration'), expires_at: fields.string('expires_at') };
		const earlier = JSON.parse(user.props.recentCustomStatuses ?? '[]') as { text: string }[];
		const recent = [status, ...earlier.filter((old) => old.text !== text)].slice(0, 5);
		const props = { ...user.props, customStatus: JSON.stringify(status), recentCustomStatuses: JSON.stringify(recent) };
		updateUser(call.site, user, { props });
		return ok;
	}),
	route('DELETE /api/v4/users/{user_id}/status/custom', (call) => {
		demand.user(call, call.params.user_id);
		const user = userWith(call.site, call.params.user_id);
		updateUser(call.site, user, { props: { ...user.props, customStatus: '' } });
		return ok;
	}),
];

const view = ({ before: _, ...status }: Status) => status;
