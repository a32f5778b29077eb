import type { Method } from '../options.ts';
import { isKind, markKind } from './kind.ts';

/** What is known about the request that failed. */
export interface RequestFacts {
	readonly method?: Method | undefined;
	/** Without query, which may hold secrets. */
	readonly url?: string | undefined;
	readonly route?: string | undefined;
	/** How often the request was tried; 0: never sent. */
	readonly attempts?: number | undefined;
	readonly cause?: unknown;
}

/** Every error of this package is one of these. What it says, in `message` and as JSON, holds no secret. */
export abstract class HttpError extends Error {
	static {
		markKind(HttpError, 'HttpError');
	}
	abstract override readonly name: string;
	/** Of the answer; undefined when there was none. Never taken from the body. */
	readonly status: number | undefined;
	/** What the server calls the error (Mattermost: `id`), or the system's code (`ECONNREFUSED`). */
	readonly code: string | undefined;
	/** The server's name for this request (X-Request-Id, or from the body). */
	readonly requestId: string | undefined;
	readonly method: Method | undefined;
	readonly url: string | undefined;
	readonly route: string | undefined;
	readonly attempts: number;

	constructor(
		message: string,
		facts: RequestFacts & {
			status?: number | undefined;
			code?: string | undefined;
			requestId?: string | undefined;
		} = {},
	) {
		super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
		this.status = facts.status;
		this.code = facts.code;
		this.requestId = facts.requestId;
		this.method = facts.method;
		this.url = facts.url;
		this.route = facts.route;
		this.attempts = facts.attempts ?? 0;
	}

	toJSON(): Record<string, unknown> {
		const { name, message, ...facts } = this;
		return { name, message, ...facts };
	}
}

export const isHttpError = (error: unknown): error is HttpError => isKind(error, 'HttpError');
