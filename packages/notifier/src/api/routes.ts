// The HTTP side: seed 004's five endpoints; those for any template stand in general-routes.ts.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { IdempotencyConflictError } from '../accepting/send.ts';
import { isBug } from '../errors/bug.ts';
import { MattermostClientError } from '../errors/mattermost-client-error.ts';
import { RequestError } from '../errors/request-error.ts';
import { countKeys, countUsers, listKeys, listUsers, type Status } from '../reporting/status.ts';
import { parse } from '../requests/parse.ts';
import type { SendRequestInput } from '../requests/send-request.ts';
import { authenticate } from './authenticate.ts';
import { bulkRoutes } from './bulk-routes.ts';
import { afterQuery } from './delivery-query.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { followUpRoutes } from './follow-up-routes.ts';
import { type GeneralRoutesOptions, generalRoutes } from './general-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { scopesOf } from './keys.ts';
import { openApiDocument, prefix } from './openapi/document.ts';
import { type PreferenceRoutesOptions, preferenceRoutes } from './preference-routes.ts';
import { answerSent, sendOptions } from './send-options.ts';
import { type WebhookRoutesOptions, webhookRoutes } from './webhook-routes.ts';

export interface RoutesOptions extends GeneralRoutesOptions, PreferenceRoutesOptions, WebhookRoutesOptions {
	/** The admin's. */
	readonly key: string;
	/** @throws MattermostClientError */
	readonly initialize: () => Promise<Status>;
}

export function routes(app: FastifyInstance, { key, initialize, ...options }: RoutesOptions): void {
	const { notifier, outbox } = options;
	app.register(
		async (scope) => {
			authenticate(scope, { key, scopesOf: (given) => scopesOf(outbox, given) });
			scope.setNotFoundHandler(() => {
				throw new RequestError(404, 'there is no such endpoint');
			});
			scope.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, notifier.log));
			scope.post<{ Body: SendRequestInput }>('/send', { bodyLimit: 65_536 }, async (request, reply) =>
				answerSent(reply, await notifier.send(request.body, sendOptions(request, reply))),
			);
			const document = openApiDocument();
			scope.get('/openapi.json', { config: { scope: 'public' } }, () => document);
			generalRoutes(scope, options);
			deliveryRoutes(scope, options);
			keyRoutes(scope, outbox);
			webhookRoutes(scope, options);
			bulkRoutes(scope, notifier);
			followUpRoutes(scope, notifier);
			preferenceRoutes(scope, options);
			scope.get('/status', () => notifier.status());
			scope.post('/initialize', { config: { scope: 'manage' } }, async () => ({
				success: true,
				...(await initialize()),
			}));
			scope.get('/users', async (request) => {
				const { limit, after } = parse(afterQuery, request.query);
				const users = await listUsers(outbox, limit, after);
				const { totalUsers } = await countUsers(outbox);
				const next = users.length === limit ? users.at(-1)?.mattermostUsername : undefined;
				return { total: totalUsers, users, next };
			});
			scope.get('/idempotency', async (request) => {
				const { limit, after } = parse(afterQuery, request.query);
				const records = await listKeys(outbox, limit, after);
				const next = records.length === limit ? records.at(-1)?.key : undefined;
				return { total: await countKeys(outbox), records, next };
			});
		},
		{ prefix },
	);
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
	if (error instanceof RequestError)
		return reply
			.code(error.status)
			.send({ success: false, name: error.name, error: error.message, fields: error.fields });
	if (error instanceof IdempotencyConflictError) return reply.code(422).send(body(error));
	if (error instanceof MattermostClientError) return reply.code(503).send({ ...body(error), code: error.code });
	// Fastify's own: not JSON, too large, wrong content type.
	if (error.statusCode !== undefined && error.statusCode < 500) return reply.code(error.statusCode).send(body(error));
	log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
	// What else goes wrong while a request is answered is the database's.
	if (isBug(error))
		return reply.code(500).send({
			success: false,
			name: 'InternalError',
			error: 'the notification service itself is at fault; it is logged',
		});
	reply.header('retry-after', '5');
	return reply.code(503).send({
		success: false,
		name: 'UnavailableError',
		error:
			'the notification service cannot write to its database just now: ask again, with the same key nothing is sent twice',
	});
}

const body = ({ name, message }: Error) => ({ success: false, name, error: message });
