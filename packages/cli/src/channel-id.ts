import { isNotFoundError, type Mattermost } from '@matterkit/client';
import { UsageError } from './usage-error.ts';

/** Ids of Mattermost: 26 letters and digits. */
const id = /^[a-z0-9]{26}$/;

/**
 * The id of the channel that a person names: an id, `name`, `team/name`, or `@user` for a direct channel.
 * @throws UsageError when there is none.
 */
export async function channelIdOf(mm: Mattermost, name: string, team: string | undefined): Promise<string> {
	if (name.startsWith('@')) return directChannel(mm, name.slice(1));
	if (id.test(name)) {
		const channel = await unlessNotFound(mm.channels.getById(name));
		if (channel) return channel.id;
	}
	const [teamName, channelName] = name.includes('/') ? name.split('/', 2) : [team, name];
	const teamId = await teamIdOf(mm, teamName);
	const channel = channelName ? await mm.channels.getByName(teamId, channelName) : null;
	if (!channel) throw new UsageError(`there is no channel '${name}' that you can see`);
	return channel.id;
}

async function directChannel(mm: Mattermost, username: string): Promise<string> {
	const [me, user] = await Promise.all([mm.users.getMe(), mm.users.getByUsername(username)]);
	if (!user) throw new UsageError(`there is no user '@${username}'`);
	return (await mm.channels.createDirect([me.id, user.id])).id;
}

async function teamIdOf(mm: Mattermost, team: string | undefined): Promise<string> {
	const teams = await mm.teams.getForUser('me');
	const found = team ? teams.find((candidate) => candidate.id === team || candidate.name === team) : teams[0];
	if (team && !found) throw new UsageError(`you are in no team '${team}'`);
	if (!found) throw new UsageError('you are in no team');
	if (!team && teams.length > 1) {
		throw new UsageError(
			`you are in ${teams.length} teams: name one with --team (${teams.map(({ name }) => name).join(', ')})`,
		);
	}
	return found.id;
}

async function unlessNotFound<T>(promise: Promise<T>): Promise<T | null> {
	try {
		return await promise;
	} catch (error) {
		if (isNotFoundError(error)) return null;
		throw error;
	}
}
