// What a failed call to Mattermost means for a delivery. Pure: the protocol's step 4.
import { AnswerError, type HttpError, isHttpError } from '@matterkit/client';

/**
 * - `refused`: Mattermost itself said no, and will say so again: dead
 * - `unauthorized`: the bot's token is not taken: nothing goes out until it is
 * - `throttled`: ask again after `wait` milliseconds
 * - `in-flight`: the same post is being made right now by an earlier attempt: ask again in a second
 * - `unclear`: nobody knows whether the server acted
 */
export type Failure =
	| { readonly kind: 'refused'; readonly id: string; readonly reason: string }
	| { readonly kind: 'unauthorized'; readonly reason: string }
	| { readonly kind: 'throttled'; readonly wait: number }
	| { readonly kind: 'in-flight' }
	| { readonly kind: 'unclear'; readonly reason: string };

/** Of a call to Mattermost; others, such as the database's, are not for `failureOf`. */
export const isOfACall = (error: unknown): error is HttpError | AnswerError =>
	isHttpError(error) || error instanceof AnswerError;

const pendingId = 'api.post.deduplicate_create_post.pending';

/** Milliseconds to wait after a 429 that does not say how long. */
const throttleWait = 1_000;

/** Milliseconds for which a 429 is obeyed at most: a proxy that says "tomorrow" must not silence everyone until then. */
const longestThrottle = 3_600_000;

export function failureOf(error: unknown): Failure {
	const { status, retryAfter, message } = error as { status?: number; retryAfter?: number; message?: string };
	const own = mattermostError(error);
	if (status === 401) return { kind: 'unauthorized', reason: own?.message ?? 'status 401' };
	if (status === 429) {
		const wait = retryAfter === undefined ? throttleWait : retryAfter * 1_000;
		return { kind: 'throttled', wait: Math.min(wait, longestThrottle) };
	}
	if (own?.id === pendingId) return { kind: 'in-flight' };
	// A status of Mattermost's means something only from Mattermost: a proxy's 403 or 404 says nothing about the post.
	const final = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 425;
	if (own && final) return { kind: 'refused', id: own.id, reason: `${own.message} (${own.id})` };
	if (final)
		return { kind: 'unclear', reason: `status ${status}, and not in Mattermost's own words: does a proxy answer?` };
	return { kind: 'unclear', reason: status === undefined ? (message ?? String(error)) : `status ${status}` };
}

/** Mattermost's own error in an answer: it has an id such as `api.context.permissions.app_error`, and repeats the status. */
export function mattermostError(error: unknown): { id: string; message: string } | undefined {
	const { status, body } = error as { status?: number; body?: unknown };
	if (typeof body !== 'object' || body === null) return undefined;
	const { id, message, status_code } = body as { id?: unknown; message?: unknown; status_code?: unknown };
	if (typeof id !== 'string' || !/^[a-z_]+(\.[a-z0-9_-]+)+$/i.test(id) || status_code !== status) return undefined;
	return { id, message: typeof message === 'string' ? message : '' };
}
