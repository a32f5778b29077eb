import { userWith } from '../accounts.ts';
import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { newId } from '../ids.ts';
import { demand, mayInSystem, mayInTeam } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { checkTeam, createTeam, teamView, teamWith, updateTeam } from '../teams.ts';
import type { Team } from '../world/teams.ts';

export const teamRoutes: readonly Route[] = [
	route('POST /api/v4/teams', (call) => {
		const fields = call.fields('team');
		demand.system(call, 'create_team');
		const team = createTeam(call.site, call.user, {
			name: fields.string('name'),
			display_name: fields.string('display_name'),
			type: fields.string('type'),
			description: fields.string('description'),
			email: fields.string('email'),
			allow_open_invite: fields.boolean('allow_open_invite'),
			company_name: fields.string('company_name'),
			allowed_domains: fields.string('allowed_domains'),
		});
		return created(teamView(team));
	}),
	route('GET /api/v4/teams', (call) => {
		const teams = visible(call);
		const { from, to } = call.page();
		const page = teams.slice(from, to).map((team) => seen(call, team));
		return call.flag('include_total_count') ? { teams: page, total_count: teams.length } : page;
	}),
	route('POST /api/v4/teams/search', search),
	route('GET /api/v4/teams/name/{team_name}', (call) => {
		const team = call.world.teams.named(call.params.team_name);
		if (!team) {
			throw new AppError(404, 'app.team.get_by_name.missing.app_error', 'Unable to find the existing team.');
		}
		demandSight(call, team);
		return seen(call, team);
	}),
	route('GET /api/v4/teams/name/{team_name}/exists', (call) => ({
		exists: call.world.teams.named(call.params.team_name) !== undefined,
	})),
	route(
		'GET /api/v4/teams/invite/{invite_id}',
		(call) => {
			const team = call.world.teams.invitedBy(call.params.invite_id);
			if (!team)
				throw new AppError(404, 'app.team.get_by_invite_id.finding.app_error', 'Unable to find the existing team.');
			const { id, name, display_name, description } = team;
			return { id, name, display_name, description };
		},
		{ open: true },
	),
	route('GET /api/v4/teams/{team_id}', (call) => {
		const team = teamWith(call.site, call.params.team_id);
		demandSight(call, team);
		return seen(call, team);
	}),
	route('PUT /api/v4/teams/{team_id}', (call) => {
		const fields = call.fields('team');
		if (fields.string('id') !== call.params.team_id) throw invalidBody('id');
		return patch(call, 'team');
	}),
	route('PUT /api/v4/teams/{team_id}/patch', (call) => patch(call, 'team')),
	route('DELETE /api/v4/teams/{team_id}', (call) => {
		const team = teamWith(call.site, call.params.team_id);
		demand.team(call, team.id, 'manage_team');
		updateTeam(call.site, team, { delete_at: call.now }, 'delete_team');
		return ok;
	}),
	route('POST /api/v4/teams/{team_id}/restore', (call) => {
		const team = teamWith(call.site, call.params.team_id);
		demand.team(call, team.id, 'manage_team');
		updateTeam(call.site, team, { delete_at: 0 }, 'restore_team');
		return teamView(team);
	}),
	route('PUT /api/v4/teams/{team_id}/privacy', (call) => {
		const team = teamWith(call.site, call.params.team_id);
		const privacy = call.fields('privacy').string('privacy');
		if (privacy !== 'O' && privacy !== 'I') throw invalidBody('privacy');
		demand.team(call, team.id, 'manage_team');
		updateTeam(call.site, team, { type: privacy, allow_open_invite: privacy === 'O', invite_id: newId() });
		return teamView(team);
	}),
	route('POST /api/v4/teams/{team_id}/regenerate_invite_id', (call) => {
		const team = teamWith(call.site, call.params.team_id);
		demand.team(call, team.id, 'manage_team');
		updateTeam(call.site, team, { invite_id: newId() });
		return teamView(team);
	}),
	route('GET /api/v4/teams/{team_id}/stats', (call) => {
		demand.team(call, call.params.team_id, 'view_team');
		const members = [...call.world.teams.membersOf(call.params.team_id)];
		const active = members.filter(({ user_id }) => call.world.users.get(user_id)?.delete_at === 0);
		return {
			team_id: call.params.team_id,
			total_member_count: members.length,
			active_member_count: active.length,
		};
	}),
	route('GET /api/v4/users/{user_id}/teams', (call) => {
		if (call.params.user_id !== call.user.id) demand.system(call, 'manage_system');
		const teams = call.world.teams.ofUser(userWith(call.site, call.params.user_id).id);
		return teams.sort(byDisplayName).map((team) => seen(call, team));
	}),
];

const byDisplayName = (a: Team, b: Team) => (a.display_name.toLowerCase() < b.display_name.toLowerCase() ? -1 : 1);

const maySee = ({ site, user }: Call, team: Team) =>
	mayInTeam(site, user.id, team.id, 'view_team') ||
	(team.allow_open_invite && team.type === 'O' && mayInSystem(site, user.id, 'list_public_teams'));

function demandSight(call: Call, team: Team): void {
	if (!maySee(call, team)) throw forbidden();
}

/** Mail and invitation are for those who manage the team, the latter also for those who may invite. */
function seen(call: Call, team: Team): object {
	const view = teamView(team);
	if (!mayInTeam(call.site, call.user.id, team.id, 'manage_team')) view.email = '';
	if (!mayInTeam(call.site, call.user.id, team.id, 'invite_user')) view.invite_id = '';
	return view;
}

/** All for an administrator, open ones for others. */
function visible(call: Call): Team[] {
	const all = [...call.world.teams.table.values()].filter((team) => team.delete_at === 0).sort(byDisplayName);
	if (mayInSystem(call.site, call.user.id, 'list_private_teams')) return all;
	return all.filter((team) => team.allow_open_invite);
}

function search(call: Call): object {
	const fields = call.fields('team_search');
	const term = fields.string('term').toLowerCase();
	const found = visible(call)
		.filter((team) => team.name.includes(term) || team.display_name.toLowerCase().includes(term))
		.map((team) => seen(call, team));
	if (!fields.has('page') && !fields.has('per_page')) return found;
	const size = fields.number('per_page') || 100;
	const from = fields.number('page') * size;
	return { teams: found.slice(from, from + size), total_count: found.length };
}

function patch(call: Call<'team_id'>, what: string): object {
	const team = teamWith(call.site, call.params.team_id);
	demand.team(call, team.id, 'manage_team');
	const fields = call.fields(what);
	const changes: Partial<Team> = {};
	for (const key of ['display_name', 'description', 'company_name', 'allowed_domains'] as const) {
		const value = fields.optional(key);
		if (value !== undefined) changes[key] = value;
	}
	if (fields.has('allow_open_invite')) changes.allow_open_invite = fields.boolean('allow_open_invite');
	if (fields.has('group_constrained')) changes.group_constrained = fields.boolean('group_constrained');
	checkTeam({ ...team, ...changes });
	updateTeam(call.site, team, changes);
	return teamView(team);
}
