import { ApiError } from './api-error.ts';
import { isKind, markKind } from './kind.ts';

/** The request is wrong: says the server (HTTP 400, 422), or it was found here before anything was sent (`status` undefined). */
export class ValidationError extends ApiError {
	static {
		markKind(ValidationError, 'ValidationError');
	}
	override readonly name = 'ValidationError' as const;
}

export const isValidationError = (error: unknown): error is ValidationError => isKind(error, 'ValidationError');
