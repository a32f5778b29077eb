import type { HttpClientOptions, Secret } from '@matterkit/http';

/**
 * Timeouts, TLS, proxy, logger, middleware and more as in `HttpClientOptions`. Other defaults than there: `maxRetries` 2 (three
 * attempts, after waits of 1 and 2 s), `jitter` 0.1, `rateLimit` false (the server's 429 is obeyed all the same). What may be
 * repeated is known for each route.
 */
export interface MattermostOptions extends Omit<HttpClientOptions, 'baseUrl' | 'classify' | 'repeat'> {
	/** Where the server is, with its sub-path if it has one: `https://chat.example.com` or `http://localhost:8065/team`. */
	readonly url: string | URL;
	/** A personal access token, a bot's token, or that of a session. */
	readonly token?: string | Secret | undefined;
	/**
	 * Looks into answers, and throws an `AnswerError` for one that lacks what its type promises: for tests, against a server or
	 * an emulator that you don't trust. Default false.
	 */
	readonly strict?: boolean | undefined;
}
