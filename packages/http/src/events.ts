// What a request tells of itself: to `diagnostics_channel`, and to the logger.
import { channel } from 'node:diagnostics_channel';
import type { HttpError } from './errors/http-error.ts';
import type { Method } from './options.ts';

/** pino, or anything with these. Fields hold no token, no query and no body. */
export interface Logger {
	debug(fields: object, message: string): void;
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
}

/** The same object in every event of one request. */
export interface RequestInfo {
	readonly method: Method;
	readonly origin: string;
	/** Low cardinality: the `route` of the request's options; undefined where it gave none. */
	readonly route: string | undefined;
}

/** `matterkit:http:start` */
export interface StartEvent {
	readonly request: RequestInfo;
}

/** `matterkit:http:retry`: an attempt failed and is repeated after `wait` milliseconds. */
export interface RetryEvent {
	readonly request: RequestInfo;
	readonly attempt: number;
	readonly wait: number;
	readonly status: number | undefined;
	/** Name of the error. */
	readonly error: string | undefined;
}

/** `matterkit:http:end` */
export interface EndEvent {
	readonly request: RequestInfo;
	readonly attempts: number;
	/** Milliseconds of everything: waits, attempts, body; of a stream until its headers. */
	readonly duration: number;
	readonly status: number | undefined;
	readonly error: HttpError | undefined;
}

const starts = channel('matterkit:http:start');
const retries = channel('matterkit:http:retry');
const ends = channel('matterkit:http:end');

/** Undefined where nobody listens. */
export function trace(logger: Logger | undefined, request: RequestInfo & { readonly url: string }): Trace | undefined {
	if (!logger && !starts.hasSubscribers && !retries.hasSubscribers && !ends.hasSubscribers) return undefined;
	return new Trace(logger, request);
}

export class Trace {
	readonly #logger: Logger | undefined;
	readonly #request: RequestInfo;
	readonly #fields: { method: Method; url: string; route?: string };
	readonly #started = performance.now();

	constructor(logger: Logger | undefined, { method, origin, route, url }: RequestInfo & { readonly url: string }) {
		this.#logger = logger;
		this.#request = { method, origin, route };
		this.#fields = { method, url, ...(route === undefined ? {} : { route }) };
		if (starts.hasSubscribers) starts.publish({ request: this.#request } satisfies StartEvent);
	}

	waited(milliseconds: number): void {
		this.#logger?.debug({ ...this.#fields, waited: Math.round(milliseconds) }, 'waited for the rate limit');
	}

	retry(attempt: number, wait: number, error: HttpError): void {
		const { status, name } = error;
		if (retries.hasSubscribers) {
			retries.publish({ request: this.#request, attempt, wait, status, error: name } satisfies RetryEvent);
		}
		this.#logger?.warn(
			{ ...this.#fields, attempt, wait: Math.round(wait), status, error: name, code: error.code },
			'request failed, will be repeated',
		);
	}

	end(attempts: number, status: number | undefined, error: HttpError | undefined): void {
		const duration = performance.now() - this.#started;
		if (ends.hasSubscribers) {
			ends.publish({ request: this.#request, attempts, duration, status, error } satisfies EndEvent);
		}
		const fields = { ...this.#fields, status, attempts, duration: Math.round(duration) };
		if (!error) this.#logger?.info(fields, 'request done');
		else
			this.#logger?.warn(
				{ ...fields, error: error.name, code: error.code, requestId: error.requestId },
				'request failed',
			);
	}
}
