// One request from beginning to end: lane → attempt → (wait → lane → attempt)*.
import { Readable } from 'node:stream';
import type { Answer, Attempt, Failure } from './attempt.ts';
import { type Body, type Content, encodeBody } from './body.ts';
import { checkNumber } from './check.ts';
import type { Core } from './core.ts';
import { Deadline } from './deadline.ts';
import { decompress, decompressStream, encodingsOf } from './decompress.ts';
import { AbortError } from './errors/abort-error.ts';
import { type HttpError, isHttpError, type RequestFacts } from './errors/http-error.ts';
import { TimeoutError } from './errors/timeout-error.ts';
import { type Trace, trace } from './events.ts';
import { type Failed, failed, notJson, redirectRefused, refused, unreadable } from './failures.ts';
import { credentialsOf, type RequestHeaders, requestHeaders } from './headers.ts';
import type { Lane } from './lane.ts';
import type { HttpRequest } from './middleware.ts';
import type { RequestOptions } from './options.ts';
import { parseBody, parseErrorBody } from './parse.ts';
import { type Hop, isRedirect, redirectOf } from './redirect.ts';
import type { HttpResponse, ResponseHeaders } from './response.ts';
import { nextAttempt, type Outcome } from './retry.ts';
import { Secret } from './secret.ts';
import { target, withoutQuery } from './target.ts';
import { pause } from './timer.ts';

export class Sending {
	readonly #core: Core;
	readonly #request: HttpRequest;
	readonly #options: RequestOptions;
	readonly #lane: Lane;
	readonly #body: Body | undefined;
	readonly #start: Hop;
	readonly #timeout: number;
	readonly #totalTimeout: number | undefined;
	#deadline: Deadline | undefined;
	#signal: AbortSignal | undefined;
	#redirectedTo: string | undefined;
	#attempts = 0;

	/** @param base headers of the client. @throws ValidationError */
	constructor(core: Core, base: RequestHeaders, request: HttpRequest) {
		const { path, options } = request;
		checkNumber('timeout', options.timeout, 'above 0');
		checkNumber('totalTimeout', options.totalTimeout, 'above 0');
		this.#core = core;
		this.#request = request;
		this.#options = options;
		this.#timeout = options.timeout ?? core.timeout;
		this.#totalTimeout = options.totalTimeout ?? core.totalTimeout;
		this.#signal = options.signal;
		this.#body = encodeBody(options);
		const headers = requestHeaders(base, options, this.#body?.type);
		this.#lane = core.lanes.of(headers.authorization ?? '');
		this.#start = {
			origin: core.base.origin,
			path: target(core.base, path instanceof Secret ? path.reveal() : path, options.params),
			headers,
		};
	}

