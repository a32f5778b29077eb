import { Buffer } from './buffer.ts';
import type { EventConnection } from './connection.ts';
import { StreamClosedError } from './errors.ts';
import { type EventBody, type EventOf, type EventType, eventOf, type StreamEvent } from './event.ts';
import { decodeFrame, type FrameDecoder } from './frames.ts';
import { diagnostics, Handlers } from './handlers.ts';
import { Link, type LinkListener, type LinkOptions } from './link.ts';
import { type MachineOptions, machineDefaults, type StreamState } from './machine.ts';

export interface EventStreamOptions<T extends EventType = EventType> {
	/** Only events of these types. Default: all. */
	readonly types?: readonly T[];
	/** Only events of these channels, by id. Default: all, also those that belong to no channel. */
	readonly channels?: readonly string[];
	/** Closes the stream. */
	readonly signal?: AbortSignal;
	/** How many events may wait for their consumer before the stream stops buffering and reads them later. Default 1,000. */
	readonly buffer?: number;
	/** How frames are decoded; `sharedDecoding()` for many streams in one process. */
	readonly decoder?: FrameDecoder;
	/** Times of the connection, see `machineDefaults`. */
	readonly timing?: Partial<MachineOptions>;
}

/** The events of the given types, as a union that `type` tells apart. */
export type EventsOf<T extends EventType> = EventType extends T ? StreamEvent : { [K in T]: EventOf<K> }[T];

interface Item {
	readonly event: StreamEvent;
}

export class EventStream<T extends EventType = EventType> implements AsyncIterable<EventsOf<T>>, AsyncDisposable {
	readonly #link: Link;
	readonly #buffer: Buffer<Item>;
	readonly #handlers = new Handlers();
	readonly #types: ReadonlySet<string> | undefined;
	readonly #channels: ReadonlySet<string> | undefined;
	readonly #ready = Promise.withResolvers<void>();
	readonly #done = Promise.withResolvers<void>();
	#held: { body: EventBody; seq: number; replayed: boolean }[] = [];
	#iterated = false;
	#pumping = false;
	#removeAbort: () => void = () => {};

	constructor(connection: EventConnection, options: EventStreamOptions<T> = {}) {
		this.#types = options.types && new Set(options.types);
		this.#channels = options.channels && new Set(options.channels);
		this.#buffer = new Buffer(options.buffer ?? 1_000);
		const timing: LinkOptions = {
			...machineDefaults,
			...options.timing,
			decoder: options.decoder ?? decodeFrame,
			now: () => performance.now(),
			random: Math.random,
		};
		this.#link = new Link(connection, timing, this.#listener());
		// A stream that nobody waits for may be refused: it says so in `state`, and to whoever iterates.
		this.#ready.promise.catch(() => {});
		const { signal } = options;
		if (signal) {
			const abort = () => void this.close();
			signal.addEventListener('abort', abort, { once: true });
			this.#removeAbort = () => signal.removeEventListener('abort', abort);
		}
		// In the next turn: whoever made the stream can put handlers on it first.
		queueMicrotask(() => {
			if (signal?.aborted) void this.close();
			else this.#link.input({ kind: 'start', behind: false });
		});
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

	/** Ends the stream. What is buffered can still be taken. */
	async close(): Promise<void> {
		this.#link.input({ kind: 'close' });
		await this.#done.promise;
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}

	[Symbol.asyncIterator](): AsyncIterator<EventsOf<T>> {
		this.#iterated = true;
		return {
			next: async () => {
				const event = await this.#take();
				if (event) return { value: event, done: false };
				if (this.state === 'refused' && this.error) throw this.error;
				return { value: undefined, done: true };
			},
			return: async () => {
				await this.close();
				return { value: undefined, done: true };
			},
		};
	}

	async #take(): Promise<EventsOf<T> | undefined> {
		const item = await this.#buffer.take();
		if (!item) return undefined;
		await this.#handlers.handle(item.event.type, item.event);
		await this.#handlers.handle('event', item.event);
		return item.event as EventsOf<T>;
	}

	/** Handlers without a loop: events are taken for them. */
	async #pump(): Promise<void> {
		if (this.#pumping || this.#iterated) return;
		this.#pumping = true;
		while (!this.#iterated && (await this.#take()));
		this.#pumping = false;
	}

	#listener(): LinkListener {
		return {
			event: (body, seq, hold) => {
				const replayed = this.#link.replaying;
				if (hold) this.#held.push({ body, seq, replayed });
				else this.#deliver(body, seq, replayed);
			},
			serverTime: () => {},
			state: (to, from, error) => {
				if (to === 'live') this.#ready.resolve();
				this.#handlers.tell('state', to, error);
				diagnostics.state.publish({ stream: this, to, from, error });
			},
			catchUp: () => this.#link.input({ kind: 'caught-up' }),
			stopCatchUp: () => {},
			release: () => {
				for (const { body, seq, replayed } of this.#held.splice(0)) this.#deliver(body, seq, replayed);
			},
			ended: (error) => {
				this.#removeAbort();
				this.#ready.reject(error ?? new StreamClosedError('the stream was closed before it was live'));
				this.#buffer.end();
				this.#done.resolve();
			},
		};
	}

	#deliver(body: EventBody, seq: number, replayed: boolean): void {
		if (!this.#wanted(body)) return;
		this.#buffer.push({ event: eventOf(body, seq, replayed ? 'resumed' : 'live') });
	}

	#wanted(body: EventBody): boolean {
		if (this.#types && !this.#types.has(body.type)) return false;
		if (!this.#channels) return true;
		const { channel_id } = body.raw;
		return this.#channels.has(body.broadcast.channel_id || (typeof channel_id === 'string' ? channel_id : ''));
	}
}
