import type { Call } from '../call.ts';
import { channelView } from '../channels.ts';
import { AppError } from '../errors.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { version } from '../version.ts';
import { byDisplayName, type Channel } from '../world/channels.ts';
import { demandSight, maySee } from './channels.ts';

export const channelListRoutes: readonly Route[] = [
	route('GET /api/v4/channels', (call) => {
		demand.system(call, 'sysconsole_read_user_management_channels');
		const all = inTeams(call).filter((channel) => channel.delete_at === 0 || call.flag('include_deleted'));
		const { from, to } = call.page();
		const page = all.slice(from, to).map((channel) => withTeam(call, channel));
		return call.flag('include_total_count') ? { channels: page, total_count: all.length } : page;
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
