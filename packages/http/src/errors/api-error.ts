import type { ResponseHeaders } from '../response.ts';
import { HttpError, type RequestFacts } from './http-error.ts';
import { isKind, markKind } from './kind.ts';

export interface ApiErrorFacts extends RequestFacts {
	readonly status?: number | undefined;
	readonly code?: string | undefined;
	readonly requestId?: string | undefined;
	readonly headers?: ResponseHeaders | undefined;
	readonly body?: unknown;
}

/**
 * The server answered with an error status that has no class of its own (413, 414, 501 is a ServerError, …), and the
 * base of those that have one. `status` is undefined only on a `ValidationError` raised before anything was sent.
 */
export class ApiError extends HttpError {
	static {
		markKind(ApiError, 'ApiError');
	}
	override readonly name: string = 'ApiError';
	/** The answer's headers. Not enumerable: a logged error does not log them. */
	declare readonly headers: ResponseHeaders;
	/** The answer's body: parsed where it is JSON, else its text. Not enumerable: a logged error does not log it. */
	declare readonly body: unknown;

	constructor(message: string, facts: ApiErrorFacts = {}) {
		super(message, facts);
		Object.defineProperty(this, 'headers', { value: facts.headers ?? {} });
		Object.defineProperty(this, 'body', { value: facts.body });
	}
}

export const isApiError = (error: unknown): error is ApiError => isKind(error, 'ApiError');
