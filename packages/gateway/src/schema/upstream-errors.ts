// What Mattermost refuses is said to the client in Mattermost's words. What fails otherwise (network, 5xx) stays an inner error.
import { isApiError, isAuthenticationError, isValidationError } from '@matterkit/client';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { askedBy } from '../asked-by.ts';
import { mattermostWords } from '../mattermost-words.ts';
import { type RefusalCode, RefusedError } from '../refused-error.ts';
import { UndoError } from '../undo.ts';
import type { Context } from './builder.ts';

const codes: Readonly<Record<number, RefusalCode>> = {
	400: 'BAD_USER_INPUT',
	403: 'FORBIDDEN',
	404: 'NOT_FOUND',
	409: 'CONFLICT',
	413: 'BAD_USER_INPUT',
	414: 'BAD_USER_INPUT',
	429: 'TOO_MANY_REQUESTS',
};

/** Wraps the fields that clients begin with; only these call Mattermost, in the name of the request that asks. */
export function tellUpstreamErrors(schema: GraphQLSchema): GraphQLSchema {
	for (const root of [schema.getQueryType(), schema.getMutationType()]) {
		for (const field of Object.values(root?.getFields() ?? {})) {
			field.resolve = translating(field.resolve ?? defaultFieldResolver);
		}
	}
	for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
		if (field.subscribe) field.subscribe = translating(field.subscribe);
	}
	return schema;
}

type Resolver = GraphQLFieldResolver<unknown, Context>;

function translating(resolve: Resolver): Resolver {
	return async (source, args, context, info) => {
		try {
			return await askedBy(context.requestId, () => resolve(source, args, context, info));
		} catch (error) {
			throw refusalOf(error) ?? error;
		}
	};
}

/** undefined: it is no refusal of Mattermost's. */
export function refusalOf(error: unknown): RefusedError | undefined {
	if (error instanceof UndoError) return refusalWithLeftovers(error);
	if (!isApiError(error)) return undefined;
	if (isAuthenticationError(error)) {
		return new RefusedError('The Mattermost session has ended. Please log in again.', 'UNAUTHENTICATED', {
			mattermost: error.code,
			mattermostRequestId: error.requestId,
		});
	}
	// Refused by the client before anything was sent: an empty id, one with a slash.
	const isUnsent = isValidationError(error) && error.status === undefined;
	const code = isUnsent ? 'BAD_USER_INPUT' : codes[error.status ?? 0];
	return (
		code &&
		new RefusedError(mattermostWords(error), code, { mattermost: error.code, mattermostRequestId: error.requestId })
	);
}

/** The cause is for the log. */
function refusalWithLeftovers(error: UndoError): RefusedError | undefined {
	const first = error.first instanceof RefusedError ? error.first : refusalOf(error.first);
	if (!first) return undefined;
	const refusal = new RefusedError(
		`${first.message} What was made before could not be undone.`,
		first.code,
		first.extensions,
	);
	refusal.cause = error;
	return refusal;
}
