// One event to many subscribers: server CPU a delivery, deliveries a second, time from the event to the last delivery, memory of an idle socket.
// Servers and subscribers are processes of their own; all servers send the same frame. Only ratios within one run mean something.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Run } from '../command.ts';
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

export const run: Run = async (report, args) => {
	const { values } = parseArgs({
		args: [...args],
		options: {
			subscribers: { type: 'string', default: '1000' },
			events: { type: 'string', default: '20' },
			rounds: { type: 'string', default: '10' },
			idle: { type: 'string', default: '10000' },
		},
	});
	const subscribers = Number(values.subscribers);
	const results = await fanout(subscribers, Number(values.events), Number(values.rounds));
	const single = (index: number) => median(results[index]?.oneByOne.map(({ cpu }) => cpu));
	const inBursts = (index: number) => median(results[index]?.bursts.map(({ cpu }) => cpu));
	const rawWs = contenders.findIndex(({ server }) => server === 'raw-ws');
	const graphqlWs = contenders.findIndex(({ server }) => server === 'graphql-ws');
	for (const [index, { oneByOne, bursts }] of results.entries()) {
		const latencies = oneByOne.flatMap((turn) => turn.latencies).sort((a, b) => a - b);
		report({
			bench: 'fanout',
			server: contenders[index]?.name ?? '',
			subscribers,
			cpuMicrosecondsPerDelivery: round2(single(index)),
			ofThatInTheKernel: round2(median(oneByOne.map(({ system }) => system))),
			timesRawWs: round2(single(index) / single(rawWs)),
			timesGraphqlWs: round2(single(index) / single(graphqlWs)),
			lastDeliveryMsP50: round2(percentile(latencies, 0.5)),
			lastDeliveryMsP99: round2(percentile(latencies, 0.99)),
			inBursts: round2(inBursts(index)),
			inBurstsTimesGraphqlWs: round2(inBursts(index) / inBursts(graphqlWs)),
			deliveriesPerSecondInBursts: Math.round(median(bursts.map(({ perSecond }) => perSecond))),
		});
	}
	const idle = Number(values.idle);
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
			rssTimesRawWs: round2(rss / raw.rss),
			heapTimesRawWs: round2(heap / raw.heap),
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
	const server = fork(join(import.meta.dirname, 'fanout.server.ts'), [kind], { execArgv });
	const [{ port }] = (await once(server, 'message')) as [{ port: number }];
	const client = fork(join(import.meta.dirname, 'fanout.client.ts'), [], { execArgv });
	await once(client, 'spawn');
	const ask = async <T>(child: ChildProcess, order: object | string): Promise<T> => {
		const waiting = new AbortController();
		const gone = () => waiting.abort(new Error('a process of the benchmark ended'));
		child.once('exit', gone);
		child.send(order);
		const [answer] = await once(child, 'message', { signal: waiting.signal });
		child.off('exit', gone);
		return answer as T;
	};
	let sequence = 0;
	const pair = {
		connect: (sockets: number) =>
			ask<string>(client, { connect: { url: `ws://127.0.0.1:${port}/graphql`, protocol, sockets, ownIds } }),
		/** Publishes so many at once. Gives the time when the last subscriber got the last: milliseconds since 1970. */
		publish(count: number) {
			server.send({ publish: sequence + 1, count } satisfies ServerOrder);
			sequence += count;
			return ask<number>(client, { await: sequence });
		},
		cpu: () => ask<Cpu>(server, 'cpu'),
		memory: () => ask<Memory>(server, 'memory'),
		async [Symbol.asyncDispose]() {
			for (const child of [client, server]) {
				child.kill();
				if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
			}
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

function percentile(sorted: readonly number[], part: number): number {
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function median(values: readonly number[] = []): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round2(value: number): number {
	return Math.round(value * 100) / 100;
}
