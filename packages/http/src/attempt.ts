// What one attempt is and how it may end, however it is carried (undici's dispatcher, or a transport given by the user).
import type { Readable } from 'node:stream';
import type { Content } from './body.ts';
import type { RequestHeaders } from './headers.ts';
import type { Method } from './options.ts';
import type { ResponseHeaders } from './response.ts';

export interface Attempt {
	readonly method: Method;
	readonly origin: string;
	/** With query. */
	readonly path: string;
	readonly headers: RequestHeaders;
	readonly content: Content | undefined;
	/** Milliseconds; a body that is streamed, up or down, begins them anew with each piece. */
	readonly timeout: number;
	readonly signal: AbortSignal | undefined;
	/** Bytes, before decompression. */
	readonly maxBytes: number;
	/** Give a body below status 300 as a stream. */
	readonly stream: boolean;
	/** What a failure after the headers looks like to who reads the stream. */
	readonly streamError: ((failure: Failure) => Error) | undefined;
}

/** The server's answer, whatever its status. */
export interface Answer {
	readonly status: number;
	readonly headers: ResponseHeaders;
	readonly body: Buffer | Readable;
}

export interface Failure {
	readonly failed: 'timeout' | 'connect-timeout' | 'aborted' | 'connection' | 'too-large' | 'invalid' | 'body';
	/** False: no byte left this machine. */
	readonly sent: boolean;
	readonly cause?: unknown;
}

export type Carrier = (attempt: Attempt) => Promise<Answer | Failure>;
