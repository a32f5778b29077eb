// Groups that decide who is in a team or a channel.
import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { channelWith } from '../channels.ts';
import { AppError, invalidUrl } from '../errors.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { teamWith } from '../teams.ts';
import type { Group, GroupSyncable } from '../world/groups.ts';
import { demandLicense, groupWith, view } from './groups.ts';

type LinkCall = Call<'group_id' | 'syncable_type' | 'syncable_id'>;

export const groupLinkRoutes: readonly Route[] = [
	route('POST /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/link', (call) => {
		const { group, type, syncable_id } = linked(call);
		const fields = call.fields('groupSyncable');
		const { syncables } = call.world.groups;
		const words = { auto_add: fields.boolean('auto_add'), scheme_admin: fields.boolean('scheme_admin') };
		const before = syncables.get(`${group.id} ${type} ${syncable_id}`);
		const link = before
			? syncables.update(before, { ...words, delete_at: 0, update_at: call.now })
			: syncables.insert({
					group_id: group.id,
					type,
					syncable_id,
					...words,
					create_at: call.now,
					update_at: call.now,
					delete_at: 0,
				});
		tell(call, link, 'received_group_associated_to');
		return created(linkView(call, link));
	}),

	route('DELETE /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/link', (call) => {
		const { group, type, syncable_id } = linked(call);
		const link = found(call, group, type, syncable_id);
		call.world.groups.syncables.update(link, { delete_at: call.now, update_at: call.now });
		tell(call, link, 'received_group_not_associated_to');
		return ok;
	}),

	route('PUT /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/patch', (call) => {
		const { group, type, syncable_id } = linked(call);
		const link = found(call, group, type, syncable_id);
		const fields = call.fields('groupSyncable');
		call.world.groups.syncables.update(link, {
			auto_add: fields.has('auto_add') ? fields.boolean('auto_add') : link.auto_add,
			scheme_admin: fields.has('scheme_admin') ? fields.boolean('scheme_admin') : link.scheme_admin,
			update_at: call.now,
		});
		return linkView(call, link);
	}),

	route('GET /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}', (call) => {
		demand.system(call, 'manage_system');
		const group = groupWith(call);
		return linkView(call, found(call, group, typeOf(call.params.syncable_type), call.params.syncable_id));
	}),

	route('GET /api/v4/groups/{group_id}/{syncable_type}', (call) => {
		demand.system(call, 'manage_system');
		const group = groupWith(call);
		const type = typeOf(call.params.syncable_type);
		return [...call.world.groups.syncables.values()]
			.filter((link) => link.group_id === group.id && link.type === type && link.delete_at === 0)
			.map((link) => linkView(call, link));
	}),

	route('GET /api/v4/teams/{team_id}/groups', (call) => {
		demandLicense(call);
		demand.team(call, call.params.team_id, 'view_team');
		return listed(call, call.world.groups.linkedTo('teams', call.params.team_id));
	}),

	route('GET /api/v4/channels/{channel_id}/groups', (call) => {
		demandLicense(call);
		demand.channel(call, call.params.channel_id, 'read_channel');
		return listed(call, call.world.groups.linkedTo('channels', call.params.channel_id));
	}),

	route('GET /api/v4/teams/{team_id}/groups_by_channels', (call) => {
		demandLicense(call);
		demand.team(call, call.params.team_id, 'view_team');
		const groups = [...call.world.channels.ofTeam(call.params.team_id)].flatMap(({ id }) => {
			const linkedHere = call.world.groups.linkedTo('channels', id).filter(({ delete_at }) => delete_at === 0);
			return linkedHere.length === 0 ? [] : [[id, linkedHere.map((group) => view(call, group))] as const];
		});
		return { groups: Object.fromEntries(groups) };
	}),
];

function typeOf(text: string): 'teams' | 'channels' {
	if (text === 'teams' || text === 'channels') return text;
	throw invalidUrl('syncable_type');
}

function linked(call: LinkCall): { group: Group; type: 'teams' | 'channels'; syncable_id: string } {
	const { syncable_type, syncable_id } = call.params;
	const type = typeOf(syncable_type);
	const group = groupWith(call);
	if (type === 'teams') demand.team(call, teamWith(call.site, syncable_id).id, 'manage_team');
	else {
		const channel = channelWith(call.site, syncable_id);
		demand.channel(
			call,
			channel.id,
			channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members',
		);
	}
	return { group, type, syncable_id };
}

function found({ world }: Call, group: Group, type: string, id: string): GroupSyncable {
	const link = world.groups.syncable(group.id, type, id);
	if (!link) throw new AppError(404, 'app.group.no_rows', 'No matching group found.');
	return link;
}

function tell({ hub }: Call, { group_id, type, syncable_id }: GroupSyncable, event: string): void {
	if (type === 'teams') hub.publish(`${event}_team`, { group_id }, { team_id: syncable_id });
	else hub.publish(`${event}_channel`, { group_id }, { channel_id: syncable_id });
}

function linkView({ world }: Call, { type, syncable_id, ...rest }: GroupSyncable): object {
	const name = type === 'teams' ? 'team' : 'channel';
	const display_name = world[type].get(syncable_id)?.display_name ?? '';
	return { ...rest, [`${name}_id`]: syncable_id, [`${name}_display_name`]: display_name };
}

function listed(call: Call, groups: readonly Group[]): object {
	const word = call.asked('q').toLowerCase();
	const matching = groups
		.filter((group) => group.delete_at === 0 && (!call.flag('filter_allow_reference') || group.allow_reference))
		.filter(({ name, display_name }) => [name, display_name].some((text) => text.toLowerCase().includes(word)));
	const { from, to } = call.page();
	const page = call.flag('paginate') ? matching.slice(from, to) : matching;
	return {
		groups: page.map((group) => view(call, group, call.flag('include_member_count'))),
		total_group_count: matching.length,
	};
}
