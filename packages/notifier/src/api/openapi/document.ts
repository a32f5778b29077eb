// The OpenAPI document, made of operations.ts and schemas.ts.
import { z } from 'zod';
import { type Operation, operations } from './operations.ts';
import { ref, type Schema, schemas } from './schemas.ts';

export const prefix = '/api/notifications';

const everywhere = { 400: 'Error', 401: 'Error', 403: 'Error', 500: 'Error', 503: 'Error' } as const;

const titles: Readonly<Record<number, string>> = {
	200: 'done',
	201: 'made; what is secret in it is shown this once',
	202: 'stored, and on its way',
	400: 'a field is wrong: `fields` says which, and what is wrong with it',
	401: 'no key, or one that is not taken',
	403: 'the key lacks the scope',
	404: 'there is none',
	409: 'not as it stands',
	422: 'this Idempotency-Key was used for another request, or the template fails',
	500: 'a fault of the service itself',
	503: 'the database or Mattermost is away: ask again',
};

/** OpenAPI 3.1. */
export function openApiDocument(): Schema {
	const paths: Record<string, Record<string, Schema>> = {};
	for (const [route, operation] of Object.entries(operations)) {
		const [method = '', path = ''] = route.split(' ');
		const at = path === '/' ? prefix : `${prefix}${path}`;
		paths[at] = { ...paths[at], [method.toLowerCase()]: described(route, path, operation) };
	}
	return {
		openapi: '3.1.0',
		info: {
			title: 'matterkit notifications',
			version: '1',
			description:
				'Accepts notifications, remembers them, and posts each to Mattermost exactly once. A key is sent as `Authorization: Bearer`: the notifications key, which may do everything, or one made by it with scopes.',
		},
		paths,
		components: {
			schemas: { ...schemas, OpenAPI: { type: 'object' } },
			securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
		},
		security: [{ key: [] }],
		webhooks: {
			notification: {
				post: {
					summary: 'The status of a notification changed. Signed as standardwebhooks.com says',
					requestBody: json(ref('WebhookEvent')),
					responses: {
						'2XX': { description: 'taken' },
						410: { description: 'not wanted any more: the webhook is disabled' },
					},
				},
			},
		},
	};
}

function described(route: string, path: string, operation: Operation): Schema {
	const { summary, tag, scope, body, answers } = operation;
	const isPublic = scope === 'public';
	const all: Record<string, string> = { ...(isPublic ? {} : everywhere), ...answers };
	return {
		operationId: route
			.replace(/[{}]/g, '')
			.split(/[ /.]+/)
			.filter(Boolean)
			.map((word, index) => (index === 0 ? word.toLowerCase() : `${word[0]?.toUpperCase()}${word.slice(1)}`))
			.join(''),
		summary,
		tags: [tag],
		...(isPublic ? { security: [] } : { 'x-scope': scope }),
		parameters: parametersOf(path, operation),
		...(body && { requestBody: { required: true, ...json(body instanceof z.ZodType ? inputOf(body) : body) } }),
		responses: Object.fromEntries(
			Object.entries(all).map(([status, name]) => [
				status,
				{ description: titles[Number(status)] ?? name, ...json(ref(name)) },
			]),
		),
	};
}

const json = (schema: Schema) => ({ content: { 'application/json': { schema } } });

/** What a caller may give; what is checked by code alone (a name that is there, a time that is to come) can't be said here. */
function inputOf(schema: z.ZodType): Schema {
	const { $schema: _, ...input } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
	return input;
}

function parametersOf(path: string, { query, idempotent, waits }: Operation): Schema[] {
	const parameters: Schema[] = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
		name,
		in: 'path',
		required: true,
		schema: { type: 'string' },
	}));
	const inQuery = (name: string, schema: unknown, description?: string) =>
		parameters.push({ name, in: 'query', schema, ...(description !== undefined && { description }) });
	if (query) {
		const { properties = {} } = inputOf(query) as { properties?: Record<string, unknown> };
		for (const [name, schema] of Object.entries(properties)) inQuery(name, schema);
	}
	if (waits) inQuery('wait', { type: 'string', examples: ['10s'] }, 'how long to wait for the outcome, at most 60s');
	if (idempotent)
		parameters.push({
			name: 'Idempotency-Key',
			in: 'header',
			schema: { type: 'string', minLength: 1, maxLength: 255 },
			description: 'the same key and body: the first answer; another body: 422',
		});
	return parameters;
}
