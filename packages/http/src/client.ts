import type { HttpClientOptions } from './client-options.ts';
import { Core } from './core.ts';
import { bearer, mergeHeaders, type RequestHeaders } from './headers.ts';
import { type HttpRequest, onion } from './middleware.ts';
import type { Method, RequestOptions } from './options.ts';
import type { HttpResponse, StreamResponse } from './response.ts';
import type { Secret } from './secret.ts';
import { Sending } from './send.ts';

type As<Kind> = RequestOptions & { readonly response: Kind };

/** What one verb takes and gives: the parsed body, or what `response` asks for. */
export interface Verb {
	(path: string | Secret, options: As<'stream'>): Promise<StreamResponse>;
	(path: string | Secret, options: As<'bytes'>): Promise<Buffer>;
	(path: string | Secret, options: As<'text'>): Promise<string>;
	<T = unknown>(path: string | Secret, options: As<'response'>): Promise<HttpResponse<T>>;
	<T = unknown>(path: string | Secret, options?: RequestOptions): Promise<T>;
}

export interface Overrides {
	readonly token?: string | Secret | undefined;
	/** A value of undefined takes a header away. */
	readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

const noOptions: RequestOptions = {};

export class HttpClient {
	readonly #core: Core;
	readonly #headers: RequestHeaders;
	readonly #send: (request: HttpRequest) => Promise<HttpResponse>;
	readonly #ownsCore: boolean;

	readonly get: Verb = this.#verb('GET');
	readonly post: Verb = this.#verb('POST');
	readonly put: Verb = this.#verb('PUT');
	readonly patch: Verb = this.#verb('PATCH');
	readonly delete: Verb = this.#verb('DELETE');
	readonly head: Verb = this.#verb('HEAD');
	readonly options: Verb = this.#verb('OPTIONS');

	/** @throws ValidationError for options that cannot work. */
	constructor(options: HttpClientOptions);
	/** @internal The way of `with`. */
	constructor(core: Core, headers: RequestHeaders);
	constructor(options: HttpClientOptions | Core, headers?: RequestHeaders) {
		const core = options instanceof Core ? options : new Core(options);
		this.#ownsCore = core !== options;
		this.#core = core;
		this.#headers = headers ?? core.headers;
		this.#send = onion(core.middleware, (request) => new Sending(core, this.#headers, request).run());
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

	/** A client with another token, or other headers, that shares this one's connections, rate limits and pauses. */
	with({ token, headers }: Overrides): HttpClient {
		const own = token === undefined ? this.#headers : { ...this.#headers, authorization: bearer(token) };
		return new HttpClient(this.#core, mergeHeaders(own, headers));
	}

	/** Closes all connections; requests under way fail with AbortError. On a client made by `with` it does nothing. */
	async close(): Promise<void> {
		if (this.#ownsCore) await this.#core.close();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}

	#verb(method: Method): Verb {
		return ((path: string | Secret, options?: RequestOptions) => this.request(method, path, options)) as Verb;
	}
}

/** An HttpClient with the defaults of its options. */
export function createHttpClient(
	baseUrl: string | URL,
	token?: string | Secret,
	options: Omit<HttpClientOptions, 'baseUrl' | 'token'> = {},
): HttpClient {
	return new HttpClient({ ...options, baseUrl, token });
}
