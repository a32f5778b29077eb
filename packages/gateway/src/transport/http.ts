// GraphQL over HTTP (https://graphql.github.io/graphql-over-http/draft/): POST, GET for queries, and SSE where the client accepts it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { type Caller, OperationContext } from '../engine/context.ts';
import type { Operation } from '../engine/documents.ts';
import type { EngineOptions, Viewer } from '../engine/engine.ts';
import { limitError, RequestError, serverReplaced } from '../engine/errors.ts';
import type { Limits } from '../engine/limits.ts';
import type { Metrics } from '../engine/metrics.ts';
import type { Answer, Operations } from '../engine/operations.ts';
import type { PerUser } from '../engine/per-user.ts';
import { type GraphQLRequest, toRequest } from '../engine/request.ts';
import { requestId } from '../engine/request-id.ts';
import { untilOver } from '../until-over.ts';
import { allowOrigins } from './cross-origin.ts';
import { explorerRoutes, sendExplorer, wantsExplorer } from './explorer.ts';
import { EventStream } from './sse.ts';

export interface HttpOptions<V extends Viewer> {
	readonly limits: Limits;
	readonly operations: Operations<V>;
	readonly authenticate: EngineOptions<V>['authenticate'];
	readonly metrics: Metrics;
	readonly perUser: PerUser;
	readonly logger: Logger;
	readonly address: (request: IncomingMessage) => string;
	readonly origins?: readonly string[];
	/** Whether browsers get GraphiQL. */
	readonly explorer: boolean;
}

const json = 'application/json; charset=utf-8';
const graphqlResponse = 'application/graphql-response+json; charset=utf-8';

export class HttpTransport<V extends Viewer> {
	readonly #options: HttpOptions<V>;
	readonly #streams = new Set<EventStream<V>>();
	readonly #timer: NodeJS.Timeout;
	#inFlight = 0;
	/** `draining`: what is asked for is answered, but connections and streams end. */
	#state: 'open' | 'draining' | 'closed' = 'open';

