import type { Readable } from 'node:stream';

/** Names in lower case; a header that came more than once is an array. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** An answer below 400, with `response: 'response'`. */
export interface HttpResponse<T = unknown> {
	readonly status: number;
	readonly headers: ResponseHeaders;
	/** Parsed as `auto` does: JSON where the server says so, else text; undefined where it is empty. */
	readonly body: T;
	/** Where the answer came from after redirects, without query. */
	readonly url: string;
}

/** An answer below 400, with `response: 'stream'`. Read the body to its end or destroy it: until then it holds its connection. */
export type StreamResponse = HttpResponse<Readable>;

/** A header's first value. */
export function header(headers: ResponseHeaders, name: string): string | undefined {
	const value = headers[name];
	return typeof value === 'object' ? value[0] : value;
}
