// The event streams from Mattermost that this node holds open, and the channels they tell of.
import { randomUUID } from 'node:crypto';
import { type StreamEvent, sharedDecoding } from '@matterkit/client';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Access } from '../access.ts';
import type { Channels } from '../chat/channels.ts';
import type { HeardPosts } from '../chat/heard-posts.ts';
import type { People } from '../chat/people.ts';
import type { Site } from '../chat/site.ts';
import type { Topics } from '../engine.ts';
import { Lru } from '../lru.ts';
import { RefusedError } from '../refused-error.ts';
import type { Viewer } from '../viewer.ts';
import { ChannelFeed, type Listener } from './channel-feed.ts';
import { chooseCover, type Demand, redundant } from './covers.ts';
import { type Effect, effectsOf } from './effects.ts';
import { ChannelHistory } from './history.ts';
import { Upstream } from './upstream.ts';

export interface UpstreamLimits {
	/** Event streams that this node holds open to Mattermost. A subscription that would need one more is refused. Default 5,000. */
	readonly streams?: number;
	/**
	 * Time from ping to ping on each stream, in milliseconds. Only a ping tells that a token was revoked or a user deactivated: until
	 * then their stream is silent, and what it missed is told late. Default 10,000.
	 */
	readonly heartbeat?: number;
	/** How long a stream that covers nothing stays open, should its user come back, in milliseconds. Default 10,000. */
	readonly linger?: number;
}

export interface UpstreamsOptions {
	readonly topics: Topics;
	readonly people: People;
	readonly channels: Channels;
	readonly access: Access;
	readonly heard: HeardPosts;
	readonly site: Site;
	readonly logger: Logger;
	readonly metrics: Registry;
	readonly limits: UpstreamLimits;
	/** Somebody was deactivated, nobody knows who. */
	readonly checkViewers: () => void;
}

export class Upstreams {
	readonly #options: UpstreamsOptions;
	readonly #decoder = sharedDecoding(4_000);
	readonly #feeds = new Map<string, ChannelFeed>();
	readonly #streams = new Map<string, Upstream>();
	readonly #histories = new Lru<ChannelHistory>({ entries: 500, weight: 500 });
	readonly #lingering = new Map<string, NodeJS.Timeout>();
	readonly #events: Counter;
	readonly #handOvers: Counter;
	readonly #mostStreams: number;
	readonly #linger: number;

