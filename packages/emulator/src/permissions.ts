// Who may do what: permissions of roles, and the roles somebody has in the system, in a team, in a channel.
import { forbidden } from './errors.ts';
import { type Permission, permissionsOf } from './roles.ts';
import type { World } from './world/world.ts';

interface Known {
	readonly world: World;
}

const granted = (roles: string, permission: Permission) =>
	roles.split(' ').some((role) => permissionsOf(role).has(permission));

/** May the user do this anywhere? */
export function mayInSystem({ world }: Known, userId: string, permission: Permission): boolean {
	const user = world.users.get(userId);
	return user !== undefined && granted(user.roles, permission);
}

/** …in this team, by a role there or in the system? */
export function mayInTeam(site: Known, userId: string, teamId: string, permission: Permission): boolean {
	const member = site.world.teams.member(teamId, userId);
	if (member && member.delete_at === 0 && granted(member.roles, permission)) return true;
	return mayInSystem(site, userId, permission);
}

/** …in this channel, by a role there, in its team or in the system? An unknown channel: only by a role in the system. */
export function mayInChannel(site: Known, userId: string, channelId: string, permission: Permission): boolean {
	const member = site.world.channels.member(channelId, userId);
	if (member && granted(member.roles, permission)) return true;
	const channel = site.world.channels.get(channelId);
	if (channel?.team_id) return mayInTeam(site, userId, channel.team_id, permission);
	return mayInSystem(site, userId, permission);
}

interface Caller {
	readonly site: Known;
	readonly user: { readonly id: string };
}

/** The same, refusing with 403 `api.context.permissions.app_error`. */
export const demand = {
	system({ site, user }: Caller, permission: Permission): void {
		if (!mayInSystem(site, user.id, permission)) throw forbidden();
	},
	team({ site, user }: Caller, teamId: string, permission: Permission): void {
		if (!mayInTeam(site, user.id, teamId, permission)) throw forbidden();
	},
	channel({ site, user }: Caller, channelId: string, permission: Permission): void {
		if (!mayInChannel(site, user.id, channelId, permission)) throw forbidden();
	},
	/** The caller is that user, or may act for every user. */
	user({ site, user }: Caller, userId: string): void {
		if (user.id !== userId && !mayInSystem(site, user.id, 'edit_other_users')) throw forbidden();
	},
};

export const isSystemAdmin = (site: Known, userId: string) => mayInSystem(site, userId, 'manage_system');
