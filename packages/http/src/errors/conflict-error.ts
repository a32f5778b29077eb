import { ApiError } from './api-error.ts';
import { isKind, markKind } from './kind.ts';

/** The server refused because it would clash with what is there already (HTTP 409). */
export class ConflictError extends ApiError {
	static {
		markKind(ConflictError, 'ConflictError');
	}
	override readonly name = 'ConflictError' as const;
}

export const isConflictError = (error: unknown): error is ConflictError => isKind(error, 'ConflictError');
