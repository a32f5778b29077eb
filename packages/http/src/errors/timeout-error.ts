import { HttpError, type RequestFacts } from './http-error.ts';
import { isKind, markKind } from './kind.ts';

/** Which of the timeouts it was: `connectTimeout`, `timeout` (one attempt) or `totalTimeout`. */
export type TimeoutPhase = 'connect' | 'attempt' | 'total';

/** The time set for it was not enough. */
export class TimeoutError extends HttpError {
	static {
		markKind(TimeoutError, 'TimeoutError');
	}
	override readonly name = 'TimeoutError' as const;
	readonly phase: TimeoutPhase;
	/** False: no byte of the request left this machine, so the server surely did not act on it. */
	readonly sent: boolean;

	constructor(message: string, facts: RequestFacts & { phase: TimeoutPhase; sent?: boolean }) {
		super(message, facts);
		this.phase = facts.phase;
		this.sent = facts.sent ?? false;
	}
}

export const isTimeoutError = (error: unknown): error is TimeoutError => isKind(error, 'TimeoutError');
