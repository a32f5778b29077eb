// One channel that somebody listens to: which of its members' streams tells of it, and what was told.
//
//   anchored ──lease──▶ attaching ──live, memberships checked, caught up──▶ covering
//                          ▲                                                    │
//                          └────────── the cover is lost or given up ◀──────────┘
//
// What the stream says while the feed is attaching is held back until the past is told.
import { randomUUID } from 'node:crypto';
import { isNotFoundError, isPermissionError } from '@matterkit/client';
import type { Logger } from 'pino';
import type { People } from '../chat/people.ts';
import type { Entry, Lease, Topics } from '../engine/engine.ts';
import { Announcer } from './announcer.ts';
import { ChannelAudience, type ChannelAudienceOptions, type Listener } from './channel-audience.ts';
import { type ChannelEvent, channelTopic } from './channel-event.ts';
import { CoverWatch } from './cover-watch.ts';
import { type Publication, postedKey, typing } from './effects.ts';
import { type ChannelHistory, missed } from './history.ts';
import type { MattermostClock } from './mattermost-clock.ts';
import { PostPlaces } from './post-places.ts';
import { changesSince, postsUpToNow } from './read-posts.ts';
import type { ToldLedger } from './told-ledger.ts';
import type { Upstream } from './upstream.ts';

export interface ChannelFeedOptions extends Omit<ChannelAudienceOptions, 'unsure'> {
	readonly topics: Topics;
	readonly people: People;
	readonly history: ChannelHistory;
	readonly ledger: ToldLedger;
	readonly clock: MattermostClock;
	readonly logger: Logger;
	/** A stream of one of the feed's listeners or undefined where there is none to be had. */
	readonly findCover: (feed: ChannelFeed) => Upstream | undefined;
	/** The feed stopped using a stream. */
	readonly released: (upstream: Upstream) => void;
	readonly handedOver: () => void;
	/** Until then nothing of the channel reaches its subscribers on this node. */
	readonly hold: (until: Promise<void>, topic: string) => void;
}

/** Waits before a cover is looked for again when there was none, or when attaching failed: milliseconds. */
const retryAfter = 1_000;

/** Note on a channel's topic: its cover may be silent, whichever node has it. */
const checkCover = { check: 'cover' } as const;

/** Note on a channel's topic: events may have been missed, so all nodes look up who of theirs may still hear what comes after it. */
const checkAudience = { check: 'audience' } as const;

export class ChannelFeed {
	readonly channelId: string;
	readonly topic: string;
	/** From then on this node is told what happens in the channel: milliseconds since 1970. */
	readonly openedAt = Date.now();
	readonly #options: ChannelFeedOptions;
	readonly audience: ChannelAudience;
	readonly #closing = new AbortController();
	readonly #unsubscribe: () => void;
	readonly #announcer: Announcer;
	readonly #places: PostPlaces;
	readonly #watch: CoverWatch;
	readonly #anchored = Promise.withResolvers<void>();
	#anchoring: Promise<void> | undefined;
	#isAnchored = false;
	#lease: Lease | undefined;
	#cover: Upstream | undefined;
	/** Publications of the cover that wait until the past is told; undefined while covering. */
	#held: Publication[] | undefined;
	#changed = Promise.withResolvers<void>();
	#isCaughtUp = false;
	#wasCovered = false;

