// Servers and subscribers are processes of their own; all servers send the same frame. Only ratios within one run mean something.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, forkChild } from '../child.ts';
import type { Run } from '../command.ts';
import { parseOptions, whole } from '../options.ts';
import { median, quantile, rounded } from '../statistics.ts';
import type { ClientOrder } from './fanout.client.ts';
import type { Cpu, Memory, ServerKind, ServerOrder } from './fanout.server.ts';

interface Contender {
	readonly name: string;
	readonly server: ServerKind;
	readonly protocol: string;
	/** See ClientOrder. */
	readonly ownIds?: boolean;
}

const contenders: readonly Contender[] = [
	{ name: 'raw ws, one buffer to all', server: 'raw-ws', protocol: 'graphql-transport-ws' },
	{ name: 'matterkit, graphql-transport-ws', server: 'matterkit', protocol: 'graphql-transport-ws' },
	{
		name: 'matterkit, graphql-transport-ws, each operation an id of its own',
		server: 'matterkit',
		protocol: 'graphql-transport-ws',
		ownIds: true,
	},
	{ name: 'matterkit, legacy graphql-ws', server: 'matterkit', protocol: 'graphql-ws' },
	{ name: 'graphql-ws 6', server: 'graphql-ws', protocol: 'graphql-transport-ws' },
	{ name: 'mercurius 16', server: 'mercurius', protocol: 'graphql-transport-ws' },
];

export const help = `One event to many subscribers: CPU a delivery, deliveries a second, time to the last one, memory of an idle socket.

  --subscribers N  (1000)
  --events N       in a turn of a server (20)
  --rounds N       turns of each server (10)
  --idle N         sockets whose memory is measured (10000)`;

export const run: Run = async (report, args) => {
	const options = parseOptions(args, {
		subscribers: { type: 'string', default: '1000' },
		events: { type: 'string', default: '20' },
		rounds: { type: 'string', default: '10' },
		idle: { type: 'string', default: '10000' },
	});
	const subscribers = whole('subscribers', options.subscribers);
	const results = await fanout(subscribers, whole('events', options.events), whole('rounds', options.rounds));
	const single = (index: number) => median(results[index]?.oneByOne.map(({ cpu }) => cpu) ?? []);
	const inBursts = (index: number) => median(results[index]?.bursts.map(({ cpu }) => cpu) ?? []);
	const rawWs = contenders.findIndex(({ server }) => server === 'raw-ws');
	const graphqlWs = contenders.findIndex(({ server }) => server === 'graphql-ws');
	for (const [index, { oneByOne, bursts }] of results.entries()) {
		const latencies = oneByOne.flatMap((turn) => turn.latencies);
		report({
			bench: 'fanout',
			server: contenders[index]?.name ?? '',
			subscribers,
			cpuMicrosecondsPerDelivery: rounded(single(index), 2),
			ofThatInTheKernel: rounded(median(oneByOne.map(({ system }) => system)), 2),
			timesRawWs: rounded(single(index) / single(rawWs), 2),
			timesGraphqlWs: rounded(single(index) / single(graphqlWs), 2),
			lastDeliveryMsP50: rounded(quantile(latencies, 0.5), 2),
			lastDeliveryMsP99: rounded(quantile(latencies, 0.99), 2),
			inBursts: rounded(inBursts(index), 2),
			inBurstsTimesGraphqlWs: rounded(inBursts(index) / inBursts(graphqlWs), 2),
			deliveriesPerSecondInBursts: Math.round(median(bursts.map(({ perSecond }) => perSecond))),
		});
	}
	const idle = whole('idle', options.idle);
	if (idle === 0) return;
	let raw = { rss: Number.NaN, heap: Number.NaN };
	for (const contender of contenders) {
		const { rss, heap } = await idleMemory(contender, idle);
		if (contender.server === 'raw-ws') raw = { rss, heap };
		report({
			bench: 'idle-sockets',
			server: contender.name,
			sockets: idle,
			rssBytesPerSocket: Math.round(rss),
			heapBytesPerSocket: Math.round(heap),
			rssTimesRawWs: rounded(rss / raw.rss, 2),
			heapTimesRawWs: rounded(heap / raw.heap, 2),
		});
	}
};

/** Of events that come one by one. CPU in microseconds of the server a delivery, user and system. */
interface OneByOne {
	readonly cpu: number;
	/** The part of it that the kernel takes: `write` into a TCP socket of this machine, mostly. */
	readonly system: number;
	/** Milliseconds from each event to its last delivery. */
	readonly latencies: readonly number[];
}

