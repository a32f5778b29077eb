import {
	type Backoff,
	HttpClient,
	type HttpResponse,
	type Method,
	type RequestOptions,
	Secret,
	type StreamResponse,
	ValidationError,
} from '@matterkit/http';
import type { ClientConfig } from '@mattermost/types/config';
import type { UserProfile } from '@mattermost/types/users';
import { binaryRoutes } from './binary-routes.ts';
import { type EventConnection, EventStream, type EventStreamOptions, type EventType } from './events/index.ts';
import type { MattermostOptions } from './options.ts';
import { fillPath, type PathParams, type PathValues } from './path.ts';
import { repeats, safePosts } from './repeat.ts';
import type { Route, Routes } from './routes.ts';

/** What all connections to one server share. */
interface Server {
	readonly url: string;
	readonly strict: boolean;
	readonly tls: NonNullable<EventConnection['tls']>;
	readonly waits: Backoff;
	config?: { readonly answer: Promise<ClientConfig>; readonly at: number } | undefined;
}

/** A server seen with one token: what the resources stand on. */
export class Connection {
	readonly http: HttpClient;
	readonly token: Secret | undefined;
	readonly #server: Server;
	/** The one that this was made from by `as`: its end is the end of this. */
	readonly #parent: Connection | undefined;
	/** Open ones, of those made from this one, too. */
	readonly #streams = new Set<AsyncDisposable>();
	#me: Promise<UserProfile> | undefined;

	constructor(http: HttpClient, token: Secret | undefined, server: Server, parent?: Connection) {
		this.http = http;
		this.token = token;
		this.#server = server;
		this.#parent = parent;
	}

	static open({ url: given, strict = false, ...options }: MattermostOptions): Connection {
		// Also for those who give the address of the API, as some other clients want it.
		const url = String(given).replace(/\/*(?:\/api\/v4)?\/*$/, '');
		const token = options.token === undefined ? undefined : secret(options.token);
		const { ca, verifyTls = true, jitter = 0.1, maxRetries = 2, rateLimit = false } = options;
		const http = new HttpClient({ ...options, baseUrl: url, token, jitter, maxRetries, rateLimit, repeat: repeats });
		const { retryBackoffFactor = 1, maxRetryWait = 30_000 } = options;
		const waits = { base: retryBackoffFactor * 1000, cap: maxRetryWait, jitter };
		const tls = { rejectUnauthorized: verifyTls, ...(ca === undefined ? {} : { ca }) };
		return new Connection(http, token, { url, strict, tls, waits });
	}

	as(token: string | Secret): Connection {
		const other = secret(token);
		return new Connection(this.http.with({ token: other }), other, this.#server, this);
	}

	/** How long to wait before what was broken off is taken up again. */
	get waits(): Backoff {
		return this.#server.waits;
	}

	get url(): string {
		return this.#server.url;
	}

	/** The answer's body. */
	call<R extends Route>(route: R, path: PathValues<R>, options?: RequestOptions): Promise<Routes[R]> {
		return this.#ask(route, (_, index) => path[index], options);
	}

	/** The same with the path's parameters by name. */
	request<R extends Route>(route: R, path: PathParams<R>, options?: RequestOptions): Promise<Routes[R]> {
		return this.#ask(route, (name) => path[name as keyof PathParams<R>], options);
	}

	/** The answer with its headers. */
	answer<R extends Route>(route: R, path: PathValues<R>, options?: RequestOptions): Promise<HttpResponse<Routes[R]>> {
		return this.#send(route, (_, index) => path[index], { ...options, response: 'response' });
	}

	stream<R extends Route>(route: R, path: PathValues<R>, options?: RequestOptions): Promise<StreamResponse> {
		return this.#send(route, (_, index) => path[index], { ...options, response: 'stream' });
	}

	/** A stream of events, which ends with this connection at the latest. */
	events<T extends EventType>(options?: EventStreamOptions<T>): EventStream<T> {
		const { token } = this;
		if (!token) throw new ValidationError('events: the server tells them to signed-in users only; give a token');
		const connection: EventConnection = {
			url: this.url,
			token: () => token,
			// What a stream sends by POST only reads, too.
			read: (method, path, options) => this.http.request(method, path, { ...options, repeat: 'safe' }),
			tls: this.#server.tls,
		};
		const stream = new EventStream<T>(connection, options);
		for (let each: Connection | undefined = this; each; each = each.#parent) {
			const streams = each.#streams.add(stream);
			stream.on('state', (state) => {
				if (state === 'closed' || state === 'refused') streams.delete(stream);
			});
		}
		return stream;
	}

	/** Closes its streams, which store their positions, and then the connections to the server. */
	async close(): Promise<void> {
		await Promise.all([...this.#streams].map((stream) => stream[Symbol.asyncDispose]()));
		await this.http.close();
	}

	/** The user whose token this is; asked once. */
	me(options?: RequestOptions): Promise<UserProfile> {
		this.#me ??= this.call('GET /api/v4/users/{user_id}', ['me'], options).catch((error) => {
			this.#me = undefined;
			throw error;
		});
		return this.#me;
	}

	/** `me` stands for an id in paths, but not in bodies. */
	async userIdOf(userId: string): Promise<string> {
		return userId === 'me' ? (await this.me()).id : userId;
	}

	/** The server's limits and switches, not older than a minute. Shared: it can't be aborted by one of those who wait for it. */
	config(): Promise<ClientConfig> {
		const server = this.#server;
		const now = performance.now();
		if (server.config && now - server.config.at < 60_000) return server.config.answer;
		const answer = this.call('GET /api/v4/config/client', [], { params: { format: 'old' } });
		server.config = { answer, at: now };
		answer.catch(() => {
			server.config = undefined;
		});
		return answer;
	}

	async #ask<R extends Route>(route: R, parameter: Parameter, options: RequestOptions | undefined): Promise<Routes[R]> {
		const answer = await this.#send<Routes[R]>(route, parameter, options);
		if (this.#server.strict) (await import('./strict/check.ts')).check(route, answer);
		return answer;
	}

	/** What `T` is follows from the route and `options.response`. */
	async #send<T>(route: Route, parameter: Parameter, options: RequestOptions = {}): Promise<T> {
		const path = fillPath(route, parameter);
		const method = route.slice(0, route.indexOf(' ')) as Method;
		const repeat = options.repeat ?? (safePosts.has(route) ? 'safe' : undefined);
		const response = options.response ?? (route in binaryRoutes ? 'bytes' : undefined);
		return this.http.request<T>(method, path, { ...options, route, repeat, response });
	}
}

type Parameter = (name: string, index: number) => unknown;

const secret = (token: string | Secret): Secret => (typeof token === 'string' ? new Secret(token) : token);
