import type { EventConnection } from './connection.ts';
import { StreamClosedError } from './errors.ts';
import type { EventBody, EventOf, EventType, StreamEvent } from './event.ts';
import { decodeFrame, type FrameDecoder } from './frames.ts';
import { diagnostics, Handlers } from './handlers.ts';
import type { Incoming } from './held.ts';
import { Intake } from './intake.ts';
import { Keeper } from './keeper.ts';
import { Link, type LinkListener } from './link.ts';
import { type MachineOptions, machineDefaults, type StreamState } from './machine-inputs.ts';
import type { Position } from './position.ts';
import { Recovery } from './recovery.ts';
import { ServerClock } from './server-clock.ts';
import type { SessionStore } from './session-store.ts';
import { statusOf } from './status.ts';

export interface EventStreamOptions<T extends EventType = EventType> {
	/** Only events of these types. Default: all. */
	readonly types?: readonly T[];
	/** Only events of these channels, by id, and of leaving their team. Default: all, also those that belong to no channel. */
	readonly channels?: readonly string[];
	/** Closes the stream. */
	readonly signal?: AbortSignal;
	/** How many events may wait for their consumer before the stream stops buffering and reads them later. Default 1,000. */
	readonly buffer?: number;
	/** Goes on where a stream of before ended. Default: begins with what happens now, or with what `store` has. */
	readonly position?: Position;
	/** Keeps the position over restarts of the program. */
	readonly store?: SessionStore;
	/**
	 * Milliseconds before the last time known to be complete from which posts are read again after a break; what was told is
	 * left out. Must cover the time from a post's creation to its event, and clocks of several nodes. Default 15,000.
	 */
	readonly overlap?: number;
	/** How frames are decoded; `sharedDecoding()` for many streams in one process. */
	readonly decoder?: FrameDecoder;
	/** Times of the connection, see `machineDefaults`. */
	readonly timing?: Partial<MachineOptions>;
}

/** The events of the given types, as a union that `type` tells apart. */
export type EventsOf<T extends EventType> = EventType extends T ? StreamEvent : { [K in T]: EventOf<K> }[T];

export class EventStream<T extends EventType = EventType> implements AsyncIterable<EventsOf<T>>, AsyncDisposable {
	readonly #link: Link;
	readonly #intake: Intake;
	readonly #recovery: Recovery;
	readonly #clock = new ServerClock();
	readonly #keeper: Keeper;
	readonly #handlers = new Handlers();
	readonly #ready = Promise.withResolvers<void>();
	readonly #done = Promise.withResolvers<void>();
	#iterated = false;
	#pumping = false;
	#removeAbort: () => void = () => {};