/** Of events that come all in one turn of the event loop. */
interface Burst {
	readonly cpu: number;
	readonly perSecond: number;
}

interface Fanout {
	readonly oneByOne: readonly OneByOne[];
	readonly bursts: readonly Burst[];
}

/** Gives what each contender did in all rounds. Bursts come when all single events are done: they leave the subscribers' process in another state. */
async function fanout(subscribers: number, events: number, rounds: number): Promise<Fanout[]> {
	await using pairs = new AsyncDisposableStack();
	const running: Pair[] = [];
	for (const contender of contenders) running.push(pairs.use(await startPair(contender, subscribers)));
	for (const pair of running) await oneByOne(pair, subscribers, 3 * events);
	const singles = await inTurns(running, rounds, (pair) => oneByOne(pair, subscribers, events));
	for (const pair of running) await burst(pair, subscribers, events);
	const bursts = await inTurns(running, rounds, (pair) => burst(pair, subscribers, events));
	return running.map((_, index) => ({ oneByOne: singles[index] ?? [], bursts: bursts[index] ?? [] }));
}

/** Short turns, each server first once: what else the machine does falls on all alike. */
async function inTurns<T>(running: readonly Pair[], rounds: number, take: (pair: Pair) => Promise<T>): Promise<T[][]> {
	const turns: T[][] = running.map(() => []);
	for (let round = 0; round < rounds; round++)
		for (const turn of running.keys()) {
			const index = (round + turn) % running.length;
			const pair = running[index];
			if (pair) turns[index]?.push(await take(pair));
		}
	return turns;
}

async function oneByOne(pair: Pair, subscribers: number, events: number): Promise<OneByOne> {
	const latencies: number[] = [];
	const before = await pair.cpu();
	for (let i = 0; i < events; i++) {
		// What the one before left to do is no part of this one.
		await delay(5);
		const sent = performance.timeOrigin + performance.now();
		latencies.push((await pair.publish(1)) - sent);
	}
	const after = await pair.cpu();
	const system = after.system - before.system;
	const deliveries = subscribers * events;
	return { cpu: (after.user - before.user + system) / deliveries, system: system / deliveries, latencies };
}

async function burst(pair: Pair, subscribers: number, events: number): Promise<Burst> {
	const before = await pair.cpu();
	const began = performance.now();
	await pair.publish(events);
	const elapsed = performance.now() - began;
	const after = await pair.cpu();
	const deliveries = subscribers * events;
	return {
		cpu: (after.user + after.system - before.user - before.system) / deliveries,
		perSecond: (deliveries / elapsed) * 1_000,
	};
}

async function idleMemory(contender: Contender, sockets: number): Promise<{ rss: number; heap: number }> {
	// What the first sockets cost once (code that gets compiled, room for new objects) is not counted.
	await using pair = await startPair(contender, 1_000);
	await pair.publish(20);
	const before = await pair.memory();
	await pair.connect(sockets);
	// Each has got an event, so that what is made at first use is counted.
	await pair.publish(1);
	const after = await pair.memory();
	return { rss: (after.rss - before.rss) / sockets, heap: (after.heap - before.heap) / sockets };
}

async function startPair({ server: kind, protocol, ownIds = false }: Contender, subscribers: number) {
	const execArgv = [...process.execArgv, '--expose-gc'];
	const server = await forkChild<{ port: number }>(join(import.meta.dirname, 'fanout.server.ts'), [kind], execArgv);
	const client = await forkChild(join(import.meta.dirname, 'fanout.client.ts'), [], execArgv);
	let sequence = 0;
	const pair = {
		connect: (sockets: number) =>
			ask<string>(client.child, {
				connect: { url: `ws://127.0.0.1:${server.ready.port}/graphql`, protocol, sockets, ownIds },
			} satisfies ClientOrder),
		/** Publishes so many at once. Gives the time when the last subscriber got the last: milliseconds since 1970. */
		publish(count: number) {
			server.child.send({ publish: sequence + 1, count } satisfies ServerOrder);
			sequence += count;
			return ask<number>(client.child, { await: sequence } satisfies ClientOrder);
		},
		cpu: () => ask<Cpu>(server.child, 'cpu'),
		memory: () => ask<Memory>(server.child, 'memory'),
		async [Symbol.asyncDispose]() {
			await client[Symbol.asyncDispose]();
			await server[Symbol.asyncDispose]();
		},
	};
	if (subscribers > 0) {
		await pair.connect(subscribers);
		// Subscriptions are taken in the background: some servers answer before they listen.
		await delay(500);
	}
	return pair;
}

type Pair = Awaited<ReturnType<typeof startPair>>;
