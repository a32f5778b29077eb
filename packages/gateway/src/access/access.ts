// Who may hear a channel: its members. Asked of Mattermost with the viewer's own token, remembered, and forgotten when an event says so.
import { isNotFoundError, isPermissionError } from '@matterkit/client';
import type { Channel, Channels } from '../chat/channels.ts';
import { Lru } from '../lru.ts';
import { RefusedError } from '../refused-error.ts';
import type { Viewer } from './viewer.ts';

/**
 * Where no open event stream tells of changes, a membership is believed for this long, in milliseconds. Mattermost itself checks the
 * viewer's token at each read and write of a private channel whatever is remembered here.
 */
const believedFor = 30_000;

/** Members of one channel that are remembered at a time. */
const mostMembers = 10_000;

/** Ends of memberships that are remembered at a time, for askings that are under way. */
const mostEnds = 1_000;

export interface Asking {
	readonly at: number;
	/** How many memberships had ended by then. */
	readonly ended: number;
}

/** Without a user: perhaps of anyone in the channel. */
interface End {
	readonly channelId: string;
	readonly userId?: string;
}

export class Access {
	readonly #channels: Channels;
	/** By channel: members, and when it was asked whether they are. */
	#members = new Lru<Map<string, number>>({ entries: 20_000, weight: 20_000 });
	/** The latest of the ends that were heard of, in order. What was asked before the first of them is not believed. */
	#ends: End[] = [];
	/** How many came before those. */
	#endsBefore = 0;

	constructor(channels: Channels) {
		this.#channels = channels;
	}

	/** To be taken before Mattermost is asked: what it answers may be from then, and a membership may have ended meanwhile. */
	asking(): Asking {
		return { at: Date.now(), ended: this.#endsBefore + this.#ends.length };
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

	/** The same for what is in a channel: whether it is of the team, not archived, and the viewer a member of it. */
	async mayRead(viewer: Viewer, channelId: string): Promise<boolean> {
		return (await this.#channels.find(channelId)) !== null && this.isMember(viewer, channelId);
	}

	/** @param heardSince since when this node hears of the ends of memberships; what was asked before is not believed */
	async isMember(viewer: Viewer, channelId: string, heardSince = 0): Promise<boolean> {
		const askedAt = this.#members.get(channelId)?.get(viewer.userId) ?? 0;
		if (askedAt > Math.max(heardSince, Date.now() - believedFor)) return true;
		for (;;) {
			const asked = this.asking();
			try {
				await viewer.mattermost((mm) => mm.channels.getMember(channelId, viewer.userId));
			} catch (error) {
				if (isNotFoundError(error) || isPermissionError(error)) return false;
				throw error;
			}
			if (this.remember(channelId, viewer.userId, asked)) return true;
		}
	}

	/** Those of whom Mattermost said so lately. */
	knownMembers(channelId: string): readonly string[] {
		const since = Date.now() - believedFor;
		const members = this.#members.get(channelId) ?? [];
		return [...members].flatMap(([userId, askedAt]) => (askedAt > since ? [userId] : []));
	}

	/** Mattermost said that they are a member. Returns whether that is believed. */
	remember(channelId: string, userId: string, { at, ended }: Asking): boolean {
		if (this.#mayHaveEnded(channelId, userId, ended)) return false;
		let members = this.#members.get(channelId);
		if (!members || members.size >= mostMembers) {
			members = new Map();
			this.#members.set(channelId, members, 1);
		}
		members.set(userId, at);
		return true;
	}

	forget(channelId: string, userId: string): void {
		this.#end({ channelId, userId });
		this.#members.get(channelId)?.delete(userId);
	}

	/** Of one channel, or of all: somebody may have lost theirs, nobody knows who. */
	forgetAll(channelId?: string): void {
		if (channelId === undefined) {
			this.#endsBefore += this.#ends.length + 1;
			this.#ends = [];
			this.#members = new Lru({ entries: 20_000, weight: 20_000 });
		} else {
			this.#end({ channelId });
			this.#members.delete(channelId);
		}
	}

	#end(end: End): void {
		this.#ends.push(end);
		if (this.#ends.length > mostEnds) this.#endsBefore += this.#ends.splice(0, mostEnds / 2).length;
	}

	/** Whether this membership may have ended after `ended` others. */
	#mayHaveEnded(channelId: string, userId: string, ended: number): boolean {
		if (ended < this.#endsBefore) return true;
		return this.#ends
			.slice(ended - this.#endsBefore)
			.some((end) => end.channelId === channelId && (end.userId === undefined || end.userId === userId));
	}
}

/** The reference's words. */
export const channelNotFound = () => new RefusedError('Channel identifier not found.', 'NOT_FOUND');