	constructor(options: HttpOptions<V>) {
		this.#options = options;
		this.#timer = setInterval(() => {
			const now = Date.now();
			for (const stream of [...this.#streams]) stream.tick(now);
		}, 1_000).unref();
		options.metrics.observe('streams', 'Open event streams (SSE).', () => this.#streams.size);
	}

	routes(app: FastifyInstance): void {
		// A scope of its own: its parser and its way of telling errors are no business of other routes.
		app.register(async (scope) => {
			scope.removeAllContentTypeParsers();
			scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
				try {
					done(null, JSON.parse(body.toString()));
				} catch {
					done(new RequestError('the body is not JSON'));
				}
			});
			scope.setErrorHandler((error: FastifyError | RequestError, request, reply) => this.#fail(error, request, reply));
			const urls = ['/graphql', '/graphql/'];
			allowOrigins(scope, { urls, origins: this.#options.origins, refusal: foreignOrigin });
			for (const url of urls) {
				scope.post(url, { bodyLimit: this.#options.limits.messageBytes }, (request, reply) =>
					this.#serve(toRequest(request.body), request, reply),
				);
				scope.get(url, (request, reply) => this.#get(request, reply));
			}
			if (this.#options.explorer) explorerRoutes(scope);
		});
	}

	get queuedBytes(): number {
		return this.#streams.values().reduce((sum, stream) => sum + stream.queuedBytes, 0);
	}

	*viewers(): Iterable<V> {
		for (const { caller } of this.#streams) if (caller.viewer) yield caller.viewer;
	}

	disconnect(matches: (viewer: V) => boolean, reason: string): number {
		const streams = [...this.#streams].filter(({ caller }) => caller.viewer && matches(caller.viewer));
		for (const stream of streams) stream.refuse([{ message: reason, extensions: { code: 'FORBIDDEN' } }]);
		return streams.length;
	}

	/** Ends the streams one after the other over `window`, but for those that bring an answer; takes no new ones. */
	async drain(window: number): Promise<void> {
		this.#state = 'draining';
		const began = Date.now();
		const streams = [...this.#streams];
		for (const [index, stream] of streams.entries()) {
			const due = began + (window * index) / streams.length;
			if (due > Date.now()) await delay(due - Date.now());
			if (!stream.answering) stream.cut();
		}
	}

	/** Takes no new request, and waits until those in flight are answered, but not after `deadline` (milliseconds since 1970). */
	async finish(deadline: number): Promise<void> {
		this.#state = 'closed';
		const isIdle = () => this.#inFlight === 0 && !this.#streams.values().some((stream) => stream.answering);
		await untilOver(isIdle, deadline);
	}

	close(): void {
		this.#state = 'closed';
		clearInterval(this.#timer);
		for (const stream of [...this.#streams]) stream.cut();
	}

	#get(request: FastifyRequest, reply: FastifyReply): Promise<void> | Promise<FastifyReply> | undefined {
		if (this.#options.explorer && wantsExplorer(request)) return sendExplorer(request, reply);
		const { query, operationName, variables, extensions, documentId } = request.query as Record<string, string>;
		const parsed = {
			variables: jsonParameter('variables', variables),
			extensions: jsonParameter('extensions', extensions),
		};
		return this.#serve(toRequest({ query, documentId, operationName, ...parsed }), request, reply);
	}

	/** Nothing is awaited that is there at once: for a small query each turn of the promise queue would be a few percent of its time. */
	#serve(asked: GraphQLRequest, request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
		if (this.#state === 'closed') throw serverReplaced();
		const operation = this.#options.operations.documents.find(asked);
		operation.check(asked.variables);
		const streams = wantsStream(request, operation);
		if (request.method === 'GET' && operation.kind === 'mutation') {
			reply.header('allow', 'POST');
			throw new RequestError('mutations are taken by POST only', { status: 405 });
		}
		if (operation.kind === 'subscription' && !streams)
			throw new RequestError('a subscription wants a WebSocket, or "Accept: text/event-stream"', { status: 406 });
		const answerTo = (caller: Caller<V>) =>
			streams ? this.#stream(asked, caller, reply) : this.#answer(operation, asked, caller, request, reply);
		const caller = this.#caller(request.raw);
		const served = caller instanceof Promise ? caller.then(answerTo) : answerTo(caller);
		if (!served) return undefined;
		this.#inFlight++;
		return served.finally(() => this.#served(reply.raw));
	}

	/** Connections are cut when this server is drained, so until then a long answer is in flight while it is read. */
	#served(response: ServerResponse): void {
		const over = () => {
			this.#inFlight--;
		};
		if (this.#state === 'open' || response.closed) over();
		else response.once('close', over);
	}

	#answer(
		operation: Operation,
		asked: GraphQLRequest,
		caller: Caller<V>,
		request: FastifyRequest,
		reply: FastifyReply,
	): Promise<void> | undefined {
		const context = new OperationContext(caller);
		if (operation.kind === 'query') context.onSignal = () => abortWhenGone(reply.raw, context);
		const send = ({ payload, refused }: Answer) => {
			if (this.#state !== 'open') reply.header('connection', 'close');
			reply
				.status(refused ? 400 : 200)
				.header('x-request-id', caller.requestId)
				.type(answerType(request))
				.send(payload.json);
		};
		const answer = this.#options.operations.answer(operation, asked, context, 'http');
		if (answer instanceof Promise) return answer.then(send);
		send(answer);
		return undefined;
	}

	#stream(asked: GraphQLRequest, caller: Caller<V>, reply: FastifyReply): undefined {
		const { perUser, operations, limits } = this.#options;
		const { viewer } = caller;
		if (this.#state !== 'open') throw serverReplaced();
		if (viewer && !perUser.admit(viewer))
			throw limitError('socketsPerUser', limits.socketsPerUser, 'one event stream more of this user', 429);
		reply.hijack();
		for (const [name, value = ''] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value);
		const stream = new EventStream(reply.raw, caller, limits, Date.now());
		this.#streams.add(stream);
		reply.raw.once('close', () => {
			this.#streams.delete(stream);
			if (viewer) perUser.leave(viewer);
		});
		stream.run(operations.start(asked, caller, stream));
	}

	#caller(request: IncomingMessage): Caller<V> | Promise<Caller<V>> {
		const from = { requestId: requestId(request), address: this.#options.address(request) };
		const { authorization } = request.headers;
		if (authorization === undefined) return { ...from, viewer: null, refusal: null };
		return this.#options.authenticate(authorization, from).then(
			(viewer) => ({ ...from, viewer, refusal: null }),
			(error: unknown) => {
				if (error instanceof GraphQLError) this.#options.metrics.tokenRefused();
				const refusal =
					error instanceof Error ? error : new Error('the token could not be looked up', { cause: error });
				return { ...from, viewer: null, refusal };
			},
		);
	}

	#fail(error: FastifyError | RequestError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
		if (error instanceof RequestError) {
			this.#options.metrics.refused(error.errors);
			return reply
				.status(error.status)
				.type(answerType(request))
				.send(JSON.stringify({ errors: error.errors }));
		}
		const status = error.statusCode ?? 500;
		if (status === 413) return this.#fail(tooLarge(this.#options.limits), request, reply);
		if (status === 415) return this.#fail(notJson, request, reply);
		reply.status(status).type(json);
		if (status < 500) return reply.send(JSON.stringify({ errors: [{ message: error.message }] }));
		const id = requestId(request.raw);
		this.#options.logger.error({ err: error, requestId: id }, 'a GraphQL request failed');
		const extensions = { code: 'INTERNAL_ERROR', requestId: id };
		return reply
			.header('x-request-id', id)
			.send(JSON.stringify({ errors: [{ message: 'An unknown error occurred.', extensions }] }));
	}
}

const notJson = new RequestError('send the request as "Content-Type: application/json"', { status: 415 });

const tooLarge = ({ messageBytes }: Limits) =>
	limitError('messageBytes', messageBytes, 'the body has too many bytes', 413);

const foreignOrigin = () => new RequestError('this origin is not allowed', { status: 403 });

/** Some clients name all types that they can read for whatever they ask (urql does): then only a subscription is streamed. */
function wantsStream({ headers: { accept = '' } }: FastifyRequest, { kind }: Operation): boolean {
	return accept.includes('text/event-stream') && (kind === 'subscription' || !accept.includes('json'));
}

function answerType(request: FastifyRequest): string {
	return request.headers.accept?.includes('application/graphql-response+json') ? graphqlResponse : json;
}

function abortWhenGone(response: ServerResponse, context: OperationContext<Viewer>): void {
	response.once('close', () => {
		if (!response.writableFinished) context.stop();
	});
}

function jsonParameter(name: string, text: string | undefined): unknown {
	if (text === undefined || text === '') return undefined;
	try {
		return JSON.parse(text);
	} catch {
		throw new RequestError(`"${name}" is not JSON`);
	}
}