	constructor(options: UpstreamsOptions) {
		this.#options = options;
		this.#mostStreams = options.limits.streams ?? 5_000;
		this.#linger = options.limits.linger ?? 10_000;
		const registers = [options.metrics];
		const streams = this.#streams;
		const feeds = this.#feeds;
		new Gauge({
			name: 'matterkit_gateway_upstreams',
			help: 'Event streams open to Mattermost.',
			registers,
			collect() {
				this.set(streams.size);
			},
		});
		new Gauge({
			name: 'matterkit_gateway_upstream_channels',
			help: 'Channels that somebody on this node listens to.',
			registers,
			collect() {
				this.set(feeds.size);
			},
		});
		new Gauge({
			name: 'matterkit_gateway_channel_listeners',
			help: 'Subscriptions to channels on this node.',
			registers,
			collect() {
				this.set(feeds.values().reduce((count, feed) => count + feed.listening, 0));
			},
		});
		this.#events = new Counter({
			name: 'matterkit_gateway_upstream_events_total',
			help: 'Events received from Mattermost, by all streams.',
			registers,
		});
		this.#handOvers = new Counter({
			name: 'matterkit_gateway_upstream_handovers_total',
			help: 'Channels that another stream took over, or the same one after a gap.',
			registers,
		});
	}

	/** Users whose streams are open. */
	get users(): readonly string[] {
		return [...this.#streams.keys()];
	}

	/** Whether some stream tells of the channel as things happen. */
	isCovered(channelId: string): boolean {
		return this.#feeds.get(channelId)?.isCovered ?? false;
	}

	historyOf(channelId: string): ChannelHistory {
		const known = this.#histories.get(channelId);
		if (known) return known;
		const history = new ChannelHistory();
		this.#histories.set(channelId, history, 1);
		return history;
	}

	/** @throws RefusedError when there are too many streams already. */
	async join(channelId: string, listener: Listener): Promise<void> {
		const feed = this.#feeds.get(channelId) ?? this.#open(channelId);
		try {
			await feed.join(listener);
			if (
				!feed.cover &&
				this.#streams.size >= this.#mostStreams &&
				!this.#demandOf(feed).some((id) => this.#streams.has(id))
			) {
				throw new RefusedError(
					'This server listens to as many channels as it can. Please try again later.',
					'TOO_MANY_REQUESTS',
				);
			}
		} catch (error) {
			this.leave(channelId, listener);
			throw error;
		}
	}

	leave(channelId: string, listener: Listener): void {
		const feed = this.#feeds.get(channelId);
		if (!feed) return;
		feed.leave(listener);
		if (feed.isEmpty) this.#later(`feed ${channelId}`, () => feed.isEmpty && this.#close(feed));
		this.#reviewLater(listener.viewer.userId);
	}

	/** The user types; their own stream, if it covers the channel, does not tell of it. */
	async typed(channelId: string, userId: string, rootId: string): Promise<void> {
		const feed = this.#feeds.get(channelId);
		if (feed) await this.#options.topics.publish(feed.topic, { type: 'note', note: { typing: userId, rootId } });
	}

	close(): void {
		for (const timer of this.#lingering.values()) clearTimeout(timer);
		for (const feed of this.#feeds.values()) feed.close();
		for (const stream of [...this.#streams.values()]) stream.close();
		this.#feeds.clear();
	}

	#open(channelId: string): ChannelFeed {
		const { topics, people, access, logger } = this.#options;
		const feed = new ChannelFeed({
			channelId,
			topics,
			people,
			access,
			logger,
			history: this.historyOf(channelId),
			findCover: (asking) => this.#findCover(asking),
			released: (stream) => this.#reviewLater(stream.userId),
			handedOver: () => this.#handOvers.inc(),
		});
		this.#feeds.set(channelId, feed);
		return feed;
	}

	#close(feed: ChannelFeed): void {
		this.#feeds.delete(feed.channelId);
		feed.close();
	}

	#findCover(feed: ChannelFeed): Upstream | undefined {
		const chosen = chooseCover(feed.channelId, this.#demands(), new Set(this.#streams.keys()));
		const viewer = feed.viewers.find(({ userId }) => userId === chosen) ?? this.#viewer(chosen);
		if (!viewer) return undefined;
		const open = this.#streams.get(viewer.userId);
		if (open) return open;
		if (this.#streams.size >= this.#mostStreams) return undefined;
		const stream = new Upstream({
			viewer,
			decoder: this.#decoder,
			heartbeat: this.#options.limits.heartbeat ?? 10_000,
			listener: {
				event: (event, from) => this.#event(event, from),
				gap: (from) => this.#gap(from),
				ended: (from, error) => this.#ended(from, error),
			},
		});
		this.#streams.set(viewer.userId, stream);
		void stream.whenLive().then(
			() => {
				this.#options.heard.open(viewer.userId);
				this.#consolidate();
			},
			() => {},
		);
		return stream;
	}

	#viewer(userId: string | undefined): Viewer | undefined {
		return userId === undefined ? undefined : this.#streams.get(userId)?.viewer;
	}

	#demands(): readonly Demand[] {
		return [...this.#feeds.values()].map((feed) => ({
			channelId: feed.channelId,
			candidates: this.#demandOf(feed),
			coveredBy: feed.cover?.userId,
		}));
	}

	/** Those who listen to it, and those whose stream is open for another channel and who are known to be members. */
	#demandOf(feed: ChannelFeed): readonly string[] {
		const listeners = feed.viewers.map(({ userId }) => userId);
		const others = [...this.#streams.keys()].filter((userId) =>
			this.#options.access.isKnownMember(feed.channelId, userId),
		);
		return [...new Set([...listeners, ...others])];
	}

	/** A new stream may make others needless. */
	#consolidate(): void {
		for (const userId of redundant(this.#demands(), new Set(this.#streams.keys()))) this.#reviewLater(userId);
	}

	#reviewLater(userId: string): void {
		this.#later(`stream ${userId}`, () => this.#review(userId));
	}

	/** Closes a stream that covers nothing, that others can stand in for, or whose user is gone: it makes them appear online. */
	#review(userId: string): void {
		const stream = this.#streams.get(userId);
		if (!stream) return;
		const feeds = [...this.#feeds.values()];
		const isGone = !feeds.some((feed) => feed.hasListener(userId));
		const isIdle = !feeds.some(({ cover }) => cover === stream);
		if (isGone || isIdle || redundant(this.#demands(), new Set(this.#streams.keys())).has(userId)) stream.close();
	}

	#event(event: StreamEvent, from: Upstream): void {
		this.#events.inc();
		this.#remember(event, from.userId);
		for (const effect of effectsOf(event, from.userId, randomUUID)) this.#apply(effect, from);
	}

	#apply(effect: Effect, from: Upstream): void {
		const { access, channels, heard, people, site } = this.#options;
		switch (effect.do) {
			case 'publish':
				this.#feeds.get(effect.publication.channelId)?.take(effect.publication, from);
				return;
			case 'left-channel':
				access.forget(effect.channelId, effect.userId);
				if (effect.userId === from.userId) heard.left(effect.userId, effect.channelId);
				this.#feeds.get(effect.channelId)?.end('You were removed from this channel.', effect.userId);
				return;
			case 'left-team':
				void this.#leftTeam(effect.teamId, effect.userId);
				return;
			case 'archived':
				channels.forget(effect.channelId);
				this.#feeds.get(effect.channelId)?.end('This channel was archived.');
				return;
			case 'channel-changed':
				if (effect.channel && effect.channel.delete_at === 0) channels.remember(effect.channel);
				else channels.forget(effect.channelId);
				return;
			case 'person-changed':
				people.forget(effect.userId);
				return;
			case 'settings-changed':
				site.forgetSettings();
				return;
			case 'check-viewers':
				this.#options.checkViewers();
		}
	}

	/** Of all channels of the stream's user, not only of those that somebody listens to. */
	#remember(event: StreamEvent, userId: string): void {
		const { heard } = this.#options;
		if (event.broadcast.user_id !== '') return;
		if (event.type === 'posted') heard.hear(userId, event.data.post);
		else if (event.type === 'post_edited') heard.edited(event.data.post);
		else if (event.type === 'post_deleted') heard.deleted(event.data.post);
	}

	async #leftTeam(teamId: string, userId: string): Promise<void> {
		if (teamId !== (await this.#options.site.teamId())) return;
		for (const feed of this.#feeds.values()) {
			this.#options.access.forget(feed.channelId, userId);
			feed.end('You left the team.', userId);
		}
	}

	#gap(from: Upstream): void {
		this.#options.heard.forgetStream(from.userId);
		this.#options.heard.open(from.userId);
		// Who left and who was deactivated may be among what was missed.
		this.#options.checkViewers();
		for (const feed of this.#feeds.values()) feed.gap(from);
	}

	#ended(stream: Upstream, error: Error | undefined): void {
		if (this.#streams.get(stream.userId) === stream) this.#streams.delete(stream.userId);
		this.#options.heard.forgetStream(stream.userId);
		if (error) this.#options.logger.info({ err: error, userId: stream.userId }, 'an event stream ended');
		for (const feed of this.#feeds.values()) if (feed.cover === stream) feed.release();
	}

	#later(key: string, work: () => void): void {
		clearTimeout(this.#lingering.get(key));
		const timer = setTimeout(() => {
			this.#lingering.delete(key);
			work();
		}, this.#linger);
		this.#lingering.set(key, timer.unref());
	}
}
