import type { Builder } from './builder.ts';

/** What the reference's mutations answer. */
export interface ResponseBase {
	readonly status: string;
	readonly statusCode: number;
	readonly message: string;
	readonly metadata: Readonly<Record<string, unknown>> | null;
}

export const ok = (message: string, metadata: Readonly<Record<string, unknown>> | null = null): ResponseBase => ({
	status: 'OK',
	statusCode: 200,
	message,
	metadata,
});

export function defineResponseBase(builder: Builder) {
	builder.scalarType('GenericScalar', {
		description: 'Any JSON value.',
		serialize: (value) => value,
	});
	return builder.objectRef<ResponseBase>('ResponseBase').implement({
		description: 'What a mutation did.',
		fields: (t) => ({
			status: t.exposeString('status', { description: '`OK`, or what went wrong.' }),
			statusCode: t.exposeInt('statusCode', { description: 'As HTTP would say it.' }),
			message: t.exposeString('message', { description: 'For people.' }),
			metadata: t.field({
				type: 'GenericScalar',
				description: 'For programs: ids of what was made.',
				resolve: ({ metadata }) => metadata,
			}),
		}),
	});
}