	run(): Promise<HttpResponse> {
		const traced = trace(this.#core.logger, this);
		return traced || this.#totalTimeout !== undefined ? this.#watched(traced) : this.#untilDone(undefined);
	}

	async #watched(traced: Trace | undefined): Promise<HttpResponse> {
		const deadline = this.#totalTimeout === undefined ? undefined : new Deadline(this.#totalTimeout, this.#signal);
		if (deadline) {
			this.#deadline = deadline;
			this.#signal = deadline.signal;
		}
		try {
			const response = await this.#untilDone(traced);
			traced?.end(this.#attempts, response.status, undefined);
			if (response.body instanceof Readable && !response.body.closed)
				response.body.once('close', () => deadline?.end());
			else deadline?.end();
			return response;
		} catch (error) {
			deadline?.end();
			traced?.end(this.#attempts, (error as HttpError).status, error as HttpError);
			throw error;
		}
	}

	get method() {
		return this.#request.method;
	}

	get origin() {
		return this.#start.origin;
	}

	get route() {
		return this.#options.route;
	}

	/** Without the query and without a secret path. */
	get url(): string {
		return this.#shown(this.#start);
	}

	#shown({ origin, path }: Hop): string {
		return origin + (this.#request.path instanceof Secret ? '/[secret]' : withoutQuery(path));
	}

	/** Few promises on the way of a request that just works: each costs it about 1 % of its time. */
	async #untilDone(traced: Trace | undefined): Promise<HttpResponse> {
		const lane = this.#lane;
		try {
			for (;;) {
				this.#checkEnded();
				const turn = lane.enter(this.#attempts, this.#signal, this.#core.closing);
				if (turn) await this.#inLine(turn, traced);
				let status: number | undefined;
				let missed: Failed;
				try {
					this.#checkEnded();
					this.#attempts++;
					let answer = await this.#core.carry(this.#attemptAt(this.#start, this.#body?.open()));
					if ('status' in answer && isRedirect(answer)) answer = await this.#follow(answer);
					if ('failed' in answer) missed = this.#failed(answer);
					else {
						status = answer.status;
						if (status < 400) return this.#taken(answer);
						missed = await this.#refused(answer);
					}
				} finally {
					lane.leave();
					if (status !== 429) lane.passed();
				}
				const next = this.#next(missed.outcome);
				if ('giveUp' in next) throw missed.error;
				traced?.retry(this.#attempts, next.wait, missed.error);
				// After a 429 the lane itself is paused, for this request as for all others.
				if (status !== 429) await pause(next.wait, this.#signal, this.#core.closing);
			}
		} catch (error) {
			this.#body?.abandon();
			throw error;
		}
	}

	async #inLine(turn: Promise<void>, traced: Trace | undefined): Promise<void> {
		const since = performance.now();
		try {
			await turn;
		} catch (cause) {
			throw this.#ended(cause);
		}
		traced?.waited(performance.now() - since);
	}

	/** Goes where the redirects lead, within the one attempt. */
	async #follow(answer: Answer): Promise<Answer | Failure> {
		let hop = this.#start;
		for (let redirects = 1; ; redirects++) {
			const next = redirectOf(this.method, hop, answer);
			if ('refused' in next) throw redirectRefused(this.#facts(), answer.status, next.refused);
			if (redirects > this.#core.maxRedirects) {
				throw redirectRefused(this.#facts(), answer.status, `more than ${this.#core.maxRedirects} times`);
			}
			hop = next;
			this.#redirectedTo = this.#shown(hop);
			const reached = await this.#core.carry(this.#attemptAt(hop, undefined));
			if ('failed' in reached || !isRedirect(reached)) return reached;
			answer = reached;
		}
	}

	#attemptAt(hop: Hop, content: Content | undefined): Attempt {
		const stream = this.#options.response === 'stream';
		return {
			method: this.method,
			origin: hop.origin,
			path: hop.path,
			headers: hop.headers,
			content,
			timeout: this.#timeout,
			signal: this.#signal,
			maxBytes: this.#maxBytes(stream),
			stream,
			streamError: stream ? (failure) => this.#failed(failure).error : undefined,
		};
	}

	#taken(answer: Answer): HttpResponse | Promise<HttpResponse> {
		const { status, headers, body } = answer;
		const url = this.#redirectedTo ?? this.url;
		const encodings = encodingsOf(headers);
		if (encodings !== undefined) return this.#decoded(answer, encodings, url);
		return { status, headers, body: this.#parsed(status, headers, body), url };
	}

	async #decoded({ status, headers, body }: Answer, encodings: readonly string[], url: string): Promise<HttpResponse> {
		const translate = (error: unknown) => (isHttpError(error) ? error : unreadable(this.#facts(), status, error));
		let bytes: Buffer;
		try {
			if (body instanceof Readable) {
				return { status, headers, body: await decompressStream(body, encodings, this.#maxBytes(true), translate), url };
			}
			bytes = await decompress(body, encodings, this.#maxBytes(false));
		} catch (error) {
			if (body instanceof Readable) body.destroy();
			throw translate(error);
		}
		return { status, headers, body: this.#parsed(status, headers, bytes), url };
	}

	#parsed(status: number, headers: ResponseHeaders, body: Buffer | Readable): unknown {
		if (body instanceof Readable) return body;
		try {
			return parseBody(this.#options.response ?? 'auto', headers, body);
		} catch {
			throw notJson(this.#facts(), status);
		}
	}

	#failed(failure: Failure): Failed {
		if (this.#hasEnded()) return { error: this.#ended(failure.cause), outcome: { sent: failure.sent, passing: false } };
		return failed(this.#facts(), failure, this.#timeout);
	}

	/** An answer of 400 and above. */
	async #refused(answer: Answer): Promise<Failed> {
		let body = answer.body as Buffer;
		try {
			body = await decompress(body, encodingsOf(answer.headers) ?? [], this.#core.maxResponseBytes);
		} catch {
			// What went wrong is told by the status: that its explanation cannot be read is no news.
			body = Buffer.alloc(0);
		}
		const parsed = parseErrorBody(answer.headers, body);
		const { headers, path } = this.#start;
		const secrets = credentialsOf(headers);
		if (this.#request.path instanceof Secret) secrets.push(path);
		return refused(this.#facts(), answer, parsed, secrets, this.#core.classify);
	}

	#next(outcome: Outcome) {
		const { retry, repeat } = this.#core;
		const state = {
			attempts: this.#attempts,
			repeat: this.#options.repeat ?? ('idempotency-key' in this.#start.headers ? 'safe' : repeat[this.method]),
			bodyAgain: this.#body?.again ?? true,
			budget: this.#deadline?.left ?? Number.POSITIVE_INFINITY,
		};
		const { maxRetries = retry.maxRetries } = this.#options;
		const next = nextAttempt(state, outcome, { ...retry, maxRetries });
		if ('status' in outcome && outcome.status === 429) {
			// A request that gives up holds the others back all the same.
			this.#lane.pause('wait' in next ? next.wait : Math.min(outcome.retryAfter ?? 1000, retry.cap));
		}
		return next;
	}

	#maxBytes(stream: boolean): number {
		return this.#options.maxResponseBytes ?? (stream ? Number.POSITIVE_INFINITY : this.#core.maxResponseBytes);
	}

	#hasEnded(): boolean {
		return this.#signal?.aborted === true || this.#core.closing.aborted;
	}

	#checkEnded(): void {
		if (this.#hasEnded()) throw this.#ended(this.#signal?.reason);
	}

	/** Why it is over before it is done. */
	#ended(cause: unknown): HttpError {
		const facts = this.#facts();
		const named = `${this.method} ${this.url}`;
		if (this.#deadline?.passed) {
			const message = `${named}: not done within ${this.#totalTimeout} ms in total`;
			return new TimeoutError(message, { ...facts, phase: 'total', sent: this.#attempts > 0 });
		}
		if (this.#core.closing.aborted) return new AbortError(`${named}: the client is closed`, facts);
		return new AbortError(`${named}: aborted`, { ...facts, cause });
	}

	#facts(): RequestFacts {
		return { method: this.method, url: this.url, route: this.route, attempts: this.#attempts };
	}
}
