// The errors that callers get, made from how an attempt ended.
import type { Answer, Failure } from './attempt.ts';
import { type Classification, type Classify, usualPlaces } from './classify.ts';
import { TooLarge } from './decompress.ts';
import { AbortError } from './errors/abort-error.ts';
import { ApiError, type ApiErrorFacts } from './errors/api-error.ts';
import { AuthenticationError } from './errors/authentication-error.ts';
import { ConflictError } from './errors/conflict-error.ts';
import { ConnectionError } from './errors/connection-error.ts';
import type { HttpError, RequestFacts } from './errors/http-error.ts';
import { NotFoundError } from './errors/not-found-error.ts';
import { PermissionError } from './errors/permission-error.ts';
import { RateLimitError } from './errors/rate-limit-error.ts';
import { ResponseError } from './errors/response-error.ts';
import { ServerError } from './errors/server-error.ts';
import { TimeoutError } from './errors/timeout-error.ts';
import { ValidationError } from './errors/validation-error.ts';
import type { Outcome } from './retry.ts';
import { retryAfter } from './retry-after.ts';

/** A failed attempt: what the caller gets if it is not repeated, and what the decision about that needs to know. */
export interface Failed {
	readonly error: HttpError;
	readonly outcome: Outcome;
}

/** Another attempt would meet the same certificate, or the same server that speaks no TLS. */
const lasting = /CERT|ALTNAME|LEAF_SIGNATURE|ERR_SSL|EPROTO/;

/** An attempt that got no answer. @param timeout milliseconds that it was given. */
export function failed(facts: RequestFacts, { failed, sent, cause }: Failure, timeout: number): Failed {
	const named = `${facts.method} ${facts.url}`;
	const withCause = { ...facts, cause };
	switch (failed) {
		case 'timeout': {
			const error = new TimeoutError(`${named}: no answer within ${timeout} ms`, { ...facts, phase: 'attempt', sent });
			return { error, outcome: { sent, passing: true } };
		}
		case 'connect-timeout': {
			const error = new TimeoutError(`${named}: no connection in time`, { ...withCause, phase: 'connect', sent });
			return { error, outcome: { sent, passing: true } };
		}
		case 'connection': {
			const { code, message } = cause as NodeJS.ErrnoException;
			const error = new ConnectionError(`${named}: ${message || code}`, { ...withCause, code, sent });
			return { error, outcome: { sent, passing: !lasting.test(code ?? '') } };
		}
		case 'too-large':
			return { error: unreadable(facts, undefined, new TooLarge()), outcome: { sent, passing: false } };
		case 'invalid':
			return {
				error: new ValidationError(`${named}: ${(cause as Error).message}`, withCause),
				outcome: { sent, passing: false },
			};
		case 'body':
			return {
				error: new AbortError(`${named}: the body could not be read: ${(cause as Error).message}`, withCause),
				outcome: { sent, passing: false },
			};
		case 'aborted':
			return { error: new AbortError(`${named}: aborted`, withCause), outcome: { sent, passing: false } };
	}
}

/** An answer of 400 and above. @param body parsed where it is JSON, else text. @param secrets that it may quote. */
export function refused(
	facts: RequestFacts,
	{ status, headers }: Answer,
	body: unknown,
	secrets: readonly string[],
	classify: Classify | undefined,
): Failed {
	const said: Classification = { ...usualPlaces(body, headers), ...classify?.(status, body, headers) };
	const wait = retryAfter(status, headers, Date.now());
	const text = redact(`${said.message ? ` ${said.message}` : ''}${said.code ? ` (${said.code})` : ''}`, secrets);
	const error = apiError(said.like ?? status, `${facts.method} ${facts.url}: ${status}${text}`, {
		...facts,
		status,
		code: said.code,
		requestId: said.requestId,
		headers,
		body,
		retryAfter: wait === undefined ? undefined : wait / 1000,
	});
	return { error, outcome: { status, retryAfter: wait, verdict: said.retry } };
}

function apiError(
	status: number,
	message: string,
	facts: ApiErrorFacts & { retryAfter: number | undefined },
): ApiError {
	switch (status) {
		case 400:
		case 422:
			return new ValidationError(message, facts);
		case 401:
			return new AuthenticationError(message, facts);
		case 403:
			return new PermissionError(message, facts);
		case 404:
			return new NotFoundError(message, facts);
		case 409:
			return new ConflictError(message, facts);
		case 429:
			return new RateLimitError(message, facts);
		default:
			return status >= 500 ? new ServerError(message, facts) : new ApiError(message, facts);
	}
}

/** Takes the request's own secrets out of what the server says: servers and proxies like to quote them. */
function redact(text: string, secrets: readonly string[]): string {
	return secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), text);
}

/** A body that is too large, or that cannot be decompressed. */
export function unreadable(facts: RequestFacts, status: number | undefined, error: unknown): ResponseError {
	const named = `${facts.method} ${facts.url}`;
	if (error instanceof TooLarge) {
		const message = `${named}: the answer is larger than maxResponseBytes allows`;
		return new ResponseError(message, { ...facts, status, fault: 'too-large' });
	}
	const message = `${named}: the answer cannot be decompressed: ${(error as Error).message}`;
	return new ResponseError(message, { ...facts, status, fault: 'bad-encoding', cause: error });
}

/** Without a cause: the parser's own message quotes the body. */
export function notJson(facts: RequestFacts, status: number): ResponseError {
	const message = `${facts.method} ${facts.url}: the answer (${status}) should be JSON and is not`;
	return new ResponseError(message, { ...facts, status, fault: 'not-json' });
}

export function redirectRefused(facts: RequestFacts, status: number, why: string): ResponseError {
	const message = `${facts.method} ${facts.url}: the server redirects (${status}) ${why}`;
	return new ResponseError(message, { ...facts, status, fault: 'redirect' });
}
