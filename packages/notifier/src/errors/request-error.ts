/** The request can't be taken as it is. */
export class RequestError extends Error {
	override readonly name = 'RequestError' as const;
	readonly status: number;
	/** What is wrong with each field. */
	readonly fields: Readonly<Record<string, string>> | undefined;

	constructor(status: number, message: string, fields?: Readonly<Record<string, string>>) {
		super(message);
		this.status = status;
		this.fields = fields;
	}
}
