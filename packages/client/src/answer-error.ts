/** An answer (status 2xx) that lacks what its type promises. Thrown in `strict` mode, and where nothing can be done without it. */
export class AnswerError extends Error {
	override readonly name = 'AnswerError' as const;
	readonly route: string;
	/** Where in the answer, e.g. `[3].create_at`; empty: the answer as a whole. */
	readonly at: string;

	constructor(route: string, at: string, expected: string, found: string) {
		super(`${route}: the answer${at && ` at ${at}`} should be ${expected}, not ${found}`);
		this.route = route;
		this.at = at;
	}
}
