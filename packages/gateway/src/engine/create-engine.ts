import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { HttpTransport } from '../transport/http.ts';
import { Sockets } from '../transport/sockets.ts';
import { Documents } from './documents.ts';
import type { DrainOptions, Engine, EngineOptions, Viewer } from './engine.ts';
import { defaultLimits } from './limits.ts';
import { Metrics } from './metrics.ts';
import { Operations } from './operations.ts';
import { PerUser } from './per-user.ts';

/** Serves a schema over HTTP, SSE and both WebSocket subprotocols. */
export function createEngine<V extends Viewer>(options: EngineOptions<V>): Engine<V> {
	return new GraphQLEngine(options);
}

class GraphQLEngine<V extends Viewer> implements Engine<V> {
	readonly #http: HttpTransport<V>;
	readonly #sockets: Sockets<V>;

	constructor(options: EngineOptions<V>) {
		const { schema, authenticate, topics, context, logger, origins, persisted } = options;
		const limits = { ...defaultLimits, ...options.limits };
		const introspection = options.introspection ?? process.env.NODE_ENV !== 'production';
		const metrics = new Metrics(options.metrics);
		const documents = new Documents({ schema, limits, introspection, ...(persisted ? { persisted } : {}) });
		const operations = new Operations<V>({
			topics,
			logger,
			documents,
			heldEvents: limits.heldEvents,
			metrics,
			...(context ? { context } : {}),
		});
		metrics.observe('cohorts', 'Groups of subscribers who are served together.', () => operations.cohorts.size);
		metrics.observe('documents', 'Documents kept parsed and checked.', () => documents.size);
		const shared = {
			limits,
			operations,
			authenticate,
			metrics,
			logger,
			perUser: new PerUser(limits.socketsPerUser),
			address: options.address ?? ((request: IncomingMessage) => request.socket.remoteAddress ?? ''),
			...(origins ? { origins } : {}),
		};
		this.#sockets = new Sockets(shared);
		this.#http = new HttpTransport({ ...shared, explorer: introspection });
		metrics.observe(
			'queued_bytes',
			'Bytes that wait for slow readers.',
			() => this.#sockets.queuedBytes + this.#http.queuedBytes,
		);
	}

	routes(app: FastifyInstance): void {
		this.#http.routes(app);
	}

	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
		return this.#sockets.upgrade(request, socket, head);
	}

	*viewers(): Iterable<V> {
		yield* this.#sockets.viewers();
		yield* this.#http.viewers();
	}

	disconnect(matches: (viewer: V) => boolean, reason: string): number {
		return this.#sockets.disconnect(matches, reason) + this.#http.disconnect(matches, reason);
	}

	async drain({ window = 10_000, grace = 10_000 }: DrainOptions = {}): Promise<void> {
		const deadline = Date.now() + window + grace;
		await Promise.all([this.#sockets.drain(window, grace), this.#http.drain(window)]);
		await this.#http.finish(deadline);
	}

	async close(): Promise<void> {
		this.#sockets.close();
		this.#http.close();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}
