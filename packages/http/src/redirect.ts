import type { RequestHeaders } from './headers.ts';
import type { Method } from './options.ts';
import { header, type ResponseHeaders } from './response.ts';

const statuses = new Set([301, 302, 303, 307, 308]);

/** What another origin may see of a request: nothing that could be a credential, in whichever header it came. */
const harmless = new Set(['accept', 'accept-encoding', 'accept-language', 'range', 'user-agent']);

export interface Hop {
	readonly origin: string;
	readonly path: string;
	readonly headers: RequestHeaders;
}

/** Where an answer sends the request; `refused` says why it does not go there; undefined: no redirect. */
export function redirectOf(
	method: Method,
	from: Hop,
	status: number,
	headers: ResponseHeaders,
): Hop | { readonly refused: string } | undefined {
	if (!statuses.has(status)) return undefined;
	const location = header(headers, 'location');
	if (location === undefined) return undefined;
	if (!URL.canParse(location, from.origin + from.path)) return { refused: 'to what is not a URL' };
	const to = new URL(location, from.origin + from.path);
	if (to.protocol !== 'https:' && to.protocol !== 'http:') return { refused: `to ${to.protocol}` };
	if (method !== 'GET' && method !== 'HEAD') {
		return { refused: `a ${method} to ${to.origin}${to.pathname}: only GET and HEAD follow redirects` };
	}
	return {
		origin: to.origin,
		path: to.pathname + to.search,
		headers: to.origin === from.origin ? from.headers : withoutCredentials(from.headers),
	};
}

function withoutCredentials(headers: RequestHeaders): RequestHeaders {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name)));
}
