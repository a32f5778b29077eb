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
import { version } from '../version.ts';
import { byDisplayName, type Channel } from '../world/channels.ts';

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
	route('GET /api/v4/channels', (call) => {
		demand.system(call, 'sysconsole_read_user_management_channels');
		const all = inTeams(call).filter((channel) => channel.delete_at === 0 || call.flag('include_deleted'));
		const { from, to } = call.page();
		const page = all.slice(from, to).map((channel) => withTeam(call, channel));
		return call.flag('include_total_count') ? { channels: page, total_count: all.length } : page;
	}),
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
	route('POST /api/v4/channels/search', (call) => {
		demand.system(call, 'sysconsole_read_user_management_channels');
		const fields = call.fields('channel_search');
		const found = inTeams(call).filter((channel) => answersTo(channel, fields.string('term')));
		const shown = found
			.filter((channel) => channel.delete_at === 0 || fields.boolean('include_deleted'))
			.map((channel) => withTeam(call, channel));
		if (!fields.has('page') || !fields.has('per_page')) return shown;
		const from = fields.number('page') * fields.number('per_page');
		return { channels: shown.slice(from, from + fields.number('per_page')), total_count: shown.length };
	}),
	route('POST /api/v4/channels/group/search', (call) => {
		const term = call.fields('term').string('term').toLowerCase();
		return mine(call, call.user.id)
			.filter((channel) => channel.type === 'G' && channel.display_name.toLowerCase().includes(term))
			.map(channelView);
	}),
	route('GET /api/v4/teams/{team_id}/channels', (call) => {
		demand.team(call, call.params.team_id, 'list_team_channels');
		const { from, to } = call.page();
		return publicOf(call).slice(from, to).map(channelView);
	}),
	route('GET /api/v4/teams/{team_id}/channels/private', (call) => {
		demand.system(call, 'manage_system');
		const { from, to } = call.page();
		return ofTeam(call)
			.filter((channel) => channel.type === 'P' && channel.delete_at === 0)
			.slice(from, to)
			.map(channelView);
	}),
	route('GET /api/v4/teams/{team_id}/channels/deleted', (call) => {
		demand.team(call, call.params.team_id, 'list_team_channels');
		const { from, to } = call.page();
		const archived = ofTeam(call).filter((channel) => channel.delete_at > 0 && maySee(call, channel));
		return archived.slice(from, to).map(channelView);
	}),
	route('POST /api/v4/teams/{team_id}/channels/ids', (call) => {
		const ids = new Set(call.strings('channel_ids'));
		demand.team(call, call.params.team_id, 'list_team_channels');
		return publicOf(call)
			.filter((channel) => ids.has(channel.id))
			.map(channelView);
	}),
	route('GET /api/v4/teams/{team_id}/channels/name/{channel_name}', (call) => named(call, call.params.team_id)),
	route('GET /api/v4/teams/name/{team_name}/channels/name/{channel_name}', (call) => {
		const team = call.world.teams.named(call.params.team_name);
		if (!team) throw new AppError(404, 'app.team.get_by_name.missing.app_error', 'Unable to find the existing team.');
		return named(call, team.id);
	}),
	route('POST /api/v4/teams/{team_id}/channels/search', (call) => {
		const term = call.fields('channel_search').string('term');
		demand.team(call, call.params.team_id, 'list_team_channels');
		return publicOf(call)
			.filter((channel) => answersTo(channel, term))
			.slice(0, 100)
			.map(channelView);
	}),
	route('GET /api/v4/teams/{team_id}/channels/autocomplete', autocomplete),
	route('GET /api/v4/teams/{team_id}/channels/search_autocomplete', autocomplete),
	route('GET /api/v4/users/{user_id}/channels', (call) => {
		demand.user(call, call.params.user_id);
		return mine(call, call.params.user_id)
			.sort((a, b) => (a.id < b.id ? -1 : 1))
			.map(channelView);
	}),
	route('GET /api/v4/users/{user_id}/teams/{team_id}/channels', (call) => {
		demand.user(call, call.params.user_id);
		demand.team(call, call.params.team_id, 'view_team');
		const channels = mine(call, call.params.user_id).filter(
			({ team_id }) => team_id === '' || team_id === call.params.team_id,
		);
		const changed = (channel: Channel) => Math.max(channel.update_at, channel.last_post_at, channel.extra_update_at);
		const newest = channels.reduce<Channel | undefined>((a, b) => (a && changed(a) >= changed(b) ? a : b), undefined);
		const etag = `${version}.${newest?.id ?? ''}.${newest ? changed(newest) : 0}.0.${channels.length}`;
		return call.tagged(etag, () => channels.sort(byDisplayName).map(channelView));
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

/** Channels of all teams: not the direct and group ones. */
const inTeams = ({ world }: Call) =>
	[...world.channels.table.values()].filter((channel) => channel.team_id !== '').sort(byDisplayName);

function withTeam({ world }: Call, channel: Channel): object {
	const team = world.teams.get(channel.team_id);
	return {
		...channelView(channel),
		team_display_name: team?.display_name ?? '',
		team_name: team?.name ?? '',
		team_update_at: team?.update_at ?? 0,
	};
}

const ofTeam = ({ world, params }: Call<'team_id'>) => [...world.channels.ofTeam(params.team_id)].sort(byDisplayName);

const publicOf = (call: Call<'team_id'>) =>
	ofTeam(call).filter((channel) => channel.type === 'O' && channel.delete_at === 0);

function mine(call: Call, userId: string): Channel[] {
	const include = call.flag('include_deleted');
	const channels: Channel[] = [];
	for (const member of call.world.channels.membershipsOf(userId)) {
		const channel = call.world.channels.get(member.channel_id);
		if (channel && (channel.delete_at === 0 || include)) channels.push(channel);
	}
	return channels;
}

function answersTo(channel: Channel, term: string): boolean {
	const wanted = term.toLowerCase();
	return [channel.name, channel.display_name, channel.purpose].some((text) => text.toLowerCase().includes(wanted));
}

function autocomplete(call: Call<'team_id'>): object[] {
	demand.team(call, call.params.team_id, 'list_team_channels');
	return ofTeam(call)
		.filter((channel) => maySee(call, channel) && channel.delete_at === 0 && answersTo(channel, call.asked('name')))
		.slice(0, 50)
		.map(channelView);
}

function named(call: Call<'channel_name'>, teamId: string): object {
	const channel = call.world.channels.named(teamId, call.params.channel_name);
	if (!channel || (channel.delete_at > 0 && !call.flag('include_deleted'))) {
		throw new AppError(404, 'app.channel.get_by_name.missing.app_error', 'Channel does not exist.');
	}
	demandSight(call, channel);
	return channelView(channel);
}
