// The HTTP side: seed 004's five endpoints; those for any template stand in general-routes.ts.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Caller } from '../api-keys.ts';
import { MattermostClientError } from '../errors/mattermost-client-error.ts';
import { IdempotencyConflictError, type SendOptions, type SendResult } from '../send.ts';
import type { KeyRecord, Status, UserState } from '../status.ts';
import { authenticate } from './authenticate.ts';
import { type BulkEndpoints, bulkRoutes } from './bulk-routes.ts';
import { type DeliveryEndpoints, deliveryRoutes } from './delivery-routes.ts';
import { type FollowUpEndpoints, followUpRoutes } from './follow-up-routes.ts';
import { type GeneralEndpoints, generalRoutes, type PreviewOptions } from './general-routes.ts';
import { type KeyEndpoints, keyRoutes } from './key-routes.ts';
import { openApiDocument, prefix } from './openapi/document.ts';
import { type PreferenceEndpoints, preferenceRoutes } from './preference-routes.ts';
import { RequestError } from './request-error.ts';
import { sendOptions } from './send-options.ts';
import { parseSendRequest, type SendRequest } from './send-request.ts';
import { type WebhookEndpoints, webhookRoutes } from './webhook-routes.ts';

const defaultLimit = 1_000;

/** What the endpoints do. */
export interface Endpoints
	extends GeneralEndpoints,
		DeliveryEndpoints,
		KeyEndpoints,
		WebhookEndpoints,
		BulkEndpoints,
		PreferenceEndpoints,
		FollowUpEndpoints {
	send(request: SendRequest, options: SendOptions): Promise<SendResult>;
	status(): Promise<Status>;
	/** @throws MattermostClientError */
	initialize(): Promise<Status>;
	users(limit: number, after: string): Promise<UserState[]>;
	keys(limit: number, after: string): Promise<KeyRecord[]>;
	/** Whose key it is; undefined: nobody's. */
	callerOf(key: string): Promise<Caller | undefined>;
}

export interface RoutesOptions {
	/** The admin's. */
	readonly key: string;
	readonly endpoints: Endpoints;
	readonly preview: PreviewOptions;
	readonly log: Logger;
}

export function routes(app: FastifyInstance, { key, endpoints, preview, log }: RoutesOptions): void {
	app.register(
		async (scope) => {
			authenticate(scope, { key, callerOf: endpoints.callerOf });
			scope.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, log));
			scope.post('/send', { bodyLimit: 65_536 }, (request, reply) => send(endpoints, request, reply));
			const document = openApiDocument();
			scope.get('/openapi.json', { config: { scope: 'public' } }, () => document);
			generalRoutes(scope, endpoints, preview);
			deliveryRoutes(scope, endpoints);
			keyRoutes(scope, endpoints);
			webhookRoutes(scope, endpoints);
			bulkRoutes(scope, endpoints);
			followUpRoutes(scope, endpoints);
			preferenceRoutes(scope, endpoints);
			scope.get('/status', () => endpoints.status());
			scope.post('/initialize', { config: { scope: 'manage' } }, async () => ({
				success: true,
				...(await endpoints.initialize()),
			}));
			scope.get('/users', async (request) => {
				const { limit, after } = page(request);
				const users = await endpoints.users(limit, after);
				return {
					total: users.length,
					users,
					next: users.length === limit ? users.at(-1)?.mattermostUsername : undefined,
				};
			});
			scope.get('/idempotency', async (request) => {
				const { limit, after } = page(request);
				const records = await endpoints.keys(limit, after);
				return { total: records.length, records, next: records.length === limit ? records.at(-1)?.key : undefined };
			});
		},
		{ prefix },
	);
}

async function send(endpoints: Endpoints, request: FastifyRequest, reply: FastifyReply): Promise<SendResult> {
	const result = await endpoints.send(parseSendRequest(request.body), sendOptions(request, reply));
	reply.code(result.status === 'accepted' ? 202 : 200);
	return result;
}

function page(request: FastifyRequest): { limit: number; after: string } {
	const { limit = String(defaultLimit), after = '' } = request.query as { limit?: unknown; after?: unknown };
	if (typeof limit !== 'string' || !/^[1-9]\d{0,3}$/.test(limit) || typeof after !== 'string')
		throw new RequestError(400, 'limit must be a whole number from 1 to 9999', {
			limit: 'must be a whole number from 1 to 9999',
		});
	return { limit: Number(limit), after };
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
	log.error({ err: error, route: request.routeOptions.url }, 'a request failed: the database?');
	reply.header('retry-after', '5');
	return reply.code(503).send({
		success: false,
		name: 'UnavailableError',
		error: 'the notification service cannot reach its database; nothing was accepted',
	});
}

const body = ({ name, message }: Error) => ({ success: false, name, error: message });
