import { isApiError } from '@matterkit/client';
import { looksLikeId } from '../mattermost-id.ts';
import { RefusedError } from '../refused-error.ts';
import { orUndo } from '../undo.ts';
import type { Viewer } from '../viewer.ts';
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

/** Where the answer was lost, a channel of the viewer that was not there before is the one that was asked for. */
async function createEmpty(viewer: Viewer, channel: NewChannel): Promise<ChannelFacts> {
	const named = () => viewer.mattermost((mm) => mm.channels.getByName(channel.team_id, channel.name));
	if (await named()) throw nameTaken();
	try {
		return await viewer.mattermost((mm) => mm.channels.create(channel));
	} catch (error) {
		// Mattermost that does not answer a second time either: the first error says it.
		const found = mayHaveActed(error) ? await named().catch(() => null) : null;
		if (found?.creator_id === viewer.userId) return found;
		throw isApiError(error) && error.code === nameTakenCode ? nameTaken() : error;
	}
}

/** A proxy may say 503 of what Mattermost did; the client asks again then, and is told that the name is taken. */
function mayHaveActed(error: unknown): boolean {
	const isFirstWord = isApiError(error) && error.code !== undefined && error.attempts <= 1;
	return !isFirstWord;
}

const nameTakenCode = 'store.sql_channel.save_channel.exists.app_error';
const nameTaken = () => new RefusedError('Channel is already exist.', 'CONFLICT');
