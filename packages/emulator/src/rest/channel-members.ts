import { userWith } from '../accounts.ts';
import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { joinChannel, leaveChannel, memberView, noSuchMember } from '../channel-membership.ts';
import { channelWith } from '../channels.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { isId } from '../ids.ts';
import { demand, mayInTeam } from '../permissions.ts';
import { publishViewed } from '../posting.ts';
import { type Route, route } from '../router.ts';
import { schemeRoles } from '../teams.ts';
import type { Channel, ChannelMember } from '../world/channels.ts';

/** Members added by one request at most. */
const batchLimit = 1_000;

export const channelMemberRoutes: readonly Route[] = [
	route('GET /api/v4/channels/{channel_id}/members', (call) => {
		demand.channel(call, call.params.channel_id, 'read_channel');
		const { from, to } = call.page();
		return sorted(call.world.channels.membersOf(call.params.channel_id)).slice(from, to).map(viewFor(call));
	}),
	route('POST /api/v4/channels/{channel_id}/members', add),
	route('POST /api/v4/channels/{channel_id}/members/ids', (call) => {
		demand.channel(call, call.params.channel_id, 'read_channel');
		const members = call
			.strings('user_ids')
			.flatMap((id) => call.world.channels.member(call.params.channel_id, id) ?? []);
		return members.map(viewFor(call));
	}),
	route('GET /api/v4/channels/{channel_id}/members/{user_id}', (call) => {
		// To look for somebody in a channel one need not be in it: an unknown member is told as such.
		const member = call.world.channels.member(call.params.channel_id, call.params.user_id);
		if (!member) {
			demandTeamOf(call);
			throw noSuchMember();
		}
		demand.channel(call, call.params.channel_id, 'read_channel');
		return memberView(member, call.user.id);
	}),
	route('DELETE /api/v4/channels/{channel_id}/members/{user_id}', remove),
	route('PUT /api/v4/channels/{channel_id}/members/{user_id}/roles', (call) => {
		const names = call.fields('roles').string('roles').split(' ');
		if (!names.every((role) => role === 'channel_user' || role === 'channel_admin')) throw invalidBody('roles');
		demand.channel(call, call.params.channel_id, 'manage_channel_roles');
		setRoles(call, names.includes('channel_user'), names.includes('channel_admin'));
		return ok;
	}),
	route('PUT /api/v4/channels/{channel_id}/members/{user_id}/schemeRoles', (call) => {
		const fields = call.fields('scheme_roles');
		demand.channel(call, call.params.channel_id, 'manage_channel_roles');
		setRoles(call, fields.boolean('scheme_user'), fields.boolean('scheme_admin'));
		return ok;
	}),
	route('PUT /api/v4/channels/{channel_id}/members/{user_id}/notify_props', (call) => {
		demand.user(call, call.params.user_id);
		const member = memberOf(call);
		const notify_props = { ...member.notify_props, ...props(call.fields('notify_props'), member) };
		call.world.channels.members.update(member, { notify_props, last_update_at: call.now });
		publishMember(call, member);
		return ok;
	}),
	route('POST /api/v4/channels/members/{user_id}/view', view),
	route('POST /api/v4/channels/members/{user_id}/mark_read', (call) => {
		demand.user(call, call.params.user_id);
		const times = markRead(call, call.params.user_id, call.strings('channel_ids'));
		return { status: 'OK', last_viewed_at_times: times };
	}),
	route('GET /api/v4/users/{user_id}/channels/{channel_id}/unread', (call) => {
		demand.user(call, call.params.user_id);
		demand.channel(call, call.params.channel_id, 'read_channel');
		const channel = channelWith(call.site, call.params.channel_id);
		const member = memberOf(call);
		return {
			team_id: channel.team_id,
			channel_id: channel.id,
			msg_count: Math.max(channel.total_msg_count - member.msg_count, 0),
			mention_count: member.mention_count,
			mention_count_root: member.mention_count_root,
			urgent_mention_count: member.urgent_mention_count,
			msg_count_root: Math.max(channel.total_msg_count_root - member.msg_count_root, 0),
		};
	}),
	route('GET /api/v4/users/{user_id}/teams/{team_id}/channels/members', (call) => {
		demand.user(call, call.params.user_id);
		demand.team(call, call.params.team_id, 'view_team');
		const inTeam = ({ channel_id }: ChannelMember) => {
			const team = call.world.channels.get(channel_id)?.team_id;
			return team === '' || team === call.params.team_id;
		};
		return [...call.world.channels.membershipsOf(call.params.user_id)].filter(inTeam).map(viewFor(call));
	}),
	route('GET /api/v4/users/{user_id}/channel_members', (call) => {
		demand.user(call, call.params.user_id);
		const { from, to } = call.page();
		return [...call.world.channels.membershipsOf(call.params.user_id)].slice(from, to).map(viewFor(call));
	}),
];

