// What a client and all that were made from it by `with` share.
import type { Carrier } from './attempt.ts';
import type { Classify } from './classify.ts';
import type { HttpClientOptions } from './client-options.ts';
import { Connections } from './connections.ts';
import { encodings } from './decompress.ts';
import type { Logger } from './events.ts';
import { bearer, mergeHeaders, type RequestHeaders } from './headers.ts';
import { Lanes } from './lanes.ts';
import type { Middleware } from './middleware.ts';
import type { Method, Repeat } from './options.ts';
import type { RetryPolicy } from './retry.ts';
import { type Base, parseBase } from './target.ts';
import { transfer } from './transport.ts';

const mebibyte = 1024 * 1024;

const repeats: Record<Method, Repeat> = {
	GET: 'safe',
	HEAD: 'safe',
	OPTIONS: 'safe',
	PUT: 'safe',
	DELETE: 'safe',
	POST: 'never',
	PATCH: 'never',
};

export class Core {
	readonly base: Base;
	/** Sent with every request. */
	readonly headers: RequestHeaders;
	readonly middleware: readonly Middleware[];
	readonly carry: Carrier;
	readonly lanes: Lanes;
	readonly retry: RetryPolicy;
	readonly repeat: Readonly<Record<Method, Repeat>>;
	readonly timeout: number;
	readonly totalTimeout: number | undefined;
	readonly maxResponseBytes: number;
	readonly maxRedirects: number;
	readonly classify: Classify | undefined;
	readonly logger: Logger | undefined;
	/** Set where there is something to close. */
	readonly #connections: Connections | undefined;
	readonly #closing = new AbortController();

	constructor(options: HttpClientOptions) {
		const { transport } = options;
		this.base = parseBase(options.baseUrl);
		this.headers = defaultHeaders(options);
		this.middleware = options.middleware ?? [];
		this.timeout = options.timeout ?? 30_000;
		this.totalTimeout = options.totalTimeout;
		this.classify = options.classify;
		this.logger = options.logger;
		this.maxResponseBytes = options.maxResponseBytes ?? 64 * mebibyte;
		this.maxRedirects = options.maxRedirects ?? 5;
		this.repeat = { ...repeats, ...options.repeat };
		this.retry = {
			maxRetries: options.maxRetries ?? 3,
			onStatus: new Set(options.retryOnStatus ?? [429, 500, 502, 503, 504]),
			base: (options.retryBackoffFactor ?? 1) * 1000,
			cap: options.maxRetryWait ?? 30_000,
			jitter: options.jitter ?? 'full',
		};
		this.lanes = new Lanes(options.concurrency ?? 100, options.rateLimit);
		if (transport) {
			this.carry = (attempt) => transfer(transport, attempt);
		} else {
			this.#connections = new Connections({
				connectTimeout: options.connectTimeout ?? 10_000,
				verifyTls: options.verifyTls ?? true,
				ca: options.ca,
				proxy: options.proxy,
			});
			this.carry = this.#connections.carry;
		}
	}

	/** Aborts when the client is closed. */
	get closing(): AbortSignal {
		return this.#closing.signal;
	}

	async close(): Promise<void> {
		this.#closing.abort();
		await this.#connections?.close();
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
