/** What a handler gives when 200 and JSON is not all. A handler that returns anything else means `200` and that value as JSON. */
export class Answer {
	readonly status: number;
	/** A string or bytes are sent as they are (set a content-type), undefined is no body, anything else is JSON. */
	readonly body: unknown;
	readonly headers: Readonly<Record<string, string>>;

	constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
		this.status = status;
		this.body = body;
		this.headers = headers;
	}
}

export const created = (body: unknown) => new Answer(201, body);

export const ok = { status: 'OK' } as const;
