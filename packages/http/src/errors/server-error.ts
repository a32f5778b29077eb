import { ApiError } from './api-error.ts';
import { isKind, markKind } from './kind.ts';

/** The server, or a proxy before it, failed (HTTP 5xx). */
export class ServerError extends ApiError {
	static {
		markKind(ServerError, 'ServerError');
	}
	override readonly name = 'ServerError' as const;
}

export const isServerError = (error: unknown): error is ServerError => isKind(error, 'ServerError');
