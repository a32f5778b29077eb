import type { Answer } from './attempt.ts';
import { type RequestHeaders, withoutCredentials } from './headers.ts';
import type { Method } from './options.ts';
import { header } from './response.ts';

const statuses = new Set([301, 302, 303, 307, 308]);

export interface Hop {
	readonly origin: string;
	readonly path: string;
	readonly headers: RequestHeaders;
}

export function isRedirect({ status, headers }: Answer): boolean {
	return status >= 300 && statuses.has(status) && headers.location !== undefined;
}

/** Where a redirect leads; `refused` says why the request does not go there. */
export function redirectOf(method: Method, from: Hop, { headers }: Answer): Hop | { readonly refused: string } {
	const location = header(headers, 'location') ?? '';
	const here = from.origin + from.path;
	if (!URL.canParse(location, here)) return { refused: 'to what is not a URL' };
	const to = new URL(location, here);
	if (to.protocol !== 'https:' && to.protocol !== 'http:') return { refused: `to ${to.protocol}` };
	if (method !== 'GET' && method !== 'HEAD') {
		return { refused: `to ${to.origin}, and a ${method} does not follow: send it there` };
	}
	return {
		origin: to.origin,
		path: to.pathname + to.search,
		headers: to.origin === from.origin ? from.headers : withoutCredentials(from.headers),
	};
}