	constructor(options: ChannelFeedOptions) {
		this.#options = options;
		this.channelId = options.channelId;
		this.topic = channelTopic(options.channelId);
		const { channelId, logger } = options;
		this.audience = new ChannelAudience({
			...options,
			unsure: (error) =>
				logger.warn(
					{ err: error, channelId },
					'could not look up who may still hear a channel: subscriptions are ended',
				),
		});
		this.#places = new PostPlaces(options);
		this.#watch = new CoverWatch(
			options.history,
			() => void options.topics.publish(this.topic, { type: 'note', note: checkCover }),
		);
		this.#announcer = new Announcer({
			...options,
			places: this.#places,
			send: (key, event) => void this.#publish({ type: 'event', key, event }),
		});
		this.#unsubscribe = options.topics.subscribe(this.topic, (entry) => this.#hear(entry));
		void this.#anchored.promise.then(() => this.#run());
	}

	get history(): ChannelHistory {
		return this.#options.history;
	}

	get cover(): Upstream | undefined {
		return this.#cover;
	}

	/** A live stream tells of the channel, and all that came before it is told. */
	get isCovered(): boolean {
		return this.#cover?.isLive === true && this.#isCaughtUp;
	}

	/** Somebody listens, it is this node's turn to cover the channel, and it does not. */
	get lacksCover(): boolean {
		return this.#lease !== undefined && !this.isCovered && !this.audience.isEmpty;
	}

	/** How many subscriptions miss nothing from now on. */
	get listening(): number {
		return this.#isAnchored ? this.audience.size : 0;
	}

	/** From the moment that this resolves nothing is missed: what is posted while there is no live stream yet is caught up. */
	async join(listener: Listener): Promise<void> {
		this.audience.add(listener);
		this.#change();
		this.#anchoring ??= this.#anchor(listener).catch((error: unknown) => {
			this.#anchoring = undefined;
			throw error;
		});
		await this.#anchoring;
		this.#isAnchored = true;
	}

	/** Ends what one user, or everyone, hears of this channel, here and on the other nodes. */
	end(message: string, userId?: string): void {
		if (userId !== undefined) this.#options.access.forget(this.channelId, userId);
		this.audience.end(message, userId);
		void this.#options.topics.publish(this.topic, { type: 'end', ...(userId ? { userId } : {}), message });
		if (userId === undefined || this.#cover?.userId === userId) this.release();
	}

	/** What the cover's stream says. Others' are not taken: each says the same. */
	take(publication: Publication, upstream: Upstream): void {
		if (upstream !== this.#cover) {
			if (publication.post && this.isCovered) this.#watch.expect(publication.post.id);
		} else if (this.#held) this.#held.push(publication);
		else this.#announcer.announce(publication);
	}

	/** Mattermost made the post, so the cover is to tell of it. */
	expect(postId: string): void {
		this.#watch.expect(postId);
	}

	/** Something may be missing in what the cover said: memberships are checked and the past is told before more is. */
	gap(upstream: Upstream): void {
		if (upstream === this.#cover) this.release();
	}

	/** Gives the cover up; another one, or the same, is looked for and catches up. */
	release(): void {
		const cover = this.#cover;
		if (!cover) return;
		this.#cover = undefined;
		this.#held = undefined;
		this.#isCaughtUp = false;
		this.#options.released(cover);
		this.#change();
	}

	close(): void {
		this.#watch.close();
		this.#closing.abort(new Error('the feed is closed'));
		this.#unsubscribe();
		this.release();
		this.#change();
	}

	async #run(): Promise<void> {
		const { signal } = this.#closing;
		while (!signal.aborted) {
			try {
				await using lease = await this.#options.topics.lease(this.topic, signal);
				this.#lease = lease;
				lease.signal.addEventListener('abort', () => this.release(), { once: true });
				await this.#coverUntil(AbortSignal.any([signal, lease.signal]));
			} catch (error) {
				if (signal.aborted) return;
				this.#options.logger.warn({ err: error, channelId: this.channelId }, 'a channel is not covered; trying again');
				await this.#pause();
			} finally {
				this.#lease = undefined;
				this.release();
			}
		}
	}

	async #coverUntil(signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			if (!this.#cover) await this.#attach(signal);
			const changed = this.#changed.promise;
			if (this.#cover && !signal.aborted) await changed;
			else if (!signal.aborted) await this.#pause();
		}
	}

	/** Takes a stream, and tells what was missed before it tells what the stream says. */
	async #attach(signal: AbortSignal): Promise<void> {
		const cover = this.#options.findCover(this);
		if (!cover) return;
		this.#cover = cover;
		this.#held = [];
		const held = this.#held;
		const isMine = () => this.#cover === cover && this.#held === held && !signal.aborted;
		try {
			await cover.whenLive();
			if (!isMine()) return;
			// Before anything is told: events of removals may be among what was missed.
			await this.#publish({ type: 'note', note: checkAudience });
			if (!isMine()) return;
			const { history, ledger } = this.#options;
			const since = history.missedFrom;
			const changes = await cover.viewer.mattermost((mm) => changesSince(mm, this.channelId, since));
			// A node that was killed, or was alone, may have told them already: they have their places.
			if (changes.some(({ id }) => !history.knows(id))) history.place(await ledger.of(this.channelId, since));
			if (!isMine()) return;
			const past = missed(changes, history, since);
			const told = new Set(past.map(({ key }) => key));
			for (const publication of past) this.#announcer.announce(publication);
			for (const publication of held) if (!told.has(publication.key)) this.#announcer.announce(publication);
			this.#held = undefined;
			if (this.#wasCovered) this.#options.handedOver();
			this.#wasCovered = true;
			await this.#announcer.told();
			if (this.#cover === cover) this.#isCaughtUp = true;
		} catch (error) {
			if (!isMine()) return;
			this.release();
			if (!isPermissionError(error) && !isNotFoundError(error)) throw error;
			// They were thought to be a member, and are not.
			this.end('You are no longer a member of this channel.', cover.userId);
		}
	}

	/** What only the holder of the lease may say. */
	async #publish(entry: Entry): Promise<void> {
		if (this.#lease) await this.#options.topics.publish(this.topic, entry, this.#lease);
	}

	/** What this node or another told: both remember it, so that either may go on. */
	#hear(entry: Entry): void {
		if (entry.type === 'event') {
			const event = entry.event as ChannelEvent;
			this.#options.history.hear(event);
			if (event.kind === 'posted') this.#places.told(event.message.id);
			return;
		}
		if (entry.type === 'end' && entry.userId) this.#options.access.forget(this.channelId, entry.userId);
		if (entry.type !== 'note') return;
		const { check, typing: userId, rootId } = entry.note;
		if (check === checkAudience.check) this.#options.hold(this.audience.check(), this.topic);
		if (check === checkCover.check) this.#cover?.check();
		if (!this.isCovered) return;
		if (typeof userId !== 'string' || userId !== this.#cover?.userId) return;
		// The server leaves the one who types out of its event: their own stream, which is the cover, does not tell of it.
		const key = randomUUID();
		this.#announcer.announce({
			channelId: this.channelId,
			...typing(this.channelId, userId, String(rootId ?? ''), key),
		});
	}

	async #anchor({ viewer, askedAt }: Listener): Promise<void> {
		const { history, clock, ledger, topics } = this.#options;
		// Another node's cover may be behind: what it has not told yet, it will. What was history to it, it wrote down before it had the lease.
		const isCovered = await topics.heldElsewhere(this.topic);
		if (isCovered || !history.isLoaded) history.load(await ledger.of(this.channelId));
		const owedFrom = isCovered && !history.isNew ? history.missedFrom : Number.POSITIVE_INFINITY;
		const posts = await viewer.mattermost((mm) => postsUpToNow(mm, this.channelId, history, clock));
		const placed = history.begin(posts, Math.min(owedFrom, clock.at(askedAt)));
		// Another node may tell of it yet, or hand it over when Redis is back.
		topics.known(this.topic, [...history.ids()].map(postedKey));
		await ledger.settle(this.channelId, placed);
		this.#anchored.resolve();
	}

	#change(): void {
		this.#changed.resolve();
		this.#changed = Promise.withResolvers();
	}

	/** Until something changes, or for a moment. */
	async #pause(): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		const timer = setTimeout(resolve, retryAfter);
		await Promise.race([promise, this.#changed.promise]);
		clearTimeout(timer);
	}
}
