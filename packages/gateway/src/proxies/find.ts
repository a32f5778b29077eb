// Users, teams and channels by id or name.
import type { Mattermost } from '@matterkit/client';
import { looksLikeId } from '../mattermost-id.ts';
import { orNull } from '../or-null.ts';
import { ProxyError } from './proxy-error.ts';

/** @throws ProxyError there is no such user */
export async function findUser(mm: Mattermost, identifier: string) {
	const name = identifier.replace(/^@/, '');
	const byId = looksLikeId(name) ? await orNull(mm.users.getById(name)) : null;
	const user = byId ?? (await mm.users.getByUsername(refuseEmpty(name, 'user')));
	if (!user) throw new ProxyError(`There is no user "${identifier}".`);
	return user;
}

/** @throws ProxyError there is no such team */
export async function findTeam(mm: Mattermost, identifier: string) {
	const byId = looksLikeId(identifier) ? await orNull(mm.teams.getById(identifier)) : null;
	const team = byId ?? (await mm.teams.getByName(refuseEmpty(identifier, 'team')));
	if (!team) throw new ProxyError(`There is no team "${identifier}".`);
	return team;
}

/** @throws ProxyError there is no such channel, or it is in another team */
export async function findChannel(mm: Mattermost, teamId: string, identifier: string) {
	const byId = looksLikeId(identifier) ? await orNull(mm.channels.getById(identifier)) : null;
	const channel = byId ?? (await mm.channels.getByName(teamId, refuseEmpty(identifier, 'channel')));
	// A direct channel is in no team.
	if (!channel || (channel.team_id !== '' && channel.team_id !== teamId)) {
		throw new ProxyError(`There is no channel "${identifier}" in this team.`);
	}
	return channel;
}

function refuseEmpty(identifier: string, what: string): string {
	if (identifier.trim() === '') throw new ProxyError(`The ${what}'s identifier is empty.`);
	return identifier;
}
