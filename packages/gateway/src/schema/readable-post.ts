import type { Access } from '../access/access.ts';
import type { Viewer } from '../access/viewer.ts';
import type { PostFacts } from '../chat/message.ts';
import type { Messages } from '../chat/messages.ts';
import { RefusedError } from '../refused-error.ts';

export interface ReadableParts {
	readonly access: Access;
	readonly messages: Messages;
}

/** @throws RefusedError it is not there, or in no channel of the team that the viewer is a member of */
export async function readablePost(
	{ access, messages }: ReadableParts,
	viewer: Viewer,
	id: string,
): Promise<PostFacts> {
	const post = await messages.one(viewer, id);
	await requireMember(access, viewer, post.channel_id);
	return post;
}

/** Mattermost shows messages of public channels to all of the team, and of all one's teams; here they are as the channel itself is. */
export async function requireMember(access: Access, viewer: Viewer, channelId: string | undefined): Promise<void> {
	if (channelId !== undefined && (await access.mayRead(viewer, channelId))) return;
	throw new RefusedError('Message not found.', 'NOT_FOUND');
}
