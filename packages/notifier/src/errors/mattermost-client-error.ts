/** Mattermost refused something that the notifier asked of it, or did not answer. */
export class MattermostClientError extends Error {
	override readonly name = 'MattermostClientError' as const;
	/** HTTP status; undefined: there was no answer. */
	readonly status: number | undefined;
	/** Mattermost's own error id, e.g. `api.context.session_expired.app_error`. */
	readonly code: string | undefined;

	constructor(
		message: string,
		{ status, code, cause }: { status?: number | undefined; code?: string | undefined; cause?: unknown } = {},
	) {
		super(message, { cause });
		this.status = status;
		this.code = code;
	}
}
