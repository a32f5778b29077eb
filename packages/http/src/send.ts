// One request from beginning to end: lane → attempt → (classify → wait → lane → attempt)*.
import { Readable } from 'node:stream';
import type { Answer, Attempt, Failure } from './attempt.ts';
import { type Body, encodeBody } from './body.ts';
import { apiError, usualPlaces } from './classify.ts';
import type { Core } from './core.ts';
import { Deadline, pause } from './deadline.ts';
import { decompress, decompressStream, encodingsOf, TooLarge } from './decompress.ts';
import { AbortError } from './errors/abort-error.ts';
import { ConnectionError } from './errors/connection-error.ts';
import type { HttpError, RequestFacts } from './errors/http-error.ts';
import { ResponseError } from './errors/response-error.ts';
import { TimeoutError } from './errors/timeout-error.ts';
import { ValidationError } from './errors/validation-error.ts';
import { type Trace, trace } from './events.ts';
import { bearer, mergeHeaders, type RequestHeaders } from './headers.ts';
import type { Lane } from './lane.ts';
import type { HttpRequest } from './middleware.ts';
import type { Repeat, RequestOptions } from './options.ts';
import { parseBody, parseErrorBody } from './parse.ts';
import { redact } from './redact.ts';
import { type Hop, redirectOf } from './redirect.ts';
import type { HttpResponse, ResponseHeaders } from './response.ts';
import { nextAttempt, type Outcome, type RetryVerdict } from './retry.ts';
import { retryAfter } from './retry-after.ts';
import { Secret } from './secret.ts';
import { target, withoutQuery } from './target.ts';

/** A failed attempt: what the caller gets if it is not repeated, and what the decision about that needs. */
interface Failed {
	readonly error: HttpError;
	readonly outcome: Outcome;
}

export function send(core: Core, headers: RequestHeaders, lane: Lane, request: HttpRequest): Promise<HttpResponse> {
	return new Sending(core, headers, lane, request).run();
}

class Sending {
	readonly #core: Core;
	readonly #request: HttpRequest;
	readonly #options: RequestOptions;
	readonly #lane: Lane;
	readonly #body: Body | undefined;
	readonly #start: Hop;
	readonly #deadline: Deadline | undefined;
	readonly #signal: AbortSignal | undefined;
	#attempts = 0;

