import { header, type ResponseHeaders } from './response.ts';
import type { RetryVerdict } from './retry.ts';

/** What an API says about an error in its own way; what is left out is found in the usual places. */
export interface Classification {
	/** The API's own name for the error. */
	readonly code?: string | undefined;
	readonly message?: string | undefined;
	readonly requestId?: string | undefined;
	/** Throw the error class of this status, which says better what is wrong. The error's `status` stays the real one. */
	readonly like?: number | undefined;
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
