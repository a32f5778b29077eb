import type { Call } from '../call.ts';
import { demand } from '../permissions.ts';
import type { Site } from '../site.ts';
import type { User } from '../world/users.ts';

export interface UserFilter {
	readonly teamId?: string;
	readonly notInTeamId?: string;
	readonly channelId?: string;
	readonly notInChannelId?: string;
	readonly withoutTeam?: boolean;
	/** Deactivated ones too. */
	readonly inactive?: boolean;
	readonly limit: number;
}

/** Users one of whose names (or whose e-mail, where that is shown) begins with the term. */
export function searchUsers(site: Site, term: string, filter: UserFilter): User[] {
	const wanted = term.toLowerCase().replace(/^@/, '');
	const found: User[] = [];
	for (const user of site.world.users.all()) {
		if (found.length === filter.limit) break;
		if (passes(site, user, filter) && answersTo(site, user, wanted)) found.push(user);
	}
	return found;
}

function answersTo({ settings }: Site, user: User, term: string): boolean {
	const names = [user.username, user.nickname];
	if (settings.showFullName) names.push(user.first_name, user.last_name, `${user.first_name} ${user.last_name}`);
	if (settings.showEmailAddress) names.push(user.email);
	return names.some((name) => name.toLowerCase().startsWith(term));
}

function passes({ world: { teams, channels } }: Site, user: User, filter: UserFilter): boolean {
	if (user.delete_at > 0 && !filter.inactive) return false;
	if (filter.teamId && !teams.isMember(filter.teamId, user.id)) return false;
	if (filter.notInTeamId && teams.isMember(filter.notInTeamId, user.id)) return false;
	if (filter.channelId && !channels.isMember(filter.channelId, user.id)) return false;
	if (filter.notInChannelId && channels.isMember(filter.notInChannelId, user.id)) return false;
	return !(filter.withoutTeam && teams.membershipsOf(user.id).size > 0);
}

/** The filters of `GET /users`, each with the right that it needs. */
export function channelFilter(call: Call): (user: User) => boolean {
	const inTeam = call.asked('in_team');
	const notInTeam = call.asked('not_in_team');
	const inChannel = call.asked('in_channel');
	const notInChannel = call.asked('not_in_channel');
	const withoutTeam = call.flag('without_team');
	for (const id of [inTeam, notInTeam]) if (id) demand.team(call, id, 'view_team');
	for (const id of [inChannel, notInChannel]) if (id) demand.channel(call, id, 'read_channel');
	if (withoutTeam) demand.system(call, 'list_users_without_team');
	const filter = {
		teamId: inTeam,
		notInTeamId: notInTeam,
		channelId: inChannel,
		notInChannelId: notInChannel,
		withoutTeam,
	};
	const role = call.asked('role');
	const active = call.flag('active');
	const inactive = call.flag('inactive');
	return (user) => {
		if (!passes(call.site, user, { ...filter, inactive: true, limit: 0 })) return false;
		if (active && user.delete_at > 0) return false;
		if (inactive && user.delete_at === 0) return false;
		return role === '' || user.roles.split(' ').includes(role);
	};
}
