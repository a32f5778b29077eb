// From an answer of 400 or above to its error class.
import { ApiError, type ApiErrorFacts } from './errors/api-error.ts';
import { AuthenticationError } from './errors/authentication-error.ts';
import { ConflictError } from './errors/conflict-error.ts';
import { NotFoundError } from './errors/not-found-error.ts';
import { PermissionError } from './errors/permission-error.ts';
import { RateLimitError } from './errors/rate-limit-error.ts';
import { ServerError } from './errors/server-error.ts';
import { ValidationError } from './errors/validation-error.ts';
import { header, type ResponseHeaders } from './response.ts';
import type { RetryVerdict } from './retry.ts';

/** What an API says about an error in its own way; what is left out is found in the usual places. */
export interface Classification {
	/** The API's own name for the error. */
	readonly code?: string | undefined;
	readonly message?: string | undefined;
	readonly requestId?: string | undefined;
	/** Over the rules of retry: `false`, never repeat this; `{ after }`, repeat after so many milliseconds, whatever the method. */
	readonly retry?: RetryVerdict | undefined;
}

/** Reads an API's errors. `body` is parsed where it is JSON, else text, undefined where it is empty. */
export type Classify = (status: number, body: unknown, headers: ResponseHeaders) => Classification | undefined;

/** Where most APIs put it; the body may be anything, or a page of HTML from a proxy. */
export function usualPlaces(body: unknown, headers: ResponseHeaders): Classification {
	const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
	const inner =
		typeof fields.error === 'object' && fields.error !== null ? (fields.error as Record<string, unknown>) : {};
	const text = (...values: unknown[]) =>
		values.find((value): value is string => typeof value === 'string' && value !== '');
	return {
		code: text(fields.code, fields.id, inner.code, fields.error, fields.type),
		message: text(fields.message, inner.message, fields.error_description, fields.detail, fields.title),
		requestId: text(header(headers, 'x-request-id'), fields.request_id, fields.requestId),
	};
}

export function apiError(
	status: number,
	message: string,
	facts: ApiErrorFacts,
	retryAfter: number | undefined,
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
			return new RateLimitError(message, {
				...facts,
				retryAfter: retryAfter === undefined ? undefined : retryAfter / 1000,
			});
		default:
			return status >= 500 ? new ServerError(message, facts) : new ApiError(message, facts);
	}
}
