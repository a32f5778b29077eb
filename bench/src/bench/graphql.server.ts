// One server of the query comparison, in a process of its own: `graphql.server.ts <kind>`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { graphqlSync } from 'graphql';
import { createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import pino from 'pino';
import { Registry } from 'prom-client';
import { createEngine } from '../../../packages/gateway/src/engine/create-engine.ts';
import { memoryTopics } from '../../../packages/gateway/src/nodes/memory.ts';
import { benchSchema, queries } from './fanout.schema.ts';

export type QueryServer = 'matterkit' | 'mercurius' | 'mercurius-jit' | 'yoga' | 'fastify';

const schema = benchSchema(() => {
	throw new Error('not asked here');
});
const logger = pino({ level: 'silent' });

/** Of the Authorization header, where there is one: what each server's context holds as the viewer. */
const authenticate = async (_authorization: string) => ({ userId: 'u', expiresAt: Date.now() + 3_600_000 });

const servers: Record<QueryServer, () => Promise<number>> = {
	async matterkit() {
		const app = Fastify();
		createEngine({
			schema,
			topics: memoryTopics({ logger }),
			logger,
			metrics: new Registry(),
			authenticate,
		}).routes(app);
		return listening(app);
	},
	async fastify() {
		const answers = new Map<unknown, string>();
		for (const source of Object.values(queries)) answers.set(source, JSON.stringify(graphqlSync({ schema, source })));
		const app = Fastify();
		app.post<{ Body: { query: string } }>('/graphql', ({ body }, reply) => {
			reply.type('application/json; charset=utf-8').send(answers.get(body.query));
		});
		return listening(app);
	},
	mercurius: () => startMercurius(0),
	'mercurius-jit': () => startMercurius(1),
	async yoga() {
		const server = createServer(
			createYoga({
				schema,
				logging: false,
				context: ({ request }) => contextOf(request.headers.get('authorization') ?? undefined),
			}),
		);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return (server.address() as AddressInfo).port;
	},
};

async function contextOf(authorization: string | undefined) {
	return { viewer: authorization === undefined ? null : await authenticate(authorization) };
}

async function startMercurius(jit: number): Promise<number> {
	const app = Fastify();
	await app.register(mercurius, { schema, jit, context: ({ headers }) => contextOf(headers.authorization) });
	return listening(app);
}

async function listening(app: FastifyInstance): Promise<number> {
	await app.listen({ port: 0, host: '127.0.0.1' });
	return (app.server.address() as AddressInfo).port;
}

const port = await servers[process.argv[2] as QueryServer]();
process.on('message', () => {
	const { user, system } = process.cpuUsage();
	process.send?.(user + system);
});
process.on('disconnect', () => process.exit());
process.send?.(port);
