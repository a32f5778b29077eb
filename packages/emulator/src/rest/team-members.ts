import { userWith } from '../accounts.ts';
import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { Fields } from '../fields.ts';
import { demand, mayInSystem } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import {
	joinTeam,
	leaveTeam,
	noSuchTeamMember,
	schemeRoles,
	setTeamRoles,
	teamMemberView,
	teamRoles,
	teamWith,
} from '../teams.ts';
import type { Team, TeamMember } from '../world/teams.ts';

/** Members added by one request at most. */
const batchLimit = 256;

export const teamMemberRoutes: readonly Route[] = [
	route('GET /api/v4/teams/{team_id}/members', (call) => {
		demand.team(call, call.params.team_id, 'view_team');
		const { from, to } = call.page();
		return sorted(call.world.teams.membersOf(call.params.team_id)).slice(from, to).map(teamMemberView);
	}),
	route('POST /api/v4/teams/{team_id}/members', (call) => {
		const fields = call.fields('team_member');
		const team = teamWith(call.site, call.params.team_id);
		if (fields.string('team_id') !== team.id) throw invalidBody('team_id');
		const userId = fields.string('user_id');
		if (userId.length !== 26) throw invalidBody('user_id');
		return created(teamMemberView(add(call, team, userId)));
	}),
	route('POST /api/v4/teams/{team_id}/members/batch', (call) => {
		const team = teamWith(call.site, call.params.team_id);
		const list = call.json('members');
		if (!Array.isArray(list) || list.length === 0) throw invalidBody('members');
		if (list.length > batchLimit) {
			throw new AppError(400, 'api.team.add_members.too_many.app_error', 'Too many members to add at once.');
		}
		const graceful = call.flag('graceful');
		const results = list.map((item: unknown) => {
			const fields = new Fields(item, 'members');
			if (fields.string('team_id') !== team.id) throw invalidBody('team_id');
			const user_id = fields.string('user_id');
			try {
				return { user_id, member: teamMemberView(add(call, team, user_id)), error: null };
			} catch (error) {
				if (!graceful || !(error instanceof AppError)) throw error;
				return { user_id, member: null, error };
			}
		});
		return created(graceful ? results : results.map(({ member }) => member));
	}),
	route('POST /api/v4/teams/members/invite', (call) => {
		const team = call.world.teams.invitedBy(call.asked('invite_id'));
		if (!team)
			throw new AppError(404, 'app.team.get_by_invite_id.finding.app_error', 'Unable to find the existing team.');
		return created(teamMemberView(joinTeam(call.site, team, call.user)));
	}),
	route('POST /api/v4/teams/{team_id}/members/ids', (call) => {
		demand.team(call, call.params.team_id, 'view_team');
		return call.strings('user_ids').flatMap((id) => {
			const member = call.world.teams.member(call.params.team_id, id);
			return member?.delete_at === 0 ? [teamMemberView(member)] : [];
		});
	}),
	route('GET /api/v4/teams/{team_id}/members/{user_id}', (call) => {
		demand.team(call, call.params.team_id, 'view_team');
		return teamMemberView(memberOf(call));
	}),
	route('DELETE /api/v4/teams/{team_id}/members/{user_id}', (call) => {
		if (call.params.user_id !== call.user.id) demand.team(call, call.params.team_id, 'remove_user_from_team');
		const team = teamWith(call.site, call.params.team_id);
		leaveTeam(call.site, team, userWith(call.site, call.params.user_id), call.user);
		return ok;
	}),
	route('PUT /api/v4/teams/{team_id}/members/{user_id}/roles', (call) => {
		const roles = teamRoles(call.fields('roles').string('roles'));
		demand.team(call, call.params.team_id, 'manage_team_roles');
		setTeamRoles(call.site, memberOf(call), roles);
		return ok;
	}),
	route('PUT /api/v4/teams/{team_id}/members/{user_id}/schemeRoles', (call) => {
		const fields = call.fields('scheme_roles');
		demand.team(call, call.params.team_id, 'manage_team_roles');
		setTeamRoles(
			call.site,
			memberOf(call),
			schemeRoles('team', fields.boolean('scheme_user'), fields.boolean('scheme_admin')),
		);
		return ok;
	}),
	route('GET /api/v4/users/{user_id}/teams/members', (call) => {
		if (call.params.user_id !== call.user.id) demand.system(call, 'read_other_users_teams');
		return [...call.world.teams.membershipsOf(call.params.user_id)].map(teamMemberView);
	}),
	route('GET /api/v4/users/{user_id}/teams/unread', (call) => {
		demand.user(call, call.params.user_id);
		const without = call.asked('exclude_team');
		const teams = call.world.teams.ofUser(call.params.user_id).filter((team) => team.id !== without);
		return teams.map((team) => unread(call, team));
	}),
	route('GET /api/v4/users/{user_id}/teams/{team_id}/unread', (call) => {
		demand.user(call, call.params.user_id);
		demand.team(call, call.params.team_id, 'view_team');
		return unread(call, teamWith(call.site, call.params.team_id));
	}),
];

const sorted = (members: ReadonlySet<TeamMember>) => [...members].sort((a, b) => (a.user_id < b.user_id ? -1 : 1));

function memberOf(call: Call<'team_id' | 'user_id'>): TeamMember {
	const member = call.world.teams.member(call.params.team_id, call.params.user_id);
	if (member?.delete_at !== 0) throw noSuchTeamMember();
	return member;
}

function add(call: Call, team: Team, userId: string): TeamMember {
	if (userId === call.user.id) {
		// By themselves only where the team is open to all.
		const isOpen = team.type === 'O' && team.allow_open_invite;
		if (!mayInSystem(call.site, userId, isOpen ? 'join_public_teams' : 'join_private_teams')) throw forbidden();
	} else demand.team(call, team.id, 'add_user_to_team');
	const user = userWith(call.site, userId);
	if (user.delete_at > 0) {
		throw new AppError(403, 'api.team.add_user_to_team.deactivated.app_error', 'The user is deactivated.');
	}
	return joinTeam(call.site, team, user);
}

function unread({ world, params }: Call<'user_id'>, team: Team): object {
	const sum = { msg_count: 0, mention_count: 0, mention_count_root: 0, msg_count_root: 0 };
	for (const member of world.channels.membershipsOf(params.user_id)) {
		const channel = world.channels.get(member.channel_id);
		if (channel?.team_id !== team.id || channel.delete_at > 0) continue;
		sum.mention_count += member.mention_count;
		sum.mention_count_root += member.mention_count_root;
		if (member.notify_props.mark_unread === 'mention') continue;
		sum.msg_count += Math.max(channel.total_msg_count - member.msg_count, 0);
		sum.msg_count_root += Math.max(channel.total_msg_count_root - member.msg_count_root, 0);
	}
	return { team_id: team.id, ...sum, thread_count: 0, thread_mention_count: 0, thread_urgent_mention_count: 0 };
}
