import { ApiError } from './api-error.ts';
import { isKind, markKind } from './kind.ts';

/** The token is valid but may not do this (HTTP 403). */
export class PermissionError extends ApiError {
	static {
		markKind(PermissionError, 'PermissionError');
	}
	override readonly name = 'PermissionError' as const;
}

export const isPermissionError = (error: unknown): error is PermissionError => isKind(error, 'PermissionError');
