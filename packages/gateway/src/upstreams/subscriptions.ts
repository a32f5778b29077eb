// What a subscription to a channel is made of: membership, what was missed, what is live, and the end when the membership ends.
import { type Access, channelNotFound } from '../access/access.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Channel } from '../chat/channels.ts';
import type { Messages } from '../chat/messages.ts';
import { Subscribable } from '../engine/engine.ts';
import { RefusedError } from '../refused-error.ts';
import type { Listener } from './channel-audience.ts';
import { type ChannelEvent, channelTopic, type EventKind } from './channel-event.ts';
import { isPostedKey, postedKey } from './effects.ts';
import { overlap, sightFrom } from './history.ts';
import { postsSince } from './read-posts.ts';
import type { Upstreams } from './upstreams.ts';

export interface SubscriptionsOptions {
	readonly access: Access;
	readonly messages: Messages;
	readonly upstreams: Upstreams;
	/** Keys of the events that were published on a topic and wait until it is known who may hear them. */
	readonly waiting: (topic: string) => ReadonlySet<string>;
}

/** Messages that a subscription tells again: what was missed in a break, not the history of a channel. */
const mostReplayed = 5_000;

export class Subscriptions {
	readonly #access: Access;
	readonly #messages: Messages;
	readonly #upstreams: Upstreams;
	readonly #waiting: SubscriptionsOptions['waiting'];

	constructor({ access, messages, upstreams, waiting }: SubscriptionsOptions) {
		this.#access = access;
		this.#messages = messages;
		this.#upstreams = upstreams;
		this.#waiting = waiting;
	}

	/** @param after a message id: what came after it is told first */
	async toChannel(
		viewer: Viewer,
		identifier: string,
		{ kinds, after }: { kinds?: readonly EventKind[] | undefined; after?: string | undefined },
	): Promise<Subscribable<ChannelEvent>> {
		const askedAt = Date.now();
		const channel = await this.#access.channel(viewer, identifier);
		const listener: Listener = { viewer, askedAt, ends: new AbortController() };
		await this.#upstreams.join(channel.id, listener);
		await this.#stillMember(channel.id, listener);
		// What this node tells from now on waits for the replay, also what it only now catches up and they had elsewhere.
		const { missedFrom } = this.#upstreams.historyOf(channel.id);
		const replay = after
			? this.#replayAfter(viewer, channel, after, missedFrom)
			: this.#replaySince(viewer, channel, askedAt);
		return new Subscribable<ChannelEvent>({
			topic: channelTopic(channel.id),
			...(kinds ? { kinds } : {}),
			...(replay ? { replay } : {}),
			signal: listener.ends.signal,
			ended: () => this.#upstreams.leave(channel.id, listener),
		});
	}

	/** Before the node listened it was not told who was removed: what was looked up then may have ended since. */
	async #stillMember(channelId: string, listener: Listener): Promise<void> {
		try {
			const heardSince = this.#upstreams.hearsSince(channelId);
			if (!(await this.#access.isMember(listener.viewer, channelId, heardSince))) throw channelNotFound();
		} catch (error) {
			this.#upstreams.leave(channelId, listener);
			throw error;
		}
	}

	async *#replayAfter(viewer: Viewer, channel: Channel, after: string, missedFrom: number) {
		yield* this.#replay(viewer, channel, await this.#messages.anchor(channel.id, after), missedFrom);
	}

	/** What others were told while this one was still being let in; nothing, mostly. */
	#replaySince(viewer: Viewer, channel: Channel, askedAt: number) {
		const since = this.#upstreams.clock.at(askedAt);
		if (this.#upstreams.historyOf(channel.id).newest < since) return undefined;
		return this.#replay(viewer, channel, { id: '', create_at: since }, since);
	}

	async *#replay(viewer: Viewer, channel: Channel, anchor: { id: string; create_at: number }, missedFrom: number) {
		const history = await this.#upstreams.historyWith(channel.id, anchor);
		const since = Math.min(anchor.create_at - overlap, missedFrom);
		const posts = await viewer.mattermost((mm) => postsSince(mm, channel.id, since, mostReplayed));
		if (posts.length > mostReplayed) {
			throw new RefusedError(
				`More than ${mostReplayed} messages came since. Please read them page by page (messages), and subscribe after the last.`,
				'BAD_USER_INPUT',
			);
		}
		const { seen, unseen } = sightFrom(anchor, posts, history);
		// Known here, so each is among the unseen, or they have had it.
		const waiting = this.#waiting(channelTopic(channel.id)).values().filter(isPostedKey).toArray();
		for (const { id } of seen) yield { key: postedKey(id) };
		for (const post of unseen) {
			const message = await this.#messages.withOwner(post);
			const event: ChannelEvent = { kind: 'posted', channelId: channel.id, message };
			yield { key: postedKey(post.id), event };
		}
		for (const key of waiting) yield { key };
	}
}
