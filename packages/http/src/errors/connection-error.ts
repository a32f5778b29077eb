import { HttpError, type RequestFacts } from './http-error.ts';
import { isKind, markKind } from './kind.ts';

/** No answer, or only part of one: refused, unknown host, bad certificate, connection cut, not HTTP. */
export class ConnectionError extends HttpError {
	static {
		markKind(ConnectionError, 'ConnectionError');
	}
	override readonly name = 'ConnectionError' as const;
	/** False: no byte of the request left this machine, so the server surely did not act on it. */
	readonly sent: boolean;

	constructor(message: string, facts: RequestFacts & { code?: string | undefined; sent?: boolean } = {}) {
		super(message, facts);
		this.sent = facts.sent ?? false;
	}
}

export const isConnectionError = (error: unknown): error is ConnectionError => isKind(error, 'ConnectionError');
