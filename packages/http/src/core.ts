import type { Carrier } from './attempt.ts';
import { checkNumber } from './check.ts';
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
import { timerOf } from './timer.ts';
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

/** What a client shares with all that are made from it by `with`: its options with their defaults, connections, lanes. */
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
	/** None where a transport carries the requests. */
	readonly #connections: Connections | undefined;
	readonly #closing = new AbortController();

	/** @throws ValidationError */
	constructor(options: HttpClientOptions) {
		check(options);
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
		const { transport } = options;
		if (transport) {
			this.carry = (attempt) => transfer(transport, attempt);
		} else {
			this.#connections = connections(options);
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

function check(options: HttpClientOptions): void {
	checkNumber('timeout', options.timeout, 'above 0');
	checkNumber('connectTimeout', options.connectTimeout, 'above 0');
	checkNumber('totalTimeout', options.totalTimeout, 'above 0');
	checkNumber('maxRetries', options.maxRetries, 'whole, at least 0');
	checkNumber('retryBackoffFactor', options.retryBackoffFactor, 'at least 0');
	checkNumber('maxRetryWait', options.maxRetryWait, 'at least 0');
	if (options.jitter !== 'full') checkNumber('jitter', options.jitter, 'at least 0');
	checkNumber('concurrency', options.concurrency, 'whole, above 0');
	checkNumber('maxRedirects', options.maxRedirects, 'whole, at least 0');
	checkNumber('maxResponseBytes', options.maxResponseBytes, 'above 0');
}

function connections(options: HttpClientOptions): Connections {
	const { verifyTls = true, logger } = options;
	if (!verifyTls) {
		const warning =
			`verifyTls is false: anyone on the way can read and change what is exchanged with ${new URL(options.baseUrl).host}, ` +
			'the token included. To trust a certificate of your own, give it as `ca`.';
		process.emitWarning(warning, { type: 'SecurityWarning', code: 'MATTERKIT_TLS_NOT_VERIFIED' });
		logger?.warn({ code: 'MATTERKIT_TLS_NOT_VERIFIED' }, warning);
	}
	return new Connections({
		connectTimeout: timerOf(options.connectTimeout ?? 10_000),
		verifyTls,
		ca: options.ca,
		proxy: options.proxy,
	});
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