	constructor(connection: EventConnection, options: EventStreamOptions<T> = {}) {
		const { overlap = 15_000, signal } = options;
		const types = options.types && new Set(options.types);
		const channels = options.channels && new Set(options.channels);
		this.#intake = new Intake({ types, channels, capacity: options.buffer ?? 1_000, overlap });
		const barrier = async () => void (await this.#link.act('ping', {}));
		this.#recovery = new Recovery(connection, this.#intake, this.#clock, { overlap, barrier });
		const timing = { ...machineDefaults, ...options.timing };
		const linkOptions = { ...timing, decoder: options.decoder ?? decodeFrame, now, random: Math.random };
		this.#link = new Link(connection, linkOptions, this.#listener());
		this.#keeper = new Keeper(options.store, () => this.#position(false));
		// A stream that nobody waits for may be refused: it says so in `state`, and to whoever iterates.
		this.#ready.promise.catch(() => {});
		if (signal) {
			const abort = () => void this.close();
			signal.addEventListener('abort', abort, { once: true });
			this.#removeAbort = () => signal.removeEventListener('abort', abort);
		}
		void this.#start(options);
	}

	get state(): StreamState {
		return this.#link.state;
	}

	/** Why the stream is not live, while it is not. */
	get error(): Error | undefined {
		return this.#link.error;
	}

	/** Resolves when the stream is live for the first time; rejects if it is refused or closed before. */
	ready(): Promise<void> {
		return this.#ready.promise;
	}

	/**
	 * Calls `handler` for each event of a type, for each `event`, each change of `state`, or each `error` in another handler.
	 * Events come one after the other: the next one when the promise of the last handler is settled.
	 * @returns stops it
	 */
	on(name: 'state', handler: (state: StreamState, error: Error | undefined) => unknown): () => void;
	on(name: 'error', handler: (error: unknown, name: string) => unknown): () => void;
	on(name: 'event', handler: (event: EventsOf<T>) => unknown): () => void;
	on<K extends T>(name: K, handler: (event: EventOf<K>) => unknown): () => void;
	on(name: string, handler: (...args: never[]) => unknown): () => void {
		const stop = this.#handlers.add(name, handler);
		if (name !== 'state' && name !== 'error') void this.#pump();
		return stop;
	}

	/** Tells the others of a channel that you are typing. */
	async typing(channelId: string, rootId = ''): Promise<void> {
		await this.#link.act('user_typing', { channel_id: channelId, parent_id: rootId });
	}

	/** Statuses by user id: of the given users, or of all that the server has one of. */
	async statuses(userIds?: readonly string[]): Promise<Readonly<Record<string, string>>> {
		const reply = userIds
			? await this.#link.act('get_statuses_by_ids', { user_ids: userIds })
			: await this.#link.act('get_statuses', {});
		return reply.data as Record<string, string>;
	}

	/** Says what is looked at. From then on the server sends typing and reactions of that channel or thread only. */
	async presence(seen: { channelId?: string; teamId?: string; threadId?: string }): Promise<void> {
		await this.#link.act('presence', {
			...(seen.channelId === undefined ? {} : { channel_id: seen.channelId }),
			...(seen.teamId === undefined ? {} : { team_id: seen.teamId }),
			...(seen.threadId === undefined ? {} : { thread_channel_id: seen.threadId, is_thread_view: true }),
		});
	}

	/**
	 * How far the stream was heard, to be stored and given to `events({ position })` after a restart of the program: all that was
	 * taken from the stream is before it, nothing else. (A `store` leaves out the event that is being handled.)
	 */
	position(): Position {
		return this.#position(true);
	}

	/** Ends the stream and saves its position. What is buffered can still be taken. */
	async close(): Promise<void> {
		this.#link.input({ kind: 'close' });
		await this.#done.promise;
		await this.#keeper.close();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}

	[Symbol.asyncIterator](): AsyncIterator<EventsOf<T>> {
		this.#iterated = true;
		let done = () => {};
		return {
			next: async () => {
				// Asking for the next one says that the last one is dealt with.
				done();
				const taken = await this.#take();
				if (taken) {
					done = taken.done;
					return { value: taken.event, done: false };
				}
				if (this.state === 'refused' && this.error) throw this.error;
				return { value: undefined, done: true };
			},
			return: async () => {
				await this.close();
				return { value: undefined, done: true };
			},
		};
	}

	async #start({ position, store, signal }: EventStreamOptions<T>): Promise<void> {
		try {
			// In the next turn: whoever makes the stream can put handlers on it first.
			await undefined;
			const from = position ?? (await store?.load());
			if (signal?.aborted) return await this.close();
			if (from) {
				this.#intake.restore(from);
				this.#clock.restore(from.ahead, now(), Date.now(), from.within);
				this.#link.tokenMark = from.tokenMark;
				this.#link.sessions = from.sessions;
			}
			const resume = from?.connection ? { resume: from.connection } : {};
			this.#link.input({ kind: 'start', behind: from?.behind ?? false, ...resume });
		} catch (error) {
			// A position that can't be read: beginning anew in silence would lose what the store was to keep.
			this.#link.input({ kind: 'refuse', error: error instanceof Error ? error : new Error(String(error)) });
		}
	}

	async #take(): Promise<{ event: EventsOf<T>; done: () => void } | undefined> {
		const taken = await this.#intake.take();
		if (!taken) return undefined;
		const { event, done } = taken;
		await this.#handlers.handle(event.type, event);
		await this.#handlers.handle('event', event);
		return {
			event: event as EventsOf<T>,
			done: () => {
				done();
				this.#keeper.changed();
			},
		};
	}

	#position(taken: boolean): Position {
		const { within, skew } = this.#clock;
		const clock = { ahead: this.#clock.ahead(now(), Date.now()), within, lowered: skew.lowered };
		return this.#intake.position(this.#link, clock, taken);
	}

	/** Handlers without a loop: events are taken for them. */
	async #pump(): Promise<void> {
		if (this.#pumping) return;
		this.#pumping = true;
		for (;;) {
			await this.#intake.filled();
			// Looked at before taking: the event is for the loop that has begun meanwhile.
			const taken = this.#iterated ? undefined : await this.#take();
			if (!taken) break;
			taken.done();
		}
		this.#pumping = false;
	}

	#listener(): LinkListener {
		return {
			event: (body, seq, hold) => this.#event(body, seq, hold),
			pong: (serverTime, sent) => {
				this.#clock.heard(serverTime, sent, now());
				if (this.#link.behind || this.#link.unsure) return;
				if (this.#intake.idle) this.#intake.setBack(this.#clock.forgive().lowered);
				this.#intake.reached(this.#clock.complete);
				this.#keeper.changed();
			},
			state: (to, from, error) => {
				if (to === 'live') this.#live();
				this.#handlers.tell('state', to, error);
				diagnostics.state.publish({ stream: this, to, from, error });
			},
			catchUp: () => void this.#catchUp(),
			stopCatchUp: () => this.#recovery.stop(),
			release: () => {
				if (!this.#intake.release()) this.#overflow();
			},
			distrust: () => {
				this.#intake.discardHeld();
				this.#recovery.because('was-deaf');
			},
			ended: (error) => {
				this.#removeAbort();
				this.#ready.reject(error ?? new StreamClosedError('the stream was closed before it was live'));
				this.#intake.end();
				void this.#keeper.close();
				this.#done.resolve();
			},
		};
	}

	#event(body: EventBody, seq: number, hold: boolean): void {
		const { next, replaying } = this.#link;
		if (body.type === 'hello' && !this.#intake.connected(body.broadcast.user_id)) {
			this.#link.input({ kind: 'refuse', error: new Error('the position is that of another user') });
			return;
		}
		// Whatever the catch-up was to be for: a new connection says nothing of what was before it.
		if (body.type === 'hello') this.#recovery.because('resume-refused');
		if (body.type === 'channel_restored') void this.#recovery.learnChannels(this.#link.signal);
		const incoming: Incoming = {
			body,
			seq,
			source: replaying ? 'resumed' : 'live',
			at: this.#clock.at(now()),
			connectionId: next?.connectionId ?? '',
		};
		const taken = hold ? this.#intake.hold(incoming) : this.#intake.deliver(incoming);
		if (!taken) this.#overflow();
	}

	#overflow(): void {
		this.#recovery.because('slow-consumer');
		this.#link.input({ kind: 'missed' });
	}

	async #catchUp(): Promise<void> {
		try {
			if (await this.#recovery.run()) this.#link.input({ kind: 'caught-up' });
		} catch (error) {
			if (statusOf(error) === 401) this.#link.input({ kind: 'deaf' });
			else {
				this.#handlers.failed('catch-up', error);
				this.#link.input({ kind: 'catch-up-failed', error: error as Error });
			}
		}
	}

	#live(): void {
		this.#ready.resolve();
		if (!this.#intake.channels) void this.#recovery.learnChannels(this.#link.signal);
	}
}

const now = () => performance.now();
