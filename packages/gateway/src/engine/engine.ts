// Where the two halves of the gateway meet. The engine serves any schema over HTTP, SSE and WebSockets and fans events out; it knows
// nothing of Mattermost. The other half (schema, accounts, access, upstreams) knows nothing of sockets. Both are written against this file.
// `createEngine` is in create-engine.ts, `memoryTopics` in nodes/memory.ts, `redisTopics` in nodes/redis.ts.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { LimitOptions } from './limits.ts';
import type { PersistedDocuments } from './persisted.ts';

/** Who asks. The engine reads these; the other half extends it with what resolvers need. */
export interface Viewer {
	/** The same person has one `userId` over all sessions: sockets are counted by it, and `end` entries name it. */
	readonly userId: string;
	/** When the token ends, in milliseconds since 1970. A live socket is warned before and closed with 4403 then. */
	readonly expiresAt: number;
}

/** What resolvers get as context, once made whole by `EngineOptions.context`. */
export interface RequestContext<V extends Viewer> {
	/**
	 * null: no token, or one that was refused (then `refusal` says why).
	 * In shared fields (see `FieldExtensions.shared`) reading any property of it throws: what they answer is sent to many.
	 */
	readonly viewer: V | null;
	/** What `authenticate` threw. A field that wants a viewer throws this rather than its own "please log in". */
	readonly refusal: Error | null;
	/** `Subscribable.viewerClass` of the cohort that is served; '' elsewhere. */
	readonly viewerClass: string;
	/** Goes into logs and errors, and on to Mattermost's X-Request-Id. */
	readonly requestId: string;
	/** The client's address as `EngineOptions.address` gives it; '' in shared fields. */
	readonly address: string;
	/** Aborted when the client went away or stopped the operation. Mutations don't have to heed it. */
	readonly signal: AbortSignal;
}

/** What a field may say about itself, under `extensions` (Pothos: the field option of that name). */
export interface FieldExtensions {
	/**
	 * The answer is the same for all viewers of one `viewerClass`. A subscription whose fields all say so is executed once per event
	 * for its whole cohort; one field that doesn't makes each viewer a cohort of their own. Default false.
	 */
	readonly shared?: boolean;
	/** What the field costs on its own (default 1). A list multiplies what is inside by its page size. */
	readonly cost?: number;
	/** The path to the argument with the page size, e.g. `['page', 'pageSize']` or `['first']`. It is held to `limits.pageSize`. */
	readonly pageSize?: readonly string[];
	/** The page size where the client names none (default 10 for a list, 1 elsewhere). */
	readonly defaultPageSize?: number;
	/** Of a subscription: arguments that only say where to begin (`after`) and are no part of the cohort's key. */
	readonly startOnly?: readonly string[];
}

/** Plain data: what can cross from node to node as JSON and come out the same. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };
export type JsonObject = { readonly [name: string]: Json | undefined };

/** What travels on a topic, each after the other in one order on all nodes. */
export type Entry =
	/** For subscribers: the root value their documents are executed with. A second one with a `key` seen lately is dropped. */
	| { readonly type: 'event'; readonly key: string; readonly event: JsonObject }
	/** Ends the operations on this topic of one user (of all without `userId`) with this message; their other operations go on. */
	| { readonly type: 'end'; readonly userId?: string; readonly message: string }
	/** For the listeners of the other half on every node; subscribers see nothing of it. */
	| { readonly type: 'note'; readonly note: JsonObject };

/** The right to publish what one topic's upstream says. At most one is in force; an older one's entries are dropped. */
export interface Lease extends AsyncDisposable {
	readonly topic: string;
	/** Grows with each holder. */
	readonly fence: number;
	/** Aborted when the lease is lost (or given back): stop publishing, close the upstream, ask for it again. */
	readonly signal: AbortSignal;
	/** Gives it back, so that another node takes over at once instead of when it runs out. */
	[Symbol.asyncDispose](): Promise<void>;
}

/**
 * Ordered topics over one node (`memoryTopics`) or several (`redisTopics`), the same contract for both.
 * Where Redis is gone each node goes on alone: leases are granted locally, entries delivered locally, `alone` is true.
 */
export interface Topics extends AsyncDisposable {
	/** True while what is published here reaches no other node though it should. */
	readonly alone: boolean;
	/**
	 * In memory: listeners have been called when this returns. Over Redis: when they are called on each node, this one too.
	 * With a lease that is not in force any more the entry is dropped and the promise gives false.
	 */
	publish(topic: string, entry: Entry, lease?: Lease): Promise<boolean>;
	/** Calls `listener` with each entry published from now on, in order. Returns what ends that. */
	subscribe(topic: string, listener: (entry: Entry) => void): () => void;
	/** These events were delivered, or are past, for those who listen on this node: dropped here should they come. */
	known(topic: string, keys: Iterable<string>): void;
	/** Waits until this node may publish the topic's upstream. Aborting `signal` ends the wait (rejects), not the lease. */
	lease(topic: string, signal: AbortSignal): Promise<Lease>;
	/**
	 * Whether another node holds the topic's lease, or held it when it died a moment ago. False where that can't be found out: this node
	 * will then get one of its own.
	 */
	heldElsewhere(topic: string): Promise<boolean>;
}

