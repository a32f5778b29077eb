import type { HttpClientOptions } from './client-options.ts';
import { Core } from './core.ts';
import { encodings } from './decompress.ts';
import { bearer, mergeHeaders, type RequestHeaders } from './headers.ts';
import type { Lane } from './lane.ts';
import { type HttpRequest, onion } from './middleware.ts';
import type { Method, RequestOptions } from './options.ts';
import type { HttpResponse, StreamResponse } from './response.ts';
import type { Secret } from './secret.ts';
import { send } from './send.ts';

type As<Kind> = RequestOptions & { readonly response: Kind };

/** What one verb takes and gives: the parsed body, or what `response` asks for. */
export interface Verb {
	(path: string | Secret, options: As<'stream'>): Promise<StreamResponse>;
	(path: string | Secret, options: As<'bytes'>): Promise<Buffer>;
	(path: string | Secret, options: As<'text'>): Promise<string>;
	<T = unknown>(path: string | Secret, options: As<'response'>): Promise<HttpResponse<T>>;
	<T = unknown>(path: string | Secret, options?: RequestOptions): Promise<T>;
}

const noOptions: RequestOptions = {};

export class HttpClient {
	readonly #core: Core;
	readonly #headers: RequestHeaders;
	readonly #lane: Lane;
	readonly #send: (request: HttpRequest) => Promise<HttpResponse>;
	readonly #owner: boolean;

	readonly get: Verb = this.#verb('GET');
	readonly post: Verb = this.#verb('POST');
	readonly put: Verb = this.#verb('PUT');
	readonly patch: Verb = this.#verb('PATCH');
	readonly delete: Verb = this.#verb('DELETE');
	readonly head: Verb = this.#verb('HEAD');
	readonly options: Verb = this.#verb('OPTIONS');

	constructor(options: HttpClientOptions);
	/** @internal Made by `with`. */
	constructor(options: Core, headers: RequestHeaders);
	constructor(options: HttpClientOptions | Core, headers?: RequestHeaders) {
		this.#owner = !(options instanceof Core);
		this.#core = options instanceof Core ? options : new Core(options);
		this.#headers = headers ?? defaultHeaders(this.#core.options);
		this.#lane = this.#core.lanes.of(this.#headers.authorization ?? '');
		const plain = (request: HttpRequest) => send(this.#core, this.#headers, this.#lane, request);
		const { middleware = [] } = this.#core.options;
		this.#send = middleware.length > 0 ? onion(middleware, plain) : plain;
	}

	request(method: Method, path: string | Secret, options: As<'stream'>): Promise<StreamResponse>;
	request(method: Method, path: string | Secret, options: As<'bytes'>): Promise<Buffer>;
	request(method: Method, path: string | Secret, options: As<'text'>): Promise<string>;
	request<T = unknown>(method: Method, path: string | Secret, options: As<'response'>): Promise<HttpResponse<T>>;
	request<T = unknown>(method: Method, path: string | Secret, options?: RequestOptions): Promise<T>;
	async request(method: Method, path: string | Secret, options: RequestOptions = noOptions): Promise<unknown> {
		const response = await this.#send({ method, path, options });
		return options.response === 'response' || options.response === 'stream' ? response : response.body;
	}

	/** A client with another token or more headers that shares connections, rate limits and pauses with this one. */
	with({
		token,
		headers,
	}: {
		token?: string | Secret;
		headers?: Readonly<Record<string, string | undefined>>;
	}): HttpClient {
		const merged = mergeHeaders(
			token === undefined ? this.#headers : { ...this.#headers, authorization: bearer(token) },
			headers,
		);
		return new HttpClient(this.#core, merged);
	}

	/** Closes all connections; requests under way fail with AbortError. On a client made by `with` it does nothing. */
	async close(): Promise<void> {
		if (this.#owner) await this.#core.close();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}

	#verb(method: Method): Verb {
		return ((path: string | Secret, options?: RequestOptions) => this.request(method, path, options)) as Verb;
	}
}

function defaultHeaders({ token, headers }: HttpClientOptions): RequestHeaders {
	const base: Record<string, string> = {
		accept: 'application/json, */*;q=0.9',
		'accept-encoding': encodings,
		'user-agent': 'matterkit',
	};
	if (token !== undefined) base.authorization = bearer(token);
	return mergeHeaders(base, headers);
}

/** An HttpClient with the defaults of its options. */
export function createHttpClient(
	baseUrl: string | URL,
	token?: string | Secret,
	options: Omit<HttpClientOptions, 'baseUrl' | 'token'> = {},
): HttpClient {
	return new HttpClient({ ...options, baseUrl, token });
}
