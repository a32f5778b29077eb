// The HTTP side: seed 004's five endpoints.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { MattermostClientError } from '../errors/mattermost-client-error.ts';
import { IdempotencyConflictError, type SendOptions, type SendResult } from '../send.ts';
import type { KeyRecord, Status, UserState } from '../status.ts';
import { bearerCheck } from './authenticate.ts';
import { parseDuration } from './duration.ts';
import { RequestError } from './request-error.ts';
import { parseSendRequest, type SendRequest } from './send-request.ts';

/** Milliseconds that a caller may wait for an outcome at most: proxies cut off around a minute. */
const longestWait = 60_000;

const defaultLimit = 1_000;

/** What the endpoints do. */
export interface Endpoints {
	send(request: SendRequest, options: SendOptions): Promise<SendResult>;
	status(): Promise<Status>;
	/** @throws MattermostClientError */
	initialize(): Promise<Status>;
	users(limit: number, after: string): Promise<UserState[]>;
	keys(limit: number, after: string): Promise<KeyRecord[]>;
}

export function routes(
	app: FastifyInstance,
	{ key, endpoints, log }: { key: string; endpoints: Endpoints; log: Logger },
): void {
	const isAdmin = bearerCheck(key);
	app.register(
		async (scope) => {
			scope.addHook('onRequest', async (request, reply) => {
				if (isAdmin(request.headers.authorization)) return;
				reply.header('www-authenticate', 'Bearer');
				throw new RequestError(401, 'Authorization: Bearer with the notifications key is needed');
			});
			scope.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, log));
			scope.post('/send', { bodyLimit: 65_536 }, (request, reply) => send(endpoints, request, reply));
			scope.get('/status', () => endpoints.status());
			scope.post('/initialize', async () => ({ success: true, ...(await endpoints.initialize()) }));
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
		{ prefix: '/api/notifications' },
	);
}

async function send(endpoints: Endpoints, request: FastifyRequest, reply: FastifyReply): Promise<SendResult> {
	const body = parseSendRequest(request.body);
	const idempotencyKey = request.headers['idempotency-key'];
	if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,255}$/.test(String(idempotencyKey)))
		throw new RequestError(400, 'Idempotency-Key must be 1 to 255 visible ASCII characters', {
			'Idempotency-Key': 'malformed',
		});
	const left = new AbortController();
	// Of the response, not the socket: one connection carries many requests.
	reply.raw.once('close', () => left.abort());
	const result = await endpoints.send(body, {
		wait: waitOf(request),
		signal: left.signal,
		...(idempotencyKey !== undefined && { idempotencyKey: String(idempotencyKey) }),
	});
	reply.code(result.status === 'accepted' ? 202 : 200);
	return result;
}

function waitOf(request: FastifyRequest): number {
	const { wait } = request.query as { wait?: unknown };
	if (wait === undefined) return 0;
	const milliseconds = typeof wait === 'string' ? parseDuration(wait) : undefined;
	if (milliseconds === undefined || milliseconds > longestWait)
		throw new RequestError(400, 'wait must be a duration such as 10s, at most 60s', {
			wait: 'must be a duration such as 10s',
		});
	return milliseconds;
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
