import { HttpError } from './http-error.ts';
import { isKind, markKind } from './kind.ts';

/** The caller's signal, or `close()`, ended the request. The signal's reason is the `cause`. The name is the platform's. */
export class AbortError extends HttpError {
	static {
		markKind(AbortError, 'AbortError');
	}
	override readonly name = 'AbortError' as const;
}

export const isAbortError = (error: unknown): error is AbortError => isKind(error, 'AbortError');
