// Making teams, joining and leaving them.
import { dropMember, insertMember, joined, newChannel } from './channel-membership.ts';
import { AppError, invalidBody } from './errors.ts';
import { newId } from './ids.ts';
import { systemPost } from './posting.ts';
import type { Site } from './site.ts';
import type { Team, TeamMember } from './world/teams.ts';
import type { User } from './world/users.ts';

/** @param sanitized without what only those who manage the team (or invite to it) see */
export function teamView(team: Team, sanitized = false): Record<string, unknown> {
	return {
		id: team.id,
		create_at: team.create_at,
		update_at: team.update_at,
		delete_at: team.delete_at,
		display_name: team.display_name,
		name: team.name,
		description: team.description,
		email: sanitized ? '' : team.email,
		type: team.type,
		company_name: team.company_name,
		allowed_domains: team.allowed_domains,
		invite_id: sanitized ? '' : team.invite_id,
		allow_open_invite: team.allow_open_invite,
		...(team.last_team_icon_update > 0 ? { last_team_icon_update: team.last_team_icon_update } : {}),
		scheme_id: team.scheme_id,
		group_constrained: team.group_constrained,
		policy_id: null,
		cloud_limits_archived: false,
	};
}

export const teamMemberView = ({ create_at: _, ...member }: TeamMember) => member;

export const noSuchTeam = () => new AppError(404, 'app.team.get.find.app_error', 'Unable to find the existing team.');

export const noSuchTeamMember = () =>
	new AppError(404, 'app.team.get_member.missing.app_error', 'No team member found for that user ID and team ID.');

export function teamWith(site: Site, id: string): Team {
	const team = site.world.teams.get(id);
	if (!team) throw noSuchTeam();
	return team;
}

export interface NewTeam {
	readonly name: string;
	readonly display_name: string;
	readonly type: string;
	readonly description?: string;
	readonly allow_open_invite?: boolean;
	readonly email?: string;
	readonly company_name?: string;
	readonly allowed_domains?: string;
}

const reservedNames = new Set([
	'admin',
	'api',
	'channel',
	'error',
	'files',
	'help',
	'landing',
	'login',
	'oauth',
	'plug',
	'plugins',
	'post',
	'signup',
	'boards',
	'playbooks',
]);

export function checkTeam({ name, display_name, type, description = '' }: NewTeam): void {
	if (name === '') throw new AppError(400, 'model.team.is_valid.name.app_error', 'Invalid name.');
	if (display_name === '' || display_name.length > 64) {
		throw new AppError(400, 'model.team.is_valid.name.app_error', 'Invalid name.');
	}
	if (name.length > 64) throw new AppError(400, 'model.team.is_valid.url.app_error', 'Invalid URL Identifier.');
	if (reservedNames.has(name)) {
		throw new AppError(400, 'model.team.is_valid.reserved.app_error', 'This URL is unavailable. Please try another.');
	}
	if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/.test(name)) {
		throw new AppError(
			400,
			'model.team.is_valid.characters.app_error',
			'Name must be 2 or more lowercase alphanumeric characters.',
		);
	}
	if (type !== 'O' && type !== 'I') throw new AppError(400, 'model.team.is_valid.type.app_error', 'Invalid type.');
	if (description.length > 255)
		throw new AppError(400, 'model.team.is_valid.description.app_error', 'Invalid description.');
}

export function createTeam(site: Site, creator: User, given: NewTeam): Team {
	checkTeam(given);
	if (site.world.teams.named(given.name)) {
		throw new AppError(400, 'store.sql_team.save_team.existing.app_error', 'A team with this URL already exists.');
	}
	const now = site.clock.now();
	const team = site.world.teams.table.insert({
		id: newId(),
		create_at: now,
		update_at: now,
		delete_at: 0,
		display_name: given.display_name,
		name: given.name,
		description: given.description ?? '',
		email: given.email || creator.email,
		type: given.type === 'I' ? 'I' : 'O',
		company_name: given.company_name ?? '',
		allowed_domains: given.allowed_domains ?? '',
		invite_id: newId(),
		allow_open_invite: given.allow_open_invite ?? false,
		scheme_id: null,
		group_constrained: null,
		last_team_icon_update: 0,
	});
	newChannel(site, { type: 'O', team_id: team.id, name: 'town-square', display_name: 'Town Square' });
	newChannel(site, { type: 'O', team_id: team.id, name: 'off-topic', display_name: 'Off-Topic' });
	joinTeam(site, team, creator, { isAdmin: true });
	return team;
}

