import { HttpError, type RequestFacts } from './http-error.ts';
import { isKind, markKind } from './kind.ts';

export type ResponseFault = 'too-large' | 'not-json' | 'bad-encoding' | 'redirect';

/** The server answered, without an error, what cannot be taken: too large, not JSON, broken compression, a redirect that is not followed. */
export class ResponseError extends HttpError {
	static {
		markKind(ResponseError, 'ResponseError');
	}
	override readonly name = 'ResponseError' as const;
	readonly fault: ResponseFault;

	constructor(message: string, facts: RequestFacts & { fault: ResponseFault; status?: number | undefined }) {
		super(message, facts);
		this.fault = facts.fault;
	}
}

export const isResponseError = (error: unknown): error is ResponseError => isKind(error, 'ResponseError');
