// One gateway in a process of its own, for tests that kill it: `gateway-node.ts <JSON of NodeOptions>`.
import type { AddressInfo } from 'node:net';
import { openStore, type StoreLocation } from '@matterkit/store';
import Fastify from 'fastify';
import { pino } from 'pino';
import type { GatewayOptions } from '../options.ts';
import { createGateway } from '../server.ts';
import { metric } from './gateway-world.ts';

export interface NodeOptions extends Omit<GatewayOptions, 'store' | 'logger' | 'metrics'> {
	/** For several nodes PostgreSQL: an embedded store is for one process. */
	readonly database: StoreLocation;
}

export interface NodeReady {
	readonly origin: string;
	readonly socketUrl: string;
}

const { database, ...options } = JSON.parse(process.argv[2] ?? '{}') as NodeOptions;
const store = await openStore(database);
const gateway = createGateway({ ...options, store, logger: pino({ level: 'warn' }, pino.destination(2)) });
const app = Fastify({ forceCloseConnections: true });
gateway.routes(app);
app.server.on('upgrade', (request, socket, head) => {
	if (!gateway.upgrade(request, socket, head)) socket.destroy();
});
await app.listen({ port: 0, host: '127.0.0.1' });
await gateway.start();

/** Asked for a metric by its name, or to end in order. */
process.on('message', async (order: { metric: string } | 'close') => {
	if (order === 'close') {
		await gateway.close();
		process.exit();
	} else process.send?.({ [order.metric]: await metric(gateway, order.metric) });
});
process.on('disconnect', () => process.exit());
const { port } = app.server.address() as AddressInfo;
process.send?.({
	origin: `http://127.0.0.1:${port}`,
	socketUrl: `ws://127.0.0.1:${port}/ws/graphql/`,
} satisfies NodeReady);
