// Who may hear a channel: its members. Asked of Mattermost with the viewer's own token, remembered, and forgotten when an event says so.
import { isNotFoundError, isPermissionError } from '@matterkit/client';
import type { Channel, Channels } from './chat/channels.ts';
import { Lru } from './lru.ts';
import { RefusedError } from './refused-error.ts';
import type { Viewer } from './viewer.ts';

/**
 * Where no open event stream tells of changes, a membership is believed for this long, in milliseconds. Mattermost itself checks the
 * viewer's token at each read and write of a private channel whatever is remembered here.
 */
const believedFor = 30_000;

export class Access {
	readonly #channels: Channels;
	readonly #members = new Lru<number>({ entries: 100_000, weight: 100_000 });

	constructor(channels: Channels) {
		this.#channels = channels;
	}

	/**
	 * The channel of that id or name, if the viewer is a member of it.
	 * @throws RefusedError the same for a channel that is not there and one that the viewer may not see.
	 */
	async channel(viewer: Viewer, identifier: string): Promise<Channel> {
		const channel = await this.#channels.find(identifier);
		if (!channel || !(await this.isMember(viewer, channel.id))) throw channelNotFound();
		return channel;
	}

	async isMember(viewer: Viewer, channelId: string): Promise<boolean> {
		if (this.isKnownMember(channelId, viewer.userId)) return true;
		try {
			await viewer.mattermost((mm) => mm.channels.getMember(channelId, viewer.userId));
		} catch (error) {
			if (isNotFoundError(error) || isPermissionError(error)) return false;
			throw error;
		}
		this.remember(channelId, viewer.userId);
		return true;
	}

	/** Without asking: whether Mattermost said so lately. */
	isKnownMember(channelId: string, userId: string): boolean {
		return (this.#members.get(key(channelId, userId)) ?? 0) > Date.now();
	}

	/** Mattermost just said that they are a member. */
	remember(channelId: string, userId: string): void {
		this.#members.set(key(channelId, userId), Date.now() + believedFor, 1);
	}

	forget(channelId: string, userId: string): void {
		this.#members.delete(key(channelId, userId));
	}
}

const key = (channelId: string, userId: string) => `${channelId}:${userId}`;

/** The reference's words. */
export const channelNotFound = () => new RefusedError('Channel identifier not found.', 'NOT_FOUND');
