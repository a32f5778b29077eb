import { ApiError } from './api-error.ts';
import { isKind, markKind } from './kind.ts';

/** What the request names is not there, or may not be seen (HTTP 404). */
export class NotFoundError extends ApiError {
	static {
		markKind(NotFoundError, 'NotFoundError');
	}
	override readonly name = 'NotFoundError' as const;
}

export const isNotFoundError = (error: unknown): error is NotFoundError => isKind(error, 'NotFoundError');
