// The admin's endpoints for keys of programs.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { RequestError } from '../errors/request-error.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { ofBody, orMissing } from '../requests/messages.ts';
import { badRequest, parse } from '../requests/parse.ts';
import { moment } from '../requests/plan-fields.ts';
import { listApiKeys, makeApiKey, revokeApiKey } from './keys.ts';
import { scopes } from './scopes.ts';

export const newKey = z.strictObject(
	{
		name: z
			.string({ error: orMissing('must be a text') })
			.trim()
			.min(1, 'must not be empty')
			.max(100, 'must have at most 100 characters'),
		scopes: z.custom<(typeof scopes)[number][]>(
			(given) => Array.isArray(given) && given.length > 0 && given.every((scope) => scopes.includes(scope)),
			{ error: `must be a list of ${scopes.join(', ')}` },
		),
		expiresAt: moment.optional(),
	},
	{ error: ofBody },
);

export function keyRoutes(scope: FastifyInstance, outbox: Outbox): void {
	const config = { scope: 'admin' } as const;
	scope.post('/keys', { config }, async (request, reply) => {
		const key = parse(newKey, request.body);
		if (key.expiresAt !== undefined && key.expiresAt <= Date.now())
			throw badRequest({ expiresAt: 'must be after now' });
		const made = await makeApiKey(outbox, key);
		reply.code(201).header('cache-control', 'no-store');
		return { success: true, ...made };
	});
	scope.get('/keys', { config }, async () => ({ keys: await listApiKeys(outbox) }));
	scope.delete('/keys/:id', { config }, async (request) => {
		const { id } = request.params as { id: string };
		if (!(await revokeApiKey(outbox, id)))
			throw new RequestError(404, 'there is no key with this id that is not revoked');
		return { success: true, id };
	});
}
