import type { Secret } from './secret.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';

/**
 * May the request be sent again when nobody knows whether the server acted on the first try?
 * - `safe`: yes, always (it only reads, or the server makes one of two: idempotent, or marked by a key)
 * - `unless-acted`: only when the server surely did not act (refused connection, 429, 503)
 * - `never`
 *
 * Default by method: GET, HEAD, OPTIONS, PUT, DELETE `safe`; POST, PATCH `never`.
 */
export type Repeat = 'safe' | 'unless-acted' | 'never';

/** What `request` gives: the parsed body by default. `stream` gives a Node `Readable`. */
export type ResponseKind = 'auto' | 'json' | 'text' | 'bytes' | 'stream' | 'response';

export type QueryValue = string | number | boolean | null | undefined;

export interface RequestOptions {
	/** Query parameters; undefined and null are left out, an array repeats the key. */
	readonly params?: Readonly<Record<string, QueryValue | readonly QueryValue[]>> | undefined;
	/** Sent as JSON. */
	readonly json?: unknown;
	/** A plain object is sent as JSON; string, bytes, Blob, stream, async iterable, URLSearchParams, FormData as they are. */
	readonly data?: unknown;
	readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
	/** Overrides the client's token for this request. */
	readonly token?: string | Secret | undefined;
	/** Milliseconds for one attempt, headers and body. */
	readonly timeout?: number | undefined;
	/** Milliseconds for everything: attempts, waits, body. */
	readonly totalTimeout?: number | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly repeat?: Repeat | undefined;
	readonly maxRetries?: number | undefined;
	/** Route template for logs and metrics, e.g. `GET /api/v4/users/{user_id}`: low cardinality, no ids. */
	readonly route?: string | undefined;
	readonly response?: ResponseKind | undefined;
	/** Bytes of body after which the answer is refused. */
	readonly maxResponseBytes?: number | undefined;
}
