// Those of this node who listen to one channel, and whether they still may.
import type { Access } from '../access/access.ts';
import type { Viewer } from '../access/viewer.ts';
import { deactivatedAmong } from '../access/viewer-check.ts';
import type { Entrance } from '../accounts/entrance.ts';
import type { Channels } from '../chat/channels.ts';
import { chunks } from '../chunks.ts';
import { within } from '../within.ts';

/** A subscription: its abort ends the operation at the client. */
export interface Listener {
	readonly viewer: Viewer;
	/** When they asked, by this machine's clock: they hear what was posted from then on. */
	readonly askedAt: number;
	readonly ends: AbortController;
}

export interface ChannelAudienceOptions {
	readonly channelId: string;
	readonly access: Access;
	readonly admin: Entrance;
	readonly channels: Channels;
	/** How long Mattermost has to say who may listen, in milliseconds. */
	readonly patience: number;
	/** Mattermost says that they are. What else they have open has to end as well. */
	readonly deactivated: (userIds: readonly string[]) => void;
	/** Why somebody was shut out who may be a member. */
	readonly unsure: (error: unknown) => void;
}

/** Members and users that Mattermost tells at once. */
const mostAtOnce = 1_000;

/** What a listener gets whose right to hear could not be looked up. */
export const couldNotCheck =
	'Mattermost did not say whether you may still hear this channel. Please subscribe again, after your last message.';

export class ChannelAudience {
	readonly #options: ChannelAudienceOptions;
	/** By user. */
	readonly #listeners = new Map<string, Set<Listener>>();

	constructor(options: ChannelAudienceOptions) {
		this.#options = options;
	}

	get isEmpty(): boolean {
		return this.#listeners.size === 0;
	}

	/** Subscriptions. */
	get size(): number {
		return this.#listeners.values().reduce((count, own) => count + own.size, 0);
	}

	/** Those who listen, each once. */
	get viewers(): readonly Viewer[] {
		return [...this.#listeners.values()].flatMap(([listener]) => listener?.viewer ?? []);
	}

	has(userId: string): boolean {
		return this.#listeners.has(userId);
	}

	add(listener: Listener): void {
		const { userId } = listener.viewer;
		this.#listeners.set(userId, (this.#listeners.get(userId) ?? new Set()).add(listener));
	}

	remove(listener: Listener): void {
		const { userId } = listener.viewer;
		const own = this.#listeners.get(userId);
		if (own?.delete(listener) && own.size === 0) this.#listeners.delete(userId);
	}

	/** Ends what one user, or everyone, hears here. */
	end(message: string, userId?: string): void {
		const ending = userId === undefined ? [...this.#listeners.values()] : [this.#listeners.get(userId) ?? []];
		for (const { ends } of ending.flatMap((listeners) => [...listeners])) ends.abort(new Error(message));
	}

	/**
	 * Looks up who of those who listen now still may, and ends the others; those of whom Mattermost says nothing in time as well.
	 * Never rejects.
	 */
	async check(): Promise<void> {
		const { access, channelId, patience, unsure } = this.#options;
		access.forgetAll(channelId);
		const unknown = new Set(this.#listeners.keys());
		try {
			const look = async (signal: AbortSignal) => {
				for (const asked of chunks([...unknown], mostAtOnce)) {
					await this.#check(asked, signal);
					for (const userId of asked) unknown.delete(userId);
				}
			};
			await within(patience, (signal) => Promise.all([this.#refuseArchived(), look(signal)]));
		} catch (error) {
			unsure(error);
			for (const userId of unknown) this.end(couldNotCheck, userId);
		}
	}

	async #refuseArchived(): Promise<void> {
		const { channelId, channels } = this.#options;
		channels.forget(channelId);
		if (!(await channels.find(channelId))) this.end('This channel was archived.');
	}

	async #check(userIds: readonly string[], signal: AbortSignal): Promise<void> {
		const { access, admin, channelId, deactivated } = this.#options;
		const asked = access.asking();
		const [members, gone] = await Promise.all([
			admin.use((mm) => mm.channels.getMembersByIds(channelId, userIds, { signal })),
			deactivatedAmong(admin, userIds, signal),
		]);
		const isMember = new Set(members.map(({ user_id }) => user_id));
		const isGone = new Set(gone);
		for (const userId of userIds) {
			if (!isMember.has(userId)) this.end('You are no longer a member of this channel.', userId);
			else if (!isGone.has(userId)) access.remember(channelId, userId, asked);
		}
		if (isGone.size > 0) deactivated(gone);
	}
}
