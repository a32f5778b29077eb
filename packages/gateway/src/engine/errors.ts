import { isApiError, isConnectionError, isRateLimitError, isServerError, isTimeoutError } from '@matterkit/client';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { UndoError } from '../undo.ts';
import type { Limits } from './limits.ts';

/** The request was refused before anything was executed. `errors` is what the client gets, `status` its HTTP status. */
export class RequestError extends Error {
	override readonly name = 'RequestError' as const;
	readonly errors: readonly GraphQLError[];
	readonly status: number;

	constructor(
		message: string | readonly GraphQLError[],
		{ status = 400, code }: { status?: number; code?: string } = {},
	) {
		const errors =
			typeof message === 'string' ? [new GraphQLError(message, code ? { extensions: { code } } : {})] : message;
		super(errors.map((error) => error.message).join('; '));
		this.errors = errors;
		this.status = status;
	}
}

export const serverReplaced = () => new RequestError('the server is being replaced: ask again', { status: 503 });

/**
 * What the client may read of an error. GraphQLErrors are meant for clients, and so is what graphql-js says itself;
 * Mattermost being away is said so, with a code to try again on; any other error thrown by a resolver is a failure of ours: logged in full,
 * told in one sentence with the request id. Where Mattermost had a part in it, its own id of the call that failed stands beside ours, in
 * the log and in the answer.
 */
export function toClient(error: GraphQLError, requestId: string, logger: Logger): GraphQLFormattedError {
	const thrown = innermost(error);
	if (thrown === undefined) return refusal(error, requestId, logger);
	const cause = thrown instanceof UndoError && thrown.first instanceof Error ? thrown.first : thrown;
	const { locations, path } = error.toJSON();
	const where = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
	const ids = {
		requestId,
		...(isApiError(cause) && cause.requestId ? { mattermostRequestId: cause.requestId } : {}),
	};
	if (isAway(cause)) {
		logger.warn({ reason: cause.message, ...ids, path }, 'Mattermost does not answer');
		if (thrown !== cause) logger.error({ err: thrown, ...ids, path }, leftovers);
		return {
			message: 'Mattermost does not answer. Please try again.',
			...where,
			extensions: { code: 'UNAVAILABLE', ...ids },
		};
	}
	logger.error({ err: thrown, ...ids, path }, 'a resolver failed');
	return { message: 'An unknown error occurred.', ...where, extensions: { code: 'INTERNAL_ERROR', ...ids } };
}

/** What Mattermost refused is logged: it may be the gateway's fault, and its log knows more under its own id. */
function refusal(error: GraphQLError, requestId: string, logger: Logger): GraphQLFormattedError {
	const told = error.toJSON();
	const { code, mattermost, mattermostRequestId } = error.extensions;
	const cause = causeOf(error);
	if (cause instanceof UndoError) logger.error({ err: cause, requestId, path: told.path }, leftovers);
	if (mattermostRequestId === undefined) return told;
	logger.info({ code, mattermost, mattermostRequestId, requestId, path: told.path }, 'Mattermost refused');
	return { ...told, extensions: { ...told.extensions, requestId } };
}

/** Mattermost, or the proxy before it, is away for now: nothing is wrong here, and trying again may help. */
function isAway(error: Error): boolean {
	if (isConnectionError(error) || isTimeoutError(error) || isRateLimitError(error)) return true;
	return isServerError(error) && (error.status === 502 || error.status === 503 || error.status === 504);
}

/** The thrown error that is not a GraphQLError, beneath those that graphql-js wrapped around it. */
function innermost(error: GraphQLError): Error | undefined {
	const { originalError } = error;
	return originalError instanceof GraphQLError ? innermost(originalError) : (originalError ?? undefined);
}

/** What a refusal was thrown with for the log: graphql-js wraps it to say where. */
function causeOf({ cause, originalError }: GraphQLError): unknown {
	return cause ?? (originalError instanceof GraphQLError ? causeOf(originalError) : undefined);
}

const leftovers = 'what was made before a step that failed could not be undone';

/** A limit of limits.ts was passed: says which, how much it allows, and what was asked. */
export function limitError(limit: keyof Limits, max: number, found: string, status = 400): RequestError {
	const message = `${found}; at most ${max} ${max === 1 ? 'is' : 'are'} allowed (limit "${limit}")`;
	const error = new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED', limit, max } });
	return new RequestError([error], { status });
}
