// One server of the fan-out comparison, in a process of its own: `fanout.server.ts <kind>`. Told by its parent what to do.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import Fastify from 'fastify';
import { execute, subscribe } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import mercurius from 'mercurius';
import pino from 'pino';
import { Registry } from 'prom-client';
import { type WebSocket, WebSocketServer } from 'ws';
import { createEngine } from '../../../packages/gateway/src/engine/create-engine.ts';
import { Subscribable } from '../../../packages/gateway/src/engine/engine.ts';
import { memoryTopics } from '../../../packages/gateway/src/nodes/memory.ts';
import { benchSchema, messageEvent, resultOf } from './fanout.schema.ts';

export type ServerKind = 'matterkit' | 'raw-ws' | 'graphql-ws' | 'mercurius';
export type ServerOrder =
	/** Publishes these sequences in one turn of the event loop. */
	{ readonly publish: number; readonly count: number } | 'cpu' | 'memory';
/** Microseconds. */
export interface Cpu {
	readonly user: number;
	readonly system: number;
}
export interface Memory {
	readonly rss: number;
	readonly heap: number;
}

type Publish = (sequence: number) => void;

/** Subscribers each with a queue of their own, as graphql-ws and mercurius want them. */
class Channel {
	readonly #queues = new Set<{ push(event: unknown): void }>();

	publish(event: unknown): void {
		for (const queue of this.#queues) queue.push(event);
	}

	listen(): AsyncIterableIterator<unknown> {
		const waiting: ((result: IteratorResult<unknown>) => void)[] = [];
		const events: unknown[] = [];
		const queue = {
			push(event: unknown) {
				const next = waiting.shift();
				if (next) next({ value: event, done: false });
				else events.push(event);
			},
		};
		const queues = this.#queues.add(queue);
		return {
			next: () =>
				events.length > 0
					? Promise.resolve({ value: events.shift(), done: false })
					: new Promise((resolve) => waiting.push(resolve)),
			async return() {
				queues.delete(queue);
				return { value: undefined, done: true };
			},
			[Symbol.asyncIterator]() {
				return this;
			},
		};
	}
}

const servers: Record<ServerKind, () => Promise<{ port: number; publish: Publish }>> = {
	async matterkit() {
		const logger = pino({ level: 'silent' });
		const topics = memoryTopics({ logger });
		const schema = benchSchema((_root, { channelIdentifier }) => new Subscribable({ topic: channelIdentifier }), {
			shared: true,
		});
		const engine = createEngine({
			schema,
			topics,
			logger,
			metrics: new Registry(),
			limits: { socketsPerUser: Number.POSITIVE_INFINITY },
			authenticate: async () => ({ userId: 'u', expiresAt: Date.now() + 3_600_000 }),
		});
		const app = Fastify();
		engine.routes(app);
		app.server.on('upgrade', (request, socket, head) => engine.upgrade(request, socket, head));
		await app.listen({ port: 0, host: '127.0.0.1' });
		const { port } = app.server.address() as AddressInfo;
		return {
			port,
			publish: (sequence) =>
				void topics.publish('tu8gacoe5fd8xqqcqgruaortfw', {
					type: 'event',
					key: String(sequence),
					event: messageEvent(sequence),
				}),
		};
	},

	async 'raw-ws'() {
		const server = createServer();
		const sockets = new Set<WebSocket>();
		const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
		webSockets.on('connection', (socket) => {
			sockets.add(socket);
			// Answers as the protocol has it, so that the client is the same for all.
			socket.once('message', () => socket.send('{"type":"connection_ack"}'));
			socket.on('close', () => sockets.delete(socket));
		});
		const port = await listening(server);
		return {
			port,
			publish(sequence) {
				const frame = Buffer.from(JSON.stringify({ id: '1', type: 'next', payload: resultOf(sequence) }));
				for (const socket of sockets) socket.send(frame, { binary: false });
			},
		};
	},

	async 'graphql-ws'() {
		const channel = new Channel();
		const server = createServer();
		const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
		useServer({ schema: benchSchema(() => channel.listen()), execute, subscribe }, webSockets);
		const port = await listening(server);
		return { port, publish: (sequence) => channel.publish(messageEvent(sequence)) };
	},

	async mercurius() {
		const channel = new Channel();
		const app = Fastify();
		await app.register(mercurius, { schema: benchSchema(() => channel.listen()), subscription: true });
		await app.listen({ port: 0, host: '127.0.0.1' });
		const { port } = app.server.address() as AddressInfo;
		return { port, publish: (sequence) => channel.publish(messageEvent(sequence)) };
	},
};

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return (server.address() as AddressInfo).port;
}

const { port, publish } = await servers[process.argv[2] as ServerKind]();
process.on('message', async (order: ServerOrder) => {
	if (order === 'cpu') {
		process.send?.(process.cpuUsage() satisfies Cpu);
	} else if (order === 'memory') {
		// With rests between: pages that the first leaves empty are given back to the system in the background.
		for (let i = 0; i < 3; i++) {
			globalThis.gc?.();
			await delay(1_000);
		}
		const { rss, heapUsed, external } = process.memoryUsage();
		process.send?.({ rss, heap: heapUsed + external } satisfies Memory);
	} else for (let i = 0; i < order.count; i++) publish(order.publish + i);
});
process.on('disconnect', () => process.exit());
process.send?.({ port });
