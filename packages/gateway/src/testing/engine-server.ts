// An engine on a real port, over the schema of chat-schema.ts. Tokens are `<userId>` or `<userId>:<milliseconds since 1970>`.
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { GraphQLError } from 'graphql';
import pino from 'pino';
import { Registry } from 'prom-client';
import { createEngine } from '../engine/create-engine.ts';
import type { Engine, EngineOptions, Topics, Viewer } from '../engine/engine.ts';
import { memoryTopics } from '../nodes/memory.ts';
import { type ChatSchemaOptions, chatSchema } from './chat-schema.ts';

export interface EngineServer extends AsyncDisposable {
	readonly engine: Engine<Viewer>;
	readonly topics: Topics;
	/** `http://127.0.0.1:<port>` */
	readonly origin: string;
	/** `http://127.0.0.1:<port>/graphql/` */
	readonly url: string;
	/** `ws://127.0.0.1:<port>/ws/graphql/` */
	readonly socketUrl: string;
	readonly metrics: Registry;
	/** A gauge or counter of ours, without labels. */
	metric(name: string): Promise<number>;
	/** What was logged, one JSON line each. */
	readonly log: readonly string[];
	post(body: unknown, headers?: Record<string, string>): Promise<{ status: number; body: unknown; headers: Headers }>;
}

export type EngineServerOptions = Partial<EngineOptions<Viewer>> &
	Omit<ChatSchemaOptions, 'topics'> & { readonly topics?: Topics };

const oneHour = 3_600_000;

/** The stand-in for accounts: a token names its user. */
export async function authenticate(authorization: string): Promise<Viewer> {
	const [userId = '', expiresAt] = authorization.replace(/^(JWT|Bearer) /, '').split(':');
	if (!/^u\d+$/.test(userId)) throw new GraphQLError('Error decoding signature');
	return { userId, expiresAt: expiresAt ? Number(expiresAt) : Date.now() + oneHour };
}

export async function startEngine(options: EngineServerOptions = {}): Promise<EngineServer> {
	const { subscribe, executed, slow, ...engineOptions } = options;
	const log: string[] = [];
	const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(line) });
	const topics = options.topics ?? memoryTopics({ logger });
	const metrics = new Registry();
	const schema = chatSchema({
		topics,
		...(subscribe ? { subscribe } : {}),
		...(executed ? { executed } : {}),
		...(slow ? { slow } : {}),
	});
	const engine = createEngine<Viewer>({ schema, authenticate, topics, logger, metrics, ...engineOptions });
	const app = Fastify({ forceCloseConnections: true });
	engine.routes(app);
	app.server.on('upgrade', (request, socket, head) => {
		if (!engine.upgrade(request, socket, head)) socket.destroy();
	});
	await app.listen({ port: 0, host: '127.0.0.1' });
	const { port } = app.server.address() as AddressInfo;
	const origin = `http://127.0.0.1:${port}`;
	return {
		engine,
		topics,
		origin,
		url: `${origin}/graphql/`,
		socketUrl: `ws://127.0.0.1:${port}/ws/graphql/`,
		metrics,
		log,
		metric: async (name) =>
			Number(new RegExp(`^matterkit_gateway_${name} (\\d+)`, 'm').exec(await metrics.metrics())?.[1]),
		async post(body, headers = {}) {
			const response = await fetch(`${origin}/graphql/`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', ...headers },
				body: typeof body === 'string' ? body : JSON.stringify(body),
			});
			return { status: response.status, body: await response.json(), headers: response.headers };
		},
		async [Symbol.asyncDispose]() {
			await engine.close();
			await app.close();
			await topics[Symbol.asyncDispose]();
		},
	};
}
