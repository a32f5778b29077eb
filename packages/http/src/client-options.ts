import type { Backoff } from './backoff.ts';
import type { Classify } from './classify.ts';
import type { Logger } from './events.ts';
import type { Middleware } from './middleware.ts';
import type { Method, Repeat } from './options.ts';
import type { RateLimiterOptions } from './rate-limiter.ts';
import type { Secret } from './secret.ts';
import type { Transport } from './transport.ts';

export interface HttpClientOptions {
	/** `https://host` or `https://host/path`: every request goes below it. */
	readonly baseUrl: string | URL;
	/** Sent as `Authorization: Bearer …`. For another scheme set the header. */
	readonly token?: string | Secret | undefined;
	/** Sent with every request. */
	readonly headers?: Readonly<Record<string, string>> | undefined;

	/** Milliseconds for one attempt, headers and body. Default 30,000. */
	readonly timeout?: number | undefined;
	/** Milliseconds for opening a connection, TLS included. Default 10,000. */
	readonly connectTimeout?: number | undefined;
	/** Milliseconds for everything: rate limit, attempts, waits, body. Default: no limit. */
	readonly totalTimeout?: number | undefined;

	/** Repeats after the first attempt. Default 3. */
	readonly maxRetries?: number | undefined;
	/** Seconds before the first repeat; doubled for each further one. Default 1. */
	readonly retryBackoffFactor?: number | undefined;
	/** No wait before a repeat is longer than this many milliseconds, whatever the server asks for. Default 30,000. */
	readonly maxRetryWait?: number | undefined;
	/** Default `full`. */
	readonly jitter?: Backoff['jitter'] | undefined;
	/** Default 429, 500, 502, 503, 504. */
	readonly retryOnStatus?: readonly number[] | undefined;
	/** Default: see `Repeat`. */
	readonly repeat?: Readonly<Partial<Record<Method, Repeat>>> | undefined;

	/** For each token by itself. Default 10 requests a second, 20 at once; `false`: none (a 429 is obeyed all the same). */
	readonly rateLimit?: RateLimiterOptions | false | undefined;
	/** Requests of one token in flight at once; others wait their turn. A stream counts until its headers are there. Default 100. */
	readonly concurrency?: number | undefined;

	/** For GET and HEAD; others are never redirected. Default 5. */
	readonly maxRedirects?: number | undefined;
	/** Bytes, after decompression too. Streams have no limit unless the request gives one. Default 64 MiB. */
	readonly maxResponseBytes?: number | undefined;

	/** `false` takes any certificate, and warns. Default true. */
	readonly verifyTls?: boolean | undefined;
	/** Certificates (PEM) to trust instead of the usual ones. */
	readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
	/** `http://`, `https://` or `socks5://`; may hold user name and password. */
	readonly proxy?: string | URL | Secret | undefined;

	/** The first is the outermost. */
	readonly middleware?: readonly Middleware[] | undefined;
	/** pino, or the like. Default: silent. */
	readonly logger?: Logger | undefined;
	/** Reads what this API says about its errors. */
	readonly classify?: Classify | undefined;
	/** Instead of the network, for tests: a function like `fetch`. */
	readonly transport?: Transport | undefined;
}