	constructor(core: Core, base: RequestHeaders, lane: Lane, request: HttpRequest) {
		const { options } = request;
		this.#core = core;
		this.#request = request;
		this.#options = options;
		this.#body = encodeBody(options);
		const headers = requestHeaders(base, options, this.#body);
		this.#lane = headers.authorization === base.authorization ? lane : core.lanes.of(headers.authorization ?? '');
		const path = request.path instanceof Secret ? request.path.reveal() : request.path;
		this.#start = { origin: core.base.origin, path: target(core.base, path, options.params), headers };
		const totalTimeout = options.totalTimeout ?? core.options.totalTimeout;
		this.#deadline = totalTimeout === undefined ? undefined : new Deadline(totalTimeout, options.signal);
		this.#signal = this.#deadline?.signal ?? options.signal;
	}

	async run(): Promise<HttpResponse> {
		const traced = trace(this.#core.options.logger, () => ({
			method: this.#request.method,
			origin: this.#core.base.origin,
			route: this.#options.route,
			url: this.#shownUrl(),
		}));
		try {
			const response = await this.#untilDone(traced);
			traced?.end(this.#attempts, response.status, undefined);
			if (response.body instanceof Readable) response.body.once('close', () => this.#deadline?.end());
			else this.#deadline?.end();
			return response;
		} catch (error) {
			this.#deadline?.end();
			traced?.end(this.#attempts, (error as HttpError).status, error as HttpError);
			throw error;
		}
	}

	async #untilDone(traced: Trace | undefined): Promise<HttpResponse> {
		for (;;) {
			this.#checkEnded();
			const turn = this.#lane.enter(this.#attempts > 0, this.#signal, this.#core.closing);
			if (turn) await this.#inLine(turn, traced);
			let done: HttpResponse | Failed;
			try {
				this.#checkEnded();
				this.#attempts++;
				done = await this.#attempt();
			} finally {
				this.#lane.leave();
			}
			if (!('error' in done) || done.error.status !== 429) this.#lane.passed();
			if (!('error' in done)) return done;
			const next = this.#next(done.outcome);
			if ('giveUp' in next) throw done.error;
			traced?.retry(this.#attempts, next.wait, done.error);
			if (done.error.status !== 429) await pause(next.wait, this.#signal, this.#core.closing);
		}
	}

	#next(outcome: Outcome) {
		const next = nextAttempt(
			{
				attempts: this.#attempts,
				repeat: this.#repeat(),
				bodyAgain: this.#body?.again ?? true,
				budget: this.#deadline?.left ?? Number.POSITIVE_INFINITY,
			},
			outcome,
			{ ...this.#core.retry, maxRetries: this.#options.maxRetries ?? this.#core.retry.maxRetries },
		);
		// A request that gives up after a 429 holds the others back all the same.
		if ('status' in outcome && outcome.status === 429) {
			this.#lane.pause('wait' in next ? next.wait : Math.min(outcome.retryAfter ?? 1000, this.#core.retry.cap));
		}
		return next;
	}

	#repeat(): Repeat {
		if (this.#options.repeat) return this.#options.repeat;
		return 'idempotency-key' in this.#start.headers ? 'safe' : this.#core.repeat[this.#request.method];
	}

	async #inLine(turn: Promise<void>, traced: Trace | undefined): Promise<void> {
		const since = performance.now();
		try {
			await turn;
		} catch (cause) {
			throw this.#endedError(cause);
		}
		traced?.waited(performance.now() - since);
	}

	/** One attempt, and the redirects that it meets. */
	async #attempt(): Promise<HttpResponse | Failed> {
		let hop = this.#start;
		for (let redirects = 0; ; redirects++) {
			const answer = await this.#core.carry(this.#attemptAt(hop));
			if ('failed' in answer) return this.#failed(answer);
			const { status, headers } = answer;
			if (status < 300) return this.#taken(answer, hop);
			const redirect = redirectOf(this.#request.method, hop, status, headers);
			if (redirect === undefined) return status < 400 ? this.#taken(answer, hop) : this.#refused(answer);
			if ('refused' in redirect) throw this.#redirectError(status, redirect.refused);
			if (redirects >= this.#core.maxRedirects) throw this.#redirectError(status, `more than ${redirects} times`);
			hop = redirect;
		}
	}

	#attemptAt(hop: Hop): Attempt {
		const { options } = this.#request;
		const stream = options.response === 'stream';
		const maxBytes = options.maxResponseBytes ?? (stream ? Number.POSITIVE_INFINITY : this.#core.maxResponseBytes);
		return {
			method: this.#request.method,
			origin: hop.origin,
			path: hop.path,
			headers: hop.headers,
			content: this.#body?.open(),
			timeout: options.timeout ?? this.#core.timeout,
			signal: this.#signal,
			maxBytes,
			stream,
			streamError: (failure) => this.#failed(failure).error,
		};
	}

	async #taken({ status, headers, body }: Answer, hop: Hop): Promise<HttpResponse> {
		const kind = this.#options.response ?? 'auto';
		const url = hop === this.#start ? this.#shownUrl() : hop.origin + withoutQuery(hop.path);
		const encodings = encodingsOf(headers);
		const maxBytes = this.#options.maxResponseBytes ?? this.#core.maxResponseBytes;
		if (body instanceof Readable) {
			if (encodings.length === 0) return { status, headers, body, url };
			const limit = this.#options.maxResponseBytes ?? Number.POSITIVE_INFINITY;
			return {
				status,
				headers,
				body: decompressStream(body, encodings, limit, (error) => this.#bodyError(status, error)),
				url,
			};
		}
		let bytes = body;
		if (encodings.length > 0 && body.length > 0) {
			try {
				bytes = await decompress(body, encodings, maxBytes);
			} catch (error) {
				throw this.#bodyError(status, error);
			}
		}
		if (kind === 'stream') return { status, headers, body: Readable.from([bytes]), url };
		try {
			return { status, headers, body: parseBody(kind === 'response' ? 'auto' : kind, headers, bytes), url };
		} catch {
			// The parser's own message quotes the body.
			throw new ResponseError(`${this.#shown()}: the answer (${status}) should be JSON and is not`, {
				...this.#facts(),
				status,
				fault: 'not-json',
			});
		}
	}

	/** An answer of 400 and above. */
	async #refused({ status, headers, body }: Answer): Promise<Failed> {
		const parsed = await this.#errorBody(headers, body as Buffer);
		const said = { ...usualPlaces(parsed, headers), ...this.#core.options.classify?.(status, parsed, headers) };
		const wait = retryAfter(headers, Date.now());
		const code = said.code === undefined ? '' : ` (${said.code})`;
		const message = redact(`${status}${said.message ? ` ${said.message}` : ''}${code}`, this.#start.headers);
		const facts = { ...this.#facts(), status, code: said.code, requestId: said.requestId, headers, body: parsed };
		return {
			error: apiError(status, `${this.#shown()}: ${message}`, facts, wait),
			outcome: { status, retryAfter: wait, verdict: said.retry as RetryVerdict | undefined },
		};
	}

	async #errorBody(headers: ResponseHeaders, body: Buffer): Promise<unknown> {
		const encodings = encodingsOf(headers);
		try {
			if (encodings.length > 0 && body.length > 0)
				body = await decompress(body, encodings, this.#core.maxResponseBytes);
		} catch {
			return undefined;
		}
		return parseErrorBody(headers, body);
	}

	#failed({ failed, sent, cause }: Failure): Failed {
		const facts = this.#facts(cause);
		const shown = this.#shown();
		const outcome = { sent, passing: true };
		switch (failed) {
			case 'aborted':
				return { error: this.#endedError(cause), outcome: { sent, passing: false } };
			case 'timeout': {
				const timeout = this.#options.timeout ?? this.#core.timeout;
				return {
					error: new TimeoutError(`${shown}: no answer within ${timeout} ms`, { ...facts, phase: 'attempt', sent }),
					outcome,
				};
			}
			case 'connect-timeout':
				return {
					error: new TimeoutError(`${shown}: no connection in time`, { ...facts, phase: 'connect', sent }),
					outcome,
				};
			case 'too-large':
				return { error: this.#bodyError(undefined, new TooLarge()), outcome: { sent, passing: false } };
			case 'invalid':
				return {
					error: new ValidationError(`${shown}: ${(cause as Error).message}`, facts),
					outcome: { sent, passing: false },
				};
			case 'connection': {
				const { code, message } = cause as NodeJS.ErrnoException;
				return {
					error: new ConnectionError(`${shown}: ${message || code}`, { ...facts, code, sent }),
					outcome: { sent, passing: !/CERT|SIGNED|ALTNAME/.test(code ?? '') },
				};
			}
		}
	}

	#bodyError(status: number | undefined, error: unknown): ResponseError {
		const large = error instanceof TooLarge;
		const what = large
			? 'the answer is larger than maxResponseBytes'
			: `the answer cannot be decompressed: ${(error as Error).message}`;
		return new ResponseError(`${this.#shown()}: ${what}`, {
			...this.#facts(large ? undefined : error),
			status,
			fault: large ? 'too-large' : 'bad-encoding',
		});
	}

	#redirectError(status: number, why: string): ResponseError {
		const message = `${this.#shown()}: the server redirects (${status}) ${why}`;
		return new ResponseError(message, { ...this.#facts(), status, fault: 'redirect' });
	}

	#checkEnded(): void {
		if (this.#signal?.aborted || this.#core.closing.aborted) throw this.#endedError(this.#signal?.reason);
	}

	#endedError(cause: unknown): HttpError {
		if (this.#deadline?.passed) {
			const total = this.#options.totalTimeout ?? this.#core.options.totalTimeout;
			return new TimeoutError(`${this.#shown()}: not done within ${total} ms in total`, {
				...this.#facts(),
				phase: 'total',
				sent: this.#attempts > 0,
			});
		}
		if (this.#core.closing.aborted) return new AbortError(`${this.#shown()}: the client is closed`, this.#facts());
		return new AbortError(`${this.#shown()}: aborted`, this.#facts(cause));
	}

	#facts(cause?: unknown): RequestFacts {
		return {
			method: this.#request.method,
			url: this.#shownUrl(),
			route: this.#options.route,
			attempts: this.#attempts,
			cause,
		};
	}

	#shown(): string {
		return `${this.#request.method} ${this.#shownUrl()}`;
	}

	#shownUrl(): string {
		const { origin, path } = this.#start;
		return this.#request.path instanceof Secret ? `${origin}/[secret]` : origin + withoutQuery(path);
	}
}

function requestHeaders(base: RequestHeaders, options: RequestOptions, body: Body | undefined): RequestHeaders {
	if (!options.headers && !options.token && body?.type === undefined) return base;
	const headers = mergeHeaders(
		options.token ? { ...base, authorization: bearer(options.token) } : base,
		options.headers,
	);
	if (body?.type !== undefined) headers['content-type'] ??= body.type;
	return headers;
}
