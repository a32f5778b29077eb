import type { Secret } from '@matterkit/http';

export interface ReadOptions {
	readonly params?: Readonly<Record<string, string | number>>;
	/** Body of a POST that only reads, such as `/users/ids`. */
	readonly json?: unknown;
	readonly signal: AbortSignal;
}

/** All that the event stream needs of a client: where the server is, who asks, and reading. */
export interface EventConnection {
	/** The server's address with its sub-path, if any: `https://chat.example.com/team`. */
	readonly url: string;
	/** The token for the next upgrade; asked again at each connection, so a renewed one is taken up. */
	token(): string | Secret | Promise<string | Secret>;
	/**
	 * Reads from the REST API, below the address: `read('GET', '/api/v4/users/me', { signal })`. Gives the parsed JSON. Repeats
	 * what is worth repeating and renews the token if it can; rejects with an error whose `status` is the HTTP status, if any.
	 */
	read<T>(method: 'GET' | 'POST', path: string, options: ReadOptions): Promise<T>;
	/** TLS as the REST client has it: the stream must trust what the client trusts. */
	readonly tls?: {
		readonly ca?: string | Buffer | readonly (string | Buffer)[];
		readonly rejectUnauthorized?: boolean;
	};
}