/** How a subscription's `subscribe` resolver says what is to be heard. */
export interface SubscribableOptions<Event> {
	readonly topic: string;
	/**
	 * Hears only events whose `kind` is one of these; part of the cohort's key. Default: all. A topic carries all that happens in a channel
	 * under one lease, and a subscription to new messages is not woken by each typing. Replays are not filtered.
	 */
	readonly kinds?: readonly string[];
	/** Viewers who get the same answers from shared fields, e.g. 'admin' or 'member'. Default ''. */
	readonly viewerClass?: string;
	/**
	 * What was missed: sent to this subscriber alone, before anything live. It is first asked for after the topic is joined, so what it reads
	 * then and what is published meanwhile leave no gap; what is in both (same key) is sent once. A key without an event is of one that the
	 * subscriber has had before: it is not sent, should it come. `return()` is called when it is not wanted any more.
	 */
	readonly replay?: AsyncIterable<{ readonly key: string; readonly event?: Event }>;
	/** Aborting it ends this operation alone, with the message of the reason (an Error). */
	readonly signal?: AbortSignal;
	/** Called once when the operation has ended, for whatever cause; also when it never began. */
	readonly ended?: () => void;
}

/**
 * What a `subscribe` resolver gives back. It claims to be an AsyncIterable because graphql-js and Pothos want one; the engine never iterates it:
 * one listener on the topic serves a whole cohort.
 */
export class Subscribable<Event = unknown> implements AsyncIterable<Event>, SubscribableOptions<Event> {
	readonly topic: string;
	readonly kinds?: readonly string[];
	readonly viewerClass: string;
	readonly replay?: AsyncIterable<{ readonly key: string; readonly event?: Event }>;
	readonly signal?: AbortSignal;
	readonly ended?: () => void;

	constructor({ topic, kinds, viewerClass = '', replay, signal, ended }: SubscribableOptions<Event>) {
		this.topic = topic;
		if (kinds) this.kinds = kinds;
		this.viewerClass = viewerClass;
		if (replay) this.replay = replay;
		if (signal) this.signal = signal;
		if (ended) this.ended = ended;
	}

	[Symbol.asyncIterator](): AsyncIterator<Event> {
		throw new TypeError('a Subscribable is served by the engine; it can not be iterated');
	}
}

export interface EngineOptions<V extends Viewer> {
	/** Errors that are GraphQLError reach the client as they are; any other is logged and told as "An unknown error occurred.". */
	readonly schema: GraphQLSchema;
	/**
	 * Called with what the client presented (`JWT …`, `Bearer …` or the bare token), never with nothing.
	 * Throws a GraphQLError, which the client gets, when it is not good. Any other error is a failure: it is logged, and a socket is closed
	 * with 1013, so that its client comes back.
	 */
	readonly authenticate: (authorization: string, from: { address: string; requestId: string }) => Promise<V>;
	readonly topics: Pick<Topics, 'subscribe'>;
	/** Adds to the context what resolvers need (loaders, services). Called once per request, operation or event of a cohort. */
	readonly context?: (request: RequestContext<V>) => object;
	readonly limits?: LimitOptions;
	readonly logger: Logger;
	/** Where the engine registers its metrics (names begin with `matterkit_gateway_`). */
	readonly metrics: Registry;
	/** Introspection, and a page for browsers at /graphql. Default: on, unless NODE_ENV is 'production'. */
	readonly introspection?: boolean;
	/** Where set, a request that carries another `Origin` is refused with 403. Default: any origin. */
	readonly origins?: readonly string[];
	/** Documents known by name. Default: none, and any document is taken. */
	readonly persisted?: PersistedDocuments;
	/** Default: the address of the TCP peer. Behind a proxy: read its header here. */
	readonly address?: (request: IncomingMessage) => string;
}

export interface DrainOptions {
	/** Sockets are closed with 1012 one after the other over this time, in milliseconds. Default 10,000. */
	readonly window?: number;
	/** How long to wait for requests in flight before they are given up, in milliseconds. Default 10,000. */
	readonly grace?: number;
}

export interface Engine<V extends Viewer> extends AsyncDisposable {
	/** `/graphql`, `/graphql/` (POST, GET, SSE, GraphiQL). */
	routes(app: FastifyInstance): void;
	/** Takes WebSockets at `/graphql`, `/graphql/`, `/ws/graphql/`. false: not one of these paths. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
	/** The viewers of the sockets and streams that are open now; one who has two is in it twice. */
	viewers(): Iterable<V>;
	/** Ends all that the viewers who match have open, as after a logout: closes with 4403. Returns how many were closed. */
	disconnect(matches: (viewer: V) => boolean, reason: string): number;
	/** No new sockets, 1012 staggered, requests in flight finish. */
	drain(options?: DrainOptions): Promise<void>;
	/** At once: every socket is closed with 1001. */
	close(): Promise<void>;
}
