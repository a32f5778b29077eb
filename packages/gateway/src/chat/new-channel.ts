import { isApiError } from '@matterkit/client';
import type { Viewer } from '../access/viewer.ts';
import { makeOnce } from '../make-once.ts';
import { looksLikeId } from '../mattermost-id.ts';
import { RefusedError } from '../refused-error.ts';
import { orUndo } from '../undo.ts';
import type { ChannelFacts } from './channels.ts';
import { discardChannel } from './discard-channel.ts';

interface NewChannel {
	readonly team_id: string;
	readonly name: string;
	readonly display_name: string;
	readonly type: 'O' | 'P';
}

/** Mattermost gives so many memberships at once. */
const mostMembers = 256;

/**
 * Ids of members of the team, who are named by username (with or without @) or id.
 * @throws RefusedError in the reference's words when one of them is not in the team.
 */
export async function idsOfMembers(
	viewer: Viewer,
	teamId: string,
	names: readonly (string | null | undefined)[],
): Promise<readonly string[]> {
	const wanted = [...new Set(names.map((name) => name?.trim().replace(/^@/, '') ?? ''))];
	if (wanted.length === 0) return [];
	if (wanted.length > mostMembers) throw new RefusedError(`At most ${mostMembers} members at once.`, 'BAD_USER_INPUT');
	const invalid = () => new RefusedError('Members are not valid.', 'BAD_USER_INPUT');
	if (wanted.includes('')) throw invalid();
	const ids = wanted.filter(looksLikeId);
	const usernames = wanted.filter((name) => !looksLikeId(name));
	const named = usernames.length > 0 ? await viewer.mattermost((mm) => mm.users.byUsernames(usernames)) : [];
	if (named.length < usernames.length) throw invalid();
	const userIds = [...new Set([...ids, ...named.map(({ id }) => id)])];
	const members = await viewer.mattermost((mm) => mm.teams.getMembersByIds(teamId, userIds));
	if (members.filter(({ delete_at }) => delete_at === 0).length < userIds.length) throw invalid();
	return userIds;
}

/** All or nothing: a channel whose members could not all be added is archived, under another name, so that its name is free again. */
export async function createChannel(
	viewer: Viewer,
	channel: NewChannel,
	memberIds: readonly string[],
): Promise<ChannelFacts> {
	const made = await createEmpty(viewer, channel);
	return orUndo(
		async () => {
			for (const memberId of memberIds) await viewer.mattermost((mm) => mm.channels.addMember(made.id, memberId));
			return made;
		},
		() => viewer.mattermost((mm) => discardChannel(mm, made.id)),
	);
}

async function createEmpty(viewer: Viewer, channel: NewChannel): Promise<ChannelFacts> {
	try {
		return await makeOnce({
			find: async () => viewer.mattermost((mm) => mm.channels.getByName(channel.team_id, channel.name)),
			make: async () => viewer.mattermost((mm) => mm.channels.create(channel)),
			isOurs: ({ creator_id }) => creator_id === viewer.userId,
			taken: nameTaken,
		});
	} catch (error) {
		throw isApiError(error) && error.code === nameTakenCode ? nameTaken() : error;
	}
}

const nameTakenCode = 'store.sql_channel.save_channel.exists.app_error';
const nameTaken = () => new RefusedError('Channel is already exist.', 'CONFLICT');