const sorted = (members: ReadonlySet<ChannelMember>) => [...members].sort((a, b) => (a.user_id < b.user_id ? -1 : 1));

const viewFor = (call: Call) => (member: ChannelMember) => memberView(member, call.user.id);

function memberOf(call: Call<'channel_id' | 'user_id'>): ChannelMember {
	const member = call.world.channels.member(call.params.channel_id, call.params.user_id);
	if (!member) throw noSuchMember();
	return member;
}

function demandTeamOf(call: Call<'channel_id'>): void {
	const channel = call.world.channels.get(call.params.channel_id);
	if (!channel?.team_id || !mayInTeam(call.site, call.user.id, channel.team_id, 'view_team')) throw forbidden();
}

function add(call: Call<'channel_id'>): unknown {
	const fields = call.fields('channel_member');
	const ids = fields.has('user_ids') ? fields.strings('user_ids') : [fields.string('user_id')];
	if (ids.length > batchLimit) {
		throw new AppError(
			400,
			'api.channel.add_members.max_members.app_error',
			`No more than ${batchLimit} members can be added at once.`,
		);
	}
	for (const id of ids) if (!isId(id)) throw invalidBody('user_id');
	const channel = channelWith(call.site, call.params.channel_id);
	if (channel.type === 'D' || channel.type === 'G') {
		throw new AppError(400, 'api.channel.add_user_to_channel.type.app_error', 'Can not add user to this channel type.');
	}
	demandAdding(call, channel, ids);
	const members = ids.map((id) =>
		memberView(joinChannel(call.site, channel, userWith(call.site, id), call.user), call.user.id),
	);
	return created(fields.has('user_ids') ? members : members[0]);
}

/** A public channel of their team users may join by themselves. */
function demandAdding(call: Call, channel: Channel, ids: readonly string[]): void {
	const isSelf = ids.every((id) => id === call.user.id);
	if (channel.type === 'O' && isSelf && mayInTeam(call.site, call.user.id, channel.team_id, 'join_public_channels'))
		return;
	demand.channel(
		call,
		channel.id,
		channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members',
	);
}

function remove(call: Call<'channel_id' | 'user_id'>): typeof ok {
	const channel = channelWith(call.site, call.params.channel_id);
	const user = userWith(call.site, call.params.user_id);
	if (channel.type === 'D' || channel.type === 'G') {
		throw new AppError(400, 'api.channel.remove_channel_member.type.app_error', 'Unable to remove user from channel.');
	}
	if (user.id !== call.user.id) {
		demand.channel(
			call,
			channel.id,
			channel.type === 'O' ? 'manage_public_channel_members' : 'manage_private_channel_members',
		);
	}
	leaveChannel(call.site, channel, user, call.user);
	return ok;
}

function setRoles(call: Call<'channel_id' | 'user_id'>, isUser: boolean, isAdmin: boolean): void {
	const member = memberOf(call);
	call.world.channels.members.update(member, { ...schemeRoles('channel', isUser, isAdmin), last_update_at: call.now });
	publishMember(call, member);
}

function publishMember({ hub }: Call, member: ChannelMember): void {
	const channelMember = JSON.stringify(memberView(member, member.user_id));
	hub.publish('channel_member_updated', { channelMember }, { user_id: member.user_id });
}

function props(fields: Fields, { notify_props }: ChannelMember): Record<string, string> {
	const changed: Record<string, string> = {};
	for (const key of Object.keys(notify_props)) {
		const value = fields.optional(key);
		if (value !== undefined) changed[key] = value;
	}
	return changed;
}

function view(call: Call<'user_id'>): object {
	demand.user(call, call.params.user_id);
	const fields = call.fields('channel_view');
	const channelId = fields.string('channel_id');
	if (channelId === '') return { status: 'OK', last_viewed_at_times: {} };
	const ids = [channelId, fields.string('prev_channel_id')].filter((id) => id !== '');
	return { status: 'OK', last_viewed_at_times: markRead(call, call.params.user_id, ids) };
}

function markRead(call: Call, userId: string, ids: readonly string[]): Record<string, number> {
	const times: Record<string, number> = {};
	const changed: string[] = [];
	for (const id of ids) {
		const channel = call.world.channels.get(id);
		const member = call.world.channels.member(id, userId);
		if (!channel || !member) continue;
		const last_viewed_at = Math.max(channel.last_post_at, member.last_viewed_at);
		times[id] = last_viewed_at;
		changed.push(id);
		call.world.channels.members.update(member, {
			last_viewed_at,
			last_update_at: last_viewed_at,
			msg_count: channel.total_msg_count,
			msg_count_root: channel.total_msg_count_root,
			mention_count: 0,
			mention_count_root: 0,
			urgent_mention_count: 0,
		});
	}
	if (changed.length > 0) publishViewed(call.site, userId, times);
	for (const id of changed) {
		call.hub.publish('thread_read_changed', { timestamp: call.now }, { user_id: userId, channel_id: id });
	}
	return times;
}
