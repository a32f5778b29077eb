// One server of the query comparison, in a process of its own: `graphql.server.ts <kind>`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import pino from 'pino';
import { Registry } from 'prom-client';
import { createEngine } from '../../../packages/gateway/src/create-engine.ts';
import { memoryTopics } from '../../../packages/gateway/src/nodes/memory.ts';
import { benchSchema } from './fanout.schema.ts';

export type QueryServer = 'matterkit' | 'mercurius' | 'mercurius-jit' | 'yoga';

const schema = benchSchema(() => {
	throw new Error('not asked here');
});
const logger = pino({ level: 'silent' });

const servers: Record<QueryServer, () => Promise<number>> = {
	async matterkit() {
		const app = Fastify();
		createEngine({
			schema,
			topics: memoryTopics({ logger }),
			logger,
			metrics: new Registry(),
			authenticate: async () => ({ userId: 'u', expiresAt: Date.now() + 3_600_000 }),
		}).routes(app);
		await app.listen({ port: 0, host: '127.0.0.1' });
		return (app.server.address() as AddressInfo).port;
	},
	mercurius: () => startMercurius(0),
	'mercurius-jit': () => startMercurius(1),
	async yoga() {
		const server = createServer(createYoga({ schema, logging: false }));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return (server.address() as AddressInfo).port;
	},
};

async function startMercurius(jit: number): Promise<number> {
	const app = Fastify();
	await app.register(mercurius, { schema, jit });
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
