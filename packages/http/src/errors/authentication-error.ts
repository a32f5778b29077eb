import { ApiError } from './api-error.ts';
import { isKind, markKind } from './kind.ts';

/** No token, or one that is not (or no longer) valid (HTTP 401). */
export class AuthenticationError extends ApiError {
	static {
		markKind(AuthenticationError, 'AuthenticationError');
	}
	override readonly name = 'AuthenticationError' as const;
}

export const isAuthenticationError = (error: unknown): error is AuthenticationError =>
	isKind(error, 'AuthenticationError');