/** Who is in already stays as they are. Whoever it was that added the user, the posts say that the user joined. */
export function joinTeam(site: Site, team: Team, user: User, { isAdmin = false } = {}): TeamMember {
	const { teams } = site.world;
	const before = teams.member(team.id, user.id);
	if (before?.delete_at === 0) return before;
	if (teams.membersOf(team.id).size >= site.settings.maxUsersPerTeam) {
		throw new AppError(400, 'api.user.create_user.team_full', 'Team is full.');
	}
	const roles = isAdmin ? 'team_user team_admin' : 'team_user';
	let member: TeamMember;
	if (before) member = teams.members.update(before, { delete_at: 0, roles, scheme_admin: isAdmin });
	else {
		member = teams.members.insert({
			team_id: team.id,
			user_id: user.id,
			roles,
			delete_at: 0,
			scheme_guest: false,
			scheme_user: true,
			scheme_admin: isAdmin,
			explicit_roles: '',
			create_at: site.clock.now(),
		});
	}
	const { username } = user;
	const data = { team_id: team.id, user_id: user.id };
	const townSquare = site.world.channels.named(team.id, 'town-square');
	if (townSquare) {
		insertMember(site, townSquare, user.id, isAdmin);
		const message = `${username} joined the team.`;
		systemPost(site, townSquare, user.id, { type: 'system_join_team', message, props: { username } });
		site.hub.publish('user_added', data, { channel_id: townSquare.id });
	}
	const offTopic = site.world.channels.named(team.id, 'off-topic');
	if (offTopic && offTopic.delete_at === 0) {
		// Recorded: the user does not see this post, so the membership counts only after it.
		systemPost(site, offTopic, user.id, joined(user));
		insertMember(site, offTopic, user.id, isAdmin);
		site.hub.publish('user_added', data, { channel_id: offTopic.id });
	}
	// Recorded: twice.
	site.hub.publish('added_to_team', data, { user_id: user.id });
	site.hub.publish('added_to_team', data, { user_id: user.id });
	site.world.users.table.update(user, { update_at: site.clock.now() });
	return member;
}

export function leaveTeam(site: Site, team: Team, user: User, by: User): void {
	const { teams, channels } = site.world;
	const member = teams.member(team.id, user.id);
	if (member?.delete_at !== 0) throw noSuchTeamMember();
	const { username } = user;
	const townSquare = channels.named(team.id, 'town-square');
	if (townSquare) {
		const left = by.id === user.id;
		systemPost(site, townSquare, user.id, {
			type: left ? 'system_leave_team' : 'system_remove_from_team',
			message: left ? `${username} left the team.` : `${username} removed from the team.`,
			props: { username },
		});
	}
	for (const membership of [...channels.membershipsOf(user.id)]) {
		const channel = channels.get(membership.channel_id);
		if (channel?.team_id === team.id) dropMember(site, channel, membership);
	}
	const data = { team_id: team.id, user_id: user.id };
	site.hub.publish('leave_team', data, { team_id: team.id, omit_users: { [user.id]: true } });
	site.hub.publish('leave_team', data, { user_id: user.id });
	teams.members.update(member, { delete_at: site.clock.now(), roles: '' });
	site.world.users.table.update(user, { update_at: site.clock.now() });
}

type TeamEvent = 'update_team' | 'delete_team' | 'restore_team';

export function updateTeam(site: Site, team: Team, changes: Partial<Team>, event: TeamEvent = 'update_team'): void {
	site.world.teams.table.update(team, { ...changes, update_at: site.clock.now() });
	site.hub.publish(event, { team: JSON.stringify(teamView(team, true)) }, { team_id: team.id });
}

/** Roles as they are set: 'team_user team_admin' in any order. */
export function teamRoles(roles: string): {
	readonly scheme_user: boolean;
	readonly scheme_admin: boolean;
	readonly roles: string;
} {
	const names = roles.split(' ').filter((role) => role !== '');
	if (!names.every((role) => role === 'team_user' || role === 'team_admin')) throw invalidBody('team_member_roles');
	return schemeRoles('team', names.includes('team_user'), names.includes('team_admin'));
}

export function schemeRoles(where: 'team' | 'channel', isUser: boolean, isAdmin: boolean) {
	const roles = [...(isUser ? [`${where}_user`] : []), ...(isAdmin ? [`${where}_admin`] : [])].join(' ');
	return { scheme_user: isUser, scheme_admin: isAdmin, roles };
}

export function setTeamRoles(site: Site, member: TeamMember, roles: ReturnType<typeof schemeRoles>): void {
	site.world.teams.members.update(member, roles);
	const view = JSON.stringify(teamMemberView(member));
	site.hub.publish('memberrole_updated', { member: view }, { user_id: member.user_id });
}
