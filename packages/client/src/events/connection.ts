import type { Secret } from '@matterkit/http';

/** A read of the REST API for the stream: parsed JSON out; rejects with an error whose `status` is the HTTP status, if there was one. */
export type Read = <T>(path: string, options: ReadOptions) => Promise<T>;

export interface ReadOptions {
	readonly params?: Readonly<Record<string, string | number>>;
	readonly signal: AbortSignal;
}

/** All that the event stream needs of a client: where the server is, who asks, and reading. */
export interface EventConnection {
	/** The server's address with its sub-path, if any: `https://chat.example.com/team`. */
	readonly url: string;
	/** The token for the next upgrade; asked again at each connection, so a renewed one is taken up. */
	token(): string | Secret | Promise<string | Secret>;
	/** GET below the address, e.g. `/api/v4/users/me`. Repeats what is worth repeating, and renews the token if it can. */
	readonly get: Read;
	/** TLS as the REST client has it: the stream must trust what the client trusts. */
	readonly tls?: {
		readonly ca?: string | Buffer | readonly (string | Buffer)[];
		readonly rejectUnauthorized?: boolean;
	};
}
