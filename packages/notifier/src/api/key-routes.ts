// The admin's endpoints for keys of programs.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ApiKeyView, NewApiKey } from '../api-keys.ts';
import { scopes } from '../scopes.ts';
import { badRequest, parse } from './parse.ts';
import { moment } from './plan-fields.ts';
import { RequestError } from './request-error.ts';

export interface KeyEndpoints {
	makeKey(key: NewApiKey): Promise<{ key: string } & ApiKeyView>;
	listApiKeys(): Promise<ApiKeyView[]>;
	/** False: there is none, or it was revoked before. */
	revokeKey(id: string): Promise<boolean>;
}

export const newKey = z.strictObject(
	{
		name: z
			.string({ error: (issue) => (issue.input === undefined ? 'is missing' : 'must be a text') })
			.trim()
			.min(1, 'must not be empty')
			.max(100, 'must have at most 100 characters'),
		scopes: z.custom<(typeof scopes)[number][]>(
			(given) => Array.isArray(given) && given.length > 0 && given.every((scope) => scopes.includes(scope)),
			{ error: `must be a list of ${scopes.join(', ')}` },
		),
		expiresAt: moment.optional(),
	},
	{ error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'the body must be a JSON object') },
);

export function keyRoutes(scope: FastifyInstance, endpoints: KeyEndpoints): void {
	const config = { scope: 'admin' } as const;
	scope.post('/keys', { config }, async (request, reply) => {
		const key = parse(newKey, request.body);
		if (key.expiresAt !== undefined && key.expiresAt <= Date.now())
			throw badRequest({ expiresAt: 'must be after now' });
		const made = await endpoints.makeKey(key);
		reply.code(201).header('cache-control', 'no-store');
		return { success: true, ...made };
	});
	scope.get('/keys', { config }, async () => ({ keys: await endpoints.listApiKeys() }));
	scope.delete('/keys/:id', { config }, async (request) => {
		const { id } = request.params as { id: string };
		if (!(await endpoints.revokeKey(id)))
			throw new RequestError(404, 'there is no key with this id that is not revoked');
		return { success: true, id };
	});
}
