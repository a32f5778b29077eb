import type { Method, RequestOptions } from './options.ts';
import type { HttpResponse } from './response.ts';
import type { Secret } from './secret.ts';

export interface HttpRequest {
	readonly method: Method;
	readonly path: string | Secret;
	readonly options: RequestOptions;
}

/**
 * Stands around the whole request, its waits and retries included. It may change the request, call `next` more than once
 * (with a fresh token after a 401), change the answer, or not call `next` at all. An answer of 400 and above is thrown
 * by `next` as its error.
 */
export type Middleware = (
	request: HttpRequest,
	next: (request: HttpRequest) => Promise<HttpResponse>,
) => Promise<HttpResponse>;

/** The first middleware is the outermost. */
export function onion(
	middleware: readonly Middleware[],
	send: (request: HttpRequest) => Promise<HttpResponse>,
): (request: HttpRequest) => Promise<HttpResponse> {
	if (middleware.length === 0) return send;
	return middleware.reduceRight<typeof send>(
		(next, layer) => async (request) => layer(request, next),
		async (request) => send(request),
	);
}
