import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden } from '../errors.ts';
import { fileJson } from '../files/file-json.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Draft } from '../world/drafts.ts';
import { otherConnections } from './other-connections.ts';

export const draftRoutes: readonly Route[] = [
	route('POST /api/v4/drafts', (call) => {
		const fields = call.fields('draft');
		const channelId = fields.string('channel_id');
		demand.channel(call, channelId, 'create_post');
		const { user, now, world } = call;
		const key = { user_id: user.id, channel_id: channelId, root_id: fields.string('root_id') };
		const words = {
			update_at: now,
			message: fields.string('message'),
			props: fields.record('props'),
			file_ids: fields.strings('file_ids'),
			priority: fields.has('priority') ? fields.record('priority') : null,
		};
		const before = world.drafts.get(key);
		// Who empties a draft throws it away.
		if (words.message === '' && words.file_ids.length === 0) {
			const empty = { ...key, create_at: before?.create_at ?? now, ...words };
			if (before) remove(call, before);
			return created(view(call, empty));
		}
		const draft = before
			? world.drafts.table.update(before, words)
			: world.drafts.table.insert({ ...key, create_at: now, ...words });
		publish(call, 'draft_created', draft);
		return created(view(call, draft));
	}),

	route('GET /api/v4/users/{user_id}/teams/{team_id}/drafts', (call) => {
		const { user, world, params } = call;
		if (params.user_id !== user.id) throw forbidden();
		demand.team(call, params.team_id, 'view_team');
		const isHere = ({ channel_id }: Draft) => {
			const channel = world.channels.get(channel_id);
			const inTeam = channel?.team_id === '' || channel?.team_id === params.team_id;
			return inTeam && channel.delete_at === 0 && world.channels.isMember(channel_id, user.id);
		};
		return world.drafts
			.ofUser(user.id)
			.filter(isHere)
			.map((draft) => view(call, draft));
	}),

	route('DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts', (call) =>
		deleteDraft(call, call.params.user_id, call.params.channel_id, ''),
	),

	route('DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts/{thread_id}', (call) =>
		deleteDraft(call, call.params.user_id, call.params.channel_id, call.params.thread_id),
	),
];

function deleteDraft(call: Call, userId: string, channelId: string, rootId: string): object {
	if (userId !== call.user.id) throw forbidden();
	const draft = call.world.drafts.get({ user_id: userId, channel_id: channelId, root_id: rootId });
	if (!draft) throw new AppError(404, 'app.draft.get.app_error', 'Unable to get the draft.');
	remove(call, draft);
	return ok;
}

function remove(call: Call, draft: Draft): void {
	call.world.drafts.table.delete(draft);
	publish(call, 'draft_deleted', draft);
}

function publish(call: Call, event: 'draft_created' | 'draft_deleted', draft: Draft): void {
	const to = { user_id: draft.user_id, channel_id: draft.channel_id, ...otherConnections(call) };
	call.hub.publish(event, { draft: JSON.stringify(view(call, draft)) }, to);
}

function view({ world }: Call, draft: Draft): object {
	const files = draft.file_ids.flatMap((id) => world.files.get(id) ?? []);
	return {
		create_at: draft.create_at,
		update_at: draft.update_at,
		delete_at: 0,
		user_id: draft.user_id,
		channel_id: draft.channel_id,
		root_id: draft.root_id,
		message: draft.message,
		type: '',
		props: draft.props,
		file_ids: draft.file_ids,
		metadata: files.length === 0 ? {} : { files: files.map(fileJson) },
		...(draft.priority === null ? {} : { priority: draft.priority }),
	};
}
