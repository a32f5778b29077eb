// What Mattermost refuses, said to the client in Mattermost's words. What fails otherwise (network, 5xx) stays an inner error.
import { isApiError, isAuthenticationError, isValidationError } from '@matterkit/client';
import { type RefusalCode, RefusedError } from '../refused-error.ts';

const codes: Readonly<Record<number, RefusalCode>> = {
	400: 'BAD_USER_INPUT',
	403: 'FORBIDDEN',
	404: 'NOT_FOUND',
	409: 'CONFLICT',
	413: 'BAD_USER_INPUT',
	429: 'TOO_MANY_REQUESTS',
};

export async function translated<T>(answer: PromiseLike<T>): Promise<T> {
	try {
		return await answer;
	} catch (error) {
		throw refusalOf(error) ?? error;
	}
}

function refusalOf(error: unknown): RefusedError | undefined {
	if (!isApiError(error)) return undefined;
	// Refused by the client before anything was sent: an empty id, one with a slash.
	if (isValidationError(error) && error.status === undefined) return new RefusedError(error.message, 'BAD_USER_INPUT');
	if (isAuthenticationError(error)) {
		return new RefusedError('The Mattermost session has ended. Please log in again.', 'UNAUTHENTICATED');
	}
	const code = codes[error.status ?? 0];
	return code && new RefusedError(error.message, code, { mattermost: error.code, requestId: error.requestId });
}
