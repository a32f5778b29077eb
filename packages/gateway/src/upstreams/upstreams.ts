// The event streams from Mattermost that this node holds open, and the channels they tell of.
import { randomUUID } from 'node:crypto';
import { type StreamEvent, sharedDecoding } from '@matterkit/client';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Viewer } from '../access/viewer.ts';
import type { Topics } from '../engine/engine.ts';
import { Lru } from '../lru.ts';
import { RefusedError } from '../refused-error.ts';
import { type ChannelAudienceOptions, couldNotCheck, type Listener } from './channel-audience.ts';
import { channelTopic } from './channel-event.ts';
import { ChannelFeed, type ChannelFeedOptions } from './channel-feed.ts';
import { Consequences, type ConsequencesOptions } from './consequences.ts';
import { chooseCover, redundant } from './covers.ts';
import { effectsOf } from './effects.ts';
import { ChannelHistory } from './history.ts';
import { Linger } from './linger.ts';
import { MattermostClock } from './mattermost-clock.ts';
import { Upstream } from './upstream.ts';
import { defaultUpstreamLimits, type UpstreamLimits } from './upstream-limits.ts';
import { UpstreamMetrics } from './upstream-metrics.ts';

export interface UpstreamsOptions
	extends ConsequencesOptions,
		Pick<ChannelFeedOptions, 'hold' | 'ledger'>,
		Pick<ChannelAudienceOptions, 'admin' | 'deactivated' | 'patience'> {
	readonly topics: Topics;
	/** Entries that wait for a look-up. */
	readonly held: () => number;
	readonly logger: Logger;
	readonly metrics: Registry;
	readonly limits: UpstreamLimits;
}

/** Where nothing comes after it, it is said so late, in milliseconds. */
const checkWithin = 20;

export class Upstreams {
	readonly #options: UpstreamsOptions;
	readonly #limits: Required<UpstreamLimits>;
	readonly #consequences: Consequences;
	readonly #metrics: UpstreamMetrics;
	/** Mattermost's. */
	readonly clock = new MattermostClock();
	readonly #decoder = sharedDecoding(4_000);
	/** By channel. */
	readonly #feeds = new Map<string, ChannelFeed>();
	/** By user. */
	readonly #streams = new Map<string, Upstream>();
	/** Of channels that nobody listens to now, for those who come back. */
	readonly #histories = new Lru<ChannelHistory>({ entries: 200, weight: 200 });
	readonly #linger: Linger;
	/** Runs while it is not yet said that somebody was deactivated. */
	#soon: NodeJS.Timeout | undefined;

