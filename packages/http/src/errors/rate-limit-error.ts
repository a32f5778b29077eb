import { ApiError, type ApiErrorFacts } from './api-error.ts';
import { isKind, markKind } from './kind.ts';

/** Too many requests (HTTP 429), and the retries that were allowed are used up. */
export class RateLimitError extends ApiError {
	static {
		markKind(RateLimitError, 'RateLimitError');
	}
	override readonly name = 'RateLimitError' as const;
	/** Seconds after which the server takes requests again, as it said; undefined when it said nothing. */
	readonly retryAfter: number | undefined;

	constructor(message: string, facts: ApiErrorFacts & { retryAfter?: number | undefined } = {}) {
		super(message, facts);
		this.retryAfter = facts.retryAfter;
	}
}

export const isRateLimitError = (error: unknown): error is RateLimitError => isKind(error, 'RateLimitError');
