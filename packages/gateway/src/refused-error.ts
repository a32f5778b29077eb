import { GraphQLError } from 'graphql';

/** What went wrong, for programs: `extensions.code` of the error that the client gets. */
export type RefusalCode =
	| 'UNAUTHENTICATED'
	| 'FORBIDDEN'
	| 'NOT_FOUND'
	| 'BAD_USER_INPUT'
	| 'CONFLICT'
	| 'TOO_MANY_REQUESTS'
	| 'SIGN_UP_CLOSED'
	| 'UPSTREAM_ERROR';

/** The request is refused, and the client may read why. */
export class RefusedError extends GraphQLError {
	override readonly name = 'RefusedError' as const;
	readonly code: RefusalCode;

	constructor(message: string, code: RefusalCode, more: Record<string, unknown> = {}) {
		super(message, { extensions: { code, ...more } });
		this.code = code;
	}
}

/** The reference's words for a field that wants a viewer. */
export const notLoggedIn = () =>
	new RefusedError('You do not have permission to perform this action', 'UNAUTHENTICATED');

export const tooManyRequests = (waitMilliseconds: number) =>
	new RefusedError('Too many attempts. Please try again later.', 'TOO_MANY_REQUESTS', {
		retryAfter: Math.ceil(waitMilliseconds / 1000),
	});