	constructor(options: UpstreamsOptions) {
		this.#options = options;
		this.#limits = { ...defaultUpstreamLimits, ...options.limits };
		this.#linger = new Linger(this.#limits.linger);
		this.#consequences = new Consequences({ ...options, checkViewers: () => this.#checkSoon() });
		this.#metrics = new UpstreamMetrics(options.metrics, () => ({
			streams: this.#streams.size,
			channels: this.#feeds.size,
			listeners: this.#feeds.values().reduce((count, feed) => count + feed.listening, 0),
			uncovered: this.#feeds.values().reduce((count, feed) => count + Number(feed.lacksCover), 0),
			held: options.held(),
		}));
	}

	/** Whether what happened in some channel is still to be told here, if no other node tells it. */
	get isBehind(): boolean {
		return this.#feeds.values().some(({ isCovered, audience }) => !isCovered && !audience.isEmpty);
	}

	historyOf(channelId: string): ChannelHistory {
		return this.#feeds.get(channelId)?.history ?? this.#histories.get(channelId) ?? new ChannelHistory();
	}

	/** The same, with the places of what other nodes have told already where it lags behind them: it does not know a recent post. */
	async historyWith(
		channelId: string,
		post: { readonly id: string; readonly create_at: number },
	): Promise<ChannelHistory> {
		const history = this.historyOf(channelId);
		const lags = post.id !== '' && !history.knows(post.id) && post.create_at >= history.missedFrom;
		if (lags) history.place(await this.#options.ledger.of(channelId));
		return history;
	}

	hearsSince(channelId: string): number {
		return this.#feeds.get(channelId)?.openedAt ?? Number.POSITIVE_INFINITY;
	}

	/** @throws RefusedError when it would need one stream too many. */
	async join(channelId: string, listener: Listener): Promise<void> {
		const feed = this.#feeds.get(channelId) ?? this.#open(channelId);
		try {
			await feed.join(listener);
			if (
				!feed.cover &&
				this.#isFull() &&
				!this.#candidates(feed)
					.values()
					.some((userId) => this.#streams.has(userId))
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
		feed.audience.remove(listener);
		if (feed.audience.isEmpty) this.#linger.restart(`channel ${channelId}`, () => this.#closeIfEmpty(feed));
		this.#reviewLater(listener.viewer.userId);
	}

	/** Mattermost made a post, so the channel's cover is to tell of it. */
	sent(channelId: string, postId: string): void {
		this.#feeds.get(channelId)?.expect(postId);
	}

	/** The user types; their own stream, if it covers the channel (here or on another node), does not tell of it. */
	async typed(channelId: string, userId: string, rootId: string): Promise<void> {
		await this.#options.topics.publish(channelTopic(channelId), { type: 'note', note: { typing: userId, rootId } });
	}

	/** Those users are deactivated: their streams are silent, and others take over. */
	drop(userIds: readonly string[]): void {
		for (const userId of userIds) this.#streams.get(userId)?.close();
	}

	/** It could not be found out whether these users may still hear anything. */
	endUnsure(userIds: readonly string[]): void {
		for (const { audience } of this.#feeds.values()) for (const userId of userIds) audience.end(couldNotCheck, userId);
	}

	close(): void {
		clearTimeout(this.#soon);
		this.#linger.clear();
		for (const feed of this.#feeds.values()) feed.close();
		for (const stream of [...this.#streams.values()]) stream.close();
		this.#feeds.clear();
	}

	#open(channelId: string): ChannelFeed {
		const feed = new ChannelFeed({
			...this.#options,
			channelId,
			history: this.historyOf(channelId),
			clock: this.clock,
			findCover: (asking) => this.#findCover(asking),
			released: (stream) => this.#reviewLater(stream.userId),
			handedOver: () => this.#metrics.handOvers.inc(),
		});
		this.#feeds.set(channelId, feed);
		return feed;
	}

	#closeIfEmpty(feed: ChannelFeed): void {
		if (!feed.audience.isEmpty) return;
		this.#feeds.delete(feed.channelId);
		this.#histories.set(feed.channelId, feed.history, 1);
		feed.close();
	}

	#findCover(feed: ChannelFeed): Upstream | undefined {
		const feeds = [...this.#feeds.values()];
		const userId = chooseCover({
			userIds: this.#candidates(feed),
			isOpen: (candidate) => this.#streams.has(candidate),
			covering: (candidate) => feeds.filter(({ cover }) => cover?.userId === candidate).length,
			couldCover: (candidate) => feeds.filter((one) => !one.cover && one.audience.has(candidate)).length,
		});
		if (userId === undefined) return undefined;
		const open = this.#streams.get(userId);
		if (open) return open;
		const viewer = feed.audience.viewers.find((candidate) => candidate.userId === userId);
		return viewer && !this.#isFull() ? this.#openStream(viewer) : undefined;
	}

	#openStream(viewer: Viewer): Upstream {
		const stream = new Upstream({
			viewer,
			decoder: this.#decoder,
			heartbeat: this.#limits.heartbeat,
			listener: {
				event: (event, from) => this.#take(event, from),
				gap: (from) => this.#gap(from),
				ended: (from, error) => this.#ended(from, error),
			},
		});
		this.#metrics.opened.inc();
		this.#streams.set(viewer.userId, stream);
		this.#whenLive(stream);
		return stream;
	}

	#whenLive(stream: Upstream): void {
		stream.whenLive().then(
			() => {
				this.#options.heard.open(stream.userId);
				this.#consolidateLater();
			},
			() => {},
		);
	}

	#take(event: StreamEvent, from: Upstream): void {
		this.#metrics.events.inc();
		this.#consequences.remember(event, from.userId);
		const feeds = {
			publish: (publication: Parameters<ChannelFeed['take']>[0]) =>
				this.#feeds.get(publication.channelId)?.take(publication, from),
			end: (channelId: string, message: string, userId?: string) => this.#feeds.get(channelId)?.end(message, userId),
			endAll: (message: string, userId: string) => {
				for (const feed of this.#feeds.values()) feed.end(message, userId);
			},
		};
		const effects = effectsOf(event, from.userId, randomUUID);
		if (this.#soon && effects.some((effect) => effect.do === 'publish')) this.#checkNow();
		for (const effect of effects) this.#consequences.draw(effect, from.userId, feeds);
	}

	/**
	 * Somebody was deactivated: said before anything is told that came after it, and once for all streams that tell of it and for all
	 * who were deactivated in one go (a thousand, when a directory is synchronised).
	 */
	#checkSoon(): void {
		this.#soon ??= setTimeout(() => this.#checkNow(), checkWithin);
	}

	#checkNow(): void {
		clearTimeout(this.#soon);
		this.#soon = undefined;
		this.#options.checkViewers();
	}

	#gap(from: Upstream): void {
		this.#options.heard.forgetStream(from.userId);
		this.#whenLive(from);
		// Who left and who was deactivated may be among what was missed.
		this.#checkNow();
		for (const feed of this.#feeds.values()) feed.gap(from);
	}

	#ended(stream: Upstream, error: Error | undefined): void {
		if (this.#streams.get(stream.userId) === stream) this.#streams.delete(stream.userId);
		this.#options.heard.forgetStream(stream.userId);
		if (error) this.#options.logger.info({ err: error, userId: stream.userId }, 'an event stream ended');
		for (const feed of this.#feeds.values()) if (feed.cover === stream) feed.release();
	}

	#isFull(): boolean {
		return this.#streams.size >= this.#limits.streams;
	}

	/** Those who listen to it, and those whose stream is open for another channel and who are known to be members. */
	#candidates(feed: ChannelFeed): ReadonlySet<string> {
		const others = this.#options.access.knownMembers(feed.channelId).filter((userId) => this.#streams.has(userId));
		return new Set([...feed.audience.viewers.map(({ userId }) => userId), ...others]);
	}

	#reviewLater(userId: string): void {
		this.#linger.restart(`user ${userId}`, () => this.#review(userId));
	}

	/** Closes a stream that covers nothing, or whose user is gone: it makes them appear online. */
	#review(userId: string): void {
		const stream = this.#streams.get(userId);
		if (!stream) return;
		const feeds = [...this.#feeds.values()];
		const isGone = !feeds.some((feed) => feed.audience.has(userId));
		if (isGone || !feeds.some(({ cover }) => cover === stream)) stream.close();
	}

	/** Closes streams that others can stand in for. One look for many that were opened at about the same time. */
	#consolidateLater(): void {
		if (!this.#linger.has('all')) this.#linger.restart('all', () => this.#consolidate());
	}

	#consolidate(): void {
		const channels = [...this.#feeds.values()].flatMap((feed) =>
			feed.cover
				? [{ by: feed.cover.userId, candidates: [...this.#candidates(feed)].filter((id) => this.#streams.has(id)) }]
				: [],
		);
		for (const userId of redundant(channels, this.#streams.keys())) this.#streams.get(userId)?.close();
	}
}
