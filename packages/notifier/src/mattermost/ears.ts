// The bot's event stream: direct messages to it, its own posts, and changes of people that were looked up before.
import { setTimeout as delay } from 'node:timers/promises';
import type { EventOf, EventStream, Mattermost, SessionStore } from '@matterkit/client';
import type { Logger } from 'pino';
import { backoff } from '../timing/backoff.ts';
import type { MarkedPost } from './marker.ts';

export interface DirectMessage {
	readonly userId: string;
	/** In lower case, without `@`. */
	readonly username: string;
	readonly channelId: string;
	readonly at: number;
}

export interface EarsOptions {
	readonly mattermost: Mattermost;
	readonly botUserId: string;
	/** Milliseconds of the longest first wait before a lost connection is tried again. */
	readonly reconnectInterval: number;
	readonly log: Logger;
	/** How far was heard, over restarts. */
	readonly position: SessionStore;
	/** Someone wrote to the bot. Like `doubt`, it is tried again until it does not reject; then the next event is taken. */
	readonly directMessage: (message: DirectMessage) => Promise<void>;
	/** The bot's own post. */
	readonly ownPost: (post: MarkedPost) => void;
	/** What was known of a person is in doubt; undefined: of everyone. */
	readonly doubt: (userId: string | undefined) => Promise<void>;
	/** A channel was archived or brought back. */
	readonly channelChanged: (channelId: string) => void;
}

const heard = [
	'posted',
	'user_removed',
	'leave_team',
	'user_updated',
	'user_activation_status_change',
	'channel_deleted',
	'channel_restored',
	'resync',
] as const;
type Heard = (typeof heard)[number];

/** Milliseconds before a stream that was refused (a bad token, a proxy without WebSockets) is opened anew. */
const refusedWait = 10_000;

export class Ears {
	readonly #options: EarsOptions;
	readonly #ended = new AbortController();
	readonly #listening: Promise<void>;
	#stream: EventStream<Heard> | undefined;
	#attempts = 0;
	#problem: string | undefined;

	constructor(options: EarsOptions) {
		this.#options = options;
		this.#listening = this.#listen();
	}

	get connected(): boolean {
		return this.#stream?.state === 'live';
	}

	/** Failed attempts to connect since the stream was last live. */
	get attempts(): number {
		return this.#attempts;
	}

	/** Why the last of them failed. */
	get problem(): string | undefined {
		return this.#problem;
	}

	async close(): Promise<void> {
		this.#ended.abort();
		await this.#listening;
	}

	async #listen(): Promise<void> {
		const { signal } = this.#ended;
		while (!signal.aborted) {
			try {
				// Handlers do the work; the loop ends with the stream, and says why.
				for await (const _event of this.#open());
			} catch (error) {
				this.#failed(error);
			}
			if (!signal.aborted) await delay(refusedWait, undefined, { signal }).catch(() => {});
		}
	}

	#open(): EventStream<Heard> {
		const { mattermost, position, reconnectInterval, log } = this.#options;
		const stream = mattermost.events({
			types: heard,
			signal: this.#ended.signal,
			store: position,
			timing: { waiting: { shortest: reconnectInterval, longest: Math.max(30_000, reconnectInterval) } },
		});
		this.#stream = stream;
		stream.on('state', (state, error) => {
			if (state === 'live') {
				this.#attempts = 0;
				this.#problem = undefined;
			}
			if (state === 'waiting') this.#failed(error);
		});
		stream.on('error', (error, event) => log.error({ err: error, event }, 'an event could not be dealt with'));
		stream.on('posted', (event) => this.#posted(event));
		stream.on('user_removed', ({ data, broadcast }) => this.#doubt(data.user_id ?? broadcast.user_id));
		stream.on('leave_team', ({ data }) => this.#doubt(data.user_id));
		stream.on('user_updated', ({ data }) => this.#doubt(data.user.id));
		// Says that someone was deactivated or came back, but not who.
		stream.on('user_activation_status_change', () => this.#doubt(undefined));
		stream.on('channel_deleted', ({ data }) => this.#options.channelChanged(data.channel_id));
		stream.on('channel_restored', ({ data }) => this.#options.channelChanged(data.channel_id));
		stream.on('resync', () => this.#doubt(undefined));
		return stream;
	}

	/** Said aloud once, however often it is tried. */
	#failed(error: unknown): void {
		this.#attempts++;
		const problem = error instanceof Error ? error.message : 'it was closed';
		if (problem !== this.#problem)
			this.#options.log.warn({ err: error, attempts: this.#attempts }, 'the event stream is not connected');
		this.#problem = problem;
	}

	async #posted({ data }: EventOf<'posted'>): Promise<void> {
		const { botUserId, ownPost, directMessage } = this.#options;
		const { post, channel_type, sender_name } = data;
		if (post.user_id === botUserId) return ownPost(post);
		// System messages are nobody's words; answering another bot could go on for ever.
		const isFromAPerson = post.type === '' && !post.props?.from_bot && !post.props?.from_webhook;
		if (channel_type !== 'D' || !isFromAPerson) return;
		await this.#untilKept(() =>
			directMessage({
				userId: post.user_id,
				username: sender_name.replace(/^@/, '').toLowerCase(),
				channelId: post.channel_id,
				at: post.create_at,
			}),
		);
	}

	#doubt(userId: string | undefined): Promise<void> {
		return this.#untilKept(() => this.#options.doubt(userId));
	}

	/** The stream tells it once: while the database is away, this is where it waits. */
	async #untilKept(keep: () => Promise<void>): Promise<void> {
		const { signal } = this.#ended;
		for (let failures = 0; !signal.aborted; failures++) {
			try {
				return await keep();
			} catch (error) {
				this.#options.log.error({ err: error }, 'what an event told could not be kept; it is tried again');
				await delay(backoff(failures), undefined, { signal }).catch(() => {});
			}
		}
	}
}
