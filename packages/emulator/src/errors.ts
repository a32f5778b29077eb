// What the server refuses, in Mattermost's error shape. Ids and messages are those of the recordings.

/** Thrown by a handler or an operation of the world; answered as `{id, message, detailed_error, request_id, status_code}`. */
export class AppError extends Error {
	override readonly name = 'AppError' as const;
	readonly status: number;
	readonly id: string;
	readonly detailed: string;

	constructor(status: number, id: string, message: string, detailed = '') {
		super(message);
		this.status = status;
		this.id = id;
		this.detailed = detailed;
	}

	/** As it stands in the answer to a request. */
	answer(requestId: string): object {
		return {
			id: this.id,
			message: this.message,
			detailed_error: this.detailed,
			request_id: requestId,
			status_code: this.status,
		};
	}

	/** As it stands in WebSocket replies and where no route was found: without `request_id`. */
	toJSON(): object {
		return { id: this.id, message: this.message, detailed_error: this.detailed, status_code: this.status };
	}
}

/** The emulator was given something that it cannot work with: a broken seed, a port in use, an unknown fault. */
export class EmulatorError extends Error {
	override readonly name = 'EmulatorError' as const;
}

export const forbidden = () =>
	new AppError(403, 'api.context.permissions.app_error', 'You do not have the appropriate permissions.');

export const sessionExpired = () =>
	new AppError(401, 'api.context.session_expired.app_error', 'Invalid or expired session, please login again.');

export const invalidBody = (what: string) =>
	new AppError(400, 'api.context.invalid_body_param.app_error', `Invalid or missing ${what} in request body.`);

export const invalidUrl = (what: string) =>
	new AppError(400, 'api.context.invalid_url_param.app_error', `Invalid or missing ${what} parameter in request URL.`);

export const noSuchUser = () => new AppError(404, 'app.user.missing_account.const', 'Unable to find the user.');

export const notImplemented = (route: string) =>
	new AppError(501, 'emulator.not_implemented', `The emulator does not have ${route}.`);

export const noSuchRoute = (url: string) =>
	new AppError(
		404,
		'api.context.404.app_error',
		'Sorry, we could not find the page.',
		`There doesn't appear to be an api call for the url='${url}'.  Typo? are you missing a team_id or user_id as part of the url?`,
	);
