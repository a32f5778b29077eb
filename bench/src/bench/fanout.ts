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
}

const contenders: readonly Contender[] = [
	{ name: 'raw ws, one buffer to all', server: 'raw-ws', protocol: 'graphql-transport-ws' },
	{ name: 'matterkit, graphql-transport-ws', server: 'matterkit', protocol: 'graphql-transport-ws' },
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
	const rounds = await fanout(subscribers, Number(values.events), Number(values.rounds));
	const of = (index: number, field: 'cpu' | 'system' | 'burst' | 'perSecond') =>
		median(rounds[index]?.map((turn) => turn[field]) ?? []);
	const rawWs = contenders.findIndex(({ server }) => server === 'raw-ws');
	const graphqlWs = contenders.findIndex(({ server }) => server === 'graphql-ws');
	for (const [index, { name }] of contenders.entries()) {
		const latencies = rounds[index]?.flatMap((turn) => turn.latencies).sort((a, b) => a - b) ?? [];
		report({
			bench: 'fanout',
			server: name,
			subscribers,
			cpuMicrosecondsPerDelivery: round2(of(index, 'cpu')),
			ofThatInTheKernel: round2(of(index, 'system')),
			timesRawWs: round2(of(index, 'cpu') / of(rawWs, 'cpu')),
			timesGraphqlWs: round2(of(index, 'cpu') / of(graphqlWs, 'cpu')),
			inBursts: round2(of(index, 'burst')),
			inBurstsTimesGraphqlWs: round2(of(index, 'burst') / of(graphqlWs, 'burst')),
			deliveriesPerSecond: Math.round(of(index, 'perSecond')),
			lastDeliveryMsP50: round2(percentile(latencies, 0.5)),
			lastDeliveryMsP99: round2(percentile(latencies, 0.99)),
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

interface Turn {
	/** Microseconds of the server a delivery, user and system, of events that come one by one. */
	readonly cpu: number;
	/** The part of them that the kernel takes: `write` into a TCP socket of this machine, mostly. */
	readonly system: number;
	/** The same as `cpu`, of events that come all in one turn of the event loop. */
	readonly burst: number;
	/** In bursts. */
	readonly perSecond: number;
	/** Milliseconds from an event to its last delivery, of events that come one by one. */
	readonly latencies: number[];
}

/** Short turns, each server first once: what else the machine does falls on all alike. Gives the turns of each contender. */
async function fanout(subscribers: number, events: number, rounds: number): Promise<Turn[][]> {
	await using pairs = new AsyncDisposableStack();
	const running: Pair[] = [];
	for (const contender of contenders) running.push(pairs.use(await startPair(contender, subscribers)));
	for (const pair of running) await takeTurn(pair, subscribers, 3 * events);
	const turns: Turn[][] = running.map(() => []);
	for (let round = 0; round < rounds; round++)
		for (const turn of running.keys()) {
			const index = (round + turn) % running.length;
			const pair = running[index];
			if (pair) turns[index]?.push(await takeTurn(pair, subscribers, events));
		}
	return turns;
}

async function takeTurn(pair: Pair, subscribers: number, events: number): Promise<Turn> {
	const deliveries = subscribers * events;
	const latencies: number[] = [];
	const before = await pair.cpu();
	for (let i = 0; i < events; i++) {
		// What the one before left to do is no part of this one.
		await delay(5);
		const sent = performance.timeOrigin + performance.now();
		latencies.push((await pair.publish(1)) - sent);
	}
	const between = await pair.cpu();
	const began = performance.now();
	await pair.publish(events);
	const elapsed = performance.now() - began;
	const after = await pair.cpu();
	return {
		cpu: (between.user + between.system - before.user - before.system) / deliveries,
		system: (between.system - before.system) / deliveries,
		burst: (after.user + after.system - between.user - between.system) / deliveries,
		perSecond: (deliveries / elapsed) * 1_000,
		latencies,
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

async function startPair({ server: kind, protocol }: Contender, subscribers: number) {
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
			ask<string>(client, { connect: { url: `ws://127.0.0.1:${port}/graphql`, protocol, sockets } }),
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

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round2(value: number): number {
	return Math.round(value * 100) / 100;
}
