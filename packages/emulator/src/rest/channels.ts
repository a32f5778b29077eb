import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { directChannel, groupChannel } from '../channel-membership.ts';
import {
	archiveChannel,
	channelView,
	channelWith,
	convertChannel,
	createChannel,
	patchChannel,
	restoreChannel,
} from '../channels.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { demand, mayInChannel, mayInSystem, mayInTeam } from '../permissions.ts';
import type { Permission } from '../roles.ts';
import { type Route, route } from '../router.ts';
import type { Channel } from '../world/channels.ts';

export const channelRoutes: readonly Route[] = [
	route('POST /api/v4/channels', (call) => {
		const fields = call.fields('channel');
		const given = {
			team_id: fields.required('team_id'),
			name: fields.string('name'),
			display_name: fields.string('display_name'),
			type: fields.string('type'),
			purpose: fields.string('purpose'),
			header: fields.string('header'),
		};
		demand.team(call, given.team_id, given.type === 'P' ? 'create_private_channel' : 'create_public_channel');
		return created(channelView(createChannel(call.site, call.user, given)));
	}),
	route('POST /api/v4/channels/direct', direct),
	route('POST /api/v4/channels/group', group),
	route('GET /api/v4/channels/{channel_id}', (call) => {
		const channel = channelWith(call.site, call.params.channel_id);
		demandSight(call, channel);
		return channelView(channel);
	}),
	route('PUT /api/v4/channels/{channel_id}', (call) => {
		if (call.fields('channel').string('id') !== call.params.channel_id) throw invalidBody('channel_id');
		return patch(call);
	}),
	route('PUT /api/v4/channels/{channel_id}/patch', patch),
	route('PUT /api/v4/channels/{channel_id}/privacy', (call) => {
		const channel = channelWith(call.site, call.params.channel_id);
		const privacy = call.fields('privacy').string('privacy');
		if (privacy !== 'O' && privacy !== 'P') throw invalidBody('privacy');
		demand.channel(
			call,
			channel.id,
			privacy === 'P' ? 'convert_public_channel_to_private' : 'convert_private_channel_to_public',
		);
		convertChannel(call.site, channel, call.user, privacy);
		return channelView(channel);
	}),
	route('DELETE /api/v4/channels/{channel_id}', (call) => {
		const channel = channelWith(call.site, call.params.channel_id);
		if (channel.type === 'D' || channel.type === 'G') {
			throw new AppError(
				400,
				'api.channel.delete_channel.type.invalid',
				'Unable to delete direct or group message channels.',
			);
		}
		demand.channel(call, channel.id, channel.type === 'O' ? 'delete_public_channel' : 'delete_private_channel');
		archiveChannel(call.site, channel, call.user);
		return ok;
	}),
	route('POST /api/v4/channels/{channel_id}/restore', (call) => {
		const channel = channelWith(call.site, call.params.channel_id);
		demand.team(call, channel.team_id, 'manage_team');
		restoreChannel(call.site, channel, call.user);
		return channelView(channel);
	}),
	route('GET /api/v4/channels/{channel_id}/stats', stats),
	route('POST /api/v4/channels/stats/member_count', (call) => {
		const ids = call.strings('channel_ids');
		for (const id of ids) demand.channel(call, id, 'read_channel');
		return Object.fromEntries(ids.map((id) => [id, call.world.channels.membersOf(id).size]));
	}),
	route('GET /api/v4/channels/{channel_id}/timezones', (call) => {
		demand.channel(call, call.params.channel_id, 'read_channel');
		const zones = new Set<string>();
		for (const { user_id } of call.world.channels.membersOf(call.params.channel_id)) {
			const timezone = call.world.users.get(user_id)?.timezone ?? {};
			const zone = timezone.useAutomaticTimezone === 'true' ? timezone.automaticTimezone : timezone.manualTimezone;
			if (zone) zones.add(zone);
		}
		return [...zones].sort();
	}),
];

/** Public channels of one's teams may be looked at without being a member. */
export function maySee({ site, user }: Call, channel: Channel): boolean {
	if (mayInChannel(site, user.id, channel.id, 'read_channel')) return true;
	return channel.type === 'O' && mayInTeam(site, user.id, channel.team_id, 'read_public_channel');
}

export function demandSight(call: Call, channel: Channel): void {
	if (!maySee(call, channel)) throw forbidden();
}

function direct(call: Call): unknown {
	const ids = call.strings('user_ids');
	if (ids.length > 2) throw invalidBody('user_ids');
	demand.system(call, 'create_direct_channel');
	const [first = '', second = first] = ids;
	// One id: the caller with that user; the caller's own: the channel of notes to oneself.
	const pair = ids.length === 1 ? [call.user.id, first] : [first, second];
	const users = pair.map((id) => call.world.users.get(id));
	if (!pair.includes(call.user.id) && !mayInSystem(call.site, call.user.id, 'manage_system')) throw forbidden();
	const [one, other] = users;
	if (!one || !other) {
		throw new AppError(
			400,
			'api.channel.create_direct_channel.invalid_user.app_error',
			'Invalid user ID for direct channel creation.',
		);
	}
	const creator = one.id === call.user.id ? one : other;
	return created(channelView(directChannel(call.site, creator, creator === one ? other : one)));
}

function group(call: Call): unknown {
	const ids = new Set(call.strings('user_ids'));
	demand.system(call, 'create_group_channel');
	ids.add(call.user.id);
	if (ids.size < 3 || ids.size > 8) {
		throw new AppError(
			400,
			'api.channel.create_group.bad_size.app_error',
			'Group message channels must contain at least 3 and no more than 8 users.',
		);
	}
	const users = [...ids].map((id) => call.world.users.get(id));
	if (users.some((user) => !user)) {
		throw new AppError(400, 'api.channel.create_group.bad_user.app_error', 'One of the provided users does not exist.');
	}
	return created(
		channelView(
			groupChannel(
				call.site,
				users.filter((user) => user !== undefined),
			),
		),
	);
}

function patch(call: Call<'channel_id'>): object {
	const channel = channelWith(call.site, call.params.channel_id);
	const permission: Permission =
		channel.type === 'O' ? 'manage_public_channel_properties' : 'manage_private_channel_properties';
	if (channel.type === 'D' || channel.type === 'G') demand.channel(call, channel.id, 'read_channel');
	else demand.channel(call, channel.id, permission);
	return patchChannel(call.site, channel, call.user, call.fields('channel'));
}

function stats(call: Call<'channel_id'>): object {
	const channel = channelWith(call.site, call.params.channel_id);
	demand.channel(call, channel.id, 'read_channel');
	let files = 0;
	if (!call.flag('exclude_files_count')) {
		for (const file of call.world.files.table.values()) {
			if (file.channel_id === channel.id && file.post_id !== '' && file.delete_at === 0) files++;
		}
	}
	return {
		channel_id: channel.id,
		member_count: call.world.channels.membersOf(channel.id).size,
		guest_count: 0,
		pinnedpost_count: call.world.posts.pinnedIn(channel.id).size,
		files_count: files,
	};
}
