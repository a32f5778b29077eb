// One event to many subscribers: server CPU a delivery, deliveries a second, time from the event to the last delivery, memory of an idle socket.
// Servers and subscribers are processes of their own; all servers send the same frame. Only ratios within one run mean something.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Result, Run } from '../command.ts';
import type { Memory, ServerKind } from './fanout.server.ts';

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
			events: { type: 'string', default: '100' },
			rounds: { type: 'string', default: '3' },
			idle: { type: 'string', default: '10000' },
		},
	});
	const subscribers = Number(values.subscribers);
	const rounds: Result[][] = [];
	for (let round = 0; round < Number(values.rounds); round++) {
		rounds.push([]);
		for (const contender of contenders)
			rounds[round]?.push(await fanout(contender, subscribers, Number(values.events)));
	}
	const cpu = (index: number) => median(rounds.map((round) => Number(round[index]?.cpuPerDelivery)));
	const raw = cpu(0);
	for (const [index, { name }] of contenders.entries()) {
		const of = (field: string) => median(rounds.map((round) => Number(round[index]?.[field])));
		report({
			bench: 'fanout',
			server: name,
			subscribers,
			cpuMicrosecondsPerDelivery: round2(cpu(index)),
			timesRawWs: round2(cpu(index) / raw),
			deliveriesPerSecond: Math.round(of('deliveriesPerSecond')),
			lastDeliveryMsP50: round2(of('p50')),
			lastDeliveryMsP99: round2(of('p99')),
		});
	}
	const idle = Number(values.idle);
	if (idle === 0) return;
	let rawBytes = 0;
	for (const contender of contenders) {
		const { rss, heap } = await idleMemory(contender, idle);
		if (contender.server === 'raw-ws') rawBytes = rss;
		report({
			bench: 'idle-sockets',
			server: contender.name,
			sockets: idle,
			rssBytesPerSocket: Math.round(rss),
			heapBytesPerSocket: Math.round(heap),
			timesRawWs: round2(rss / rawBytes),
		});
	}
};

async function fanout(contender: Contender, subscribers: number, events: number): Promise<Result> {
	await using pair = await startPair(contender, subscribers);
	let sequence = 0;
	/** Publishes so many, as fast as the server takes them, and waits for the last delivery. */
	const burst = async (count: number) => {
		for (let i = 0; i < count; i++) pair.server.send({ publish: ++sequence });
		return pair.delivered(sequence);
	};
	await burst(20);
	const before = await pair.cpu();
	const began = performance.now();
	await burst(events);
	const elapsed = performance.now() - began;
	const after = await pair.cpu();
	const deliveries = subscribers * events;

	const latencies: number[] = [];
	for (let i = 0; i < 100; i++) {
		const sent = performance.timeOrigin + performance.now();
		latencies.push((await burst(1)) - sent);
		await delay(10);
	}
	latencies.sort((a, b) => a - b);
	return {
		cpuPerDelivery: (after - before) / deliveries,
		deliveriesPerSecond: (deliveries / elapsed) * 1_000,
		p50: latencies[49] ?? 0,
		p99: latencies[98] ?? 0,
	};
}

async function idleMemory(contender: Contender, sockets: number): Promise<{ rss: number; heap: number }> {
	await using pair = await startPair(contender, 0);
	const before = await pair.memory();
	await pair.connect(sockets);
	// Each has got an event, so that what is made at first use is counted.
	pair.server.send({ publish: 1 });
	await pair.delivered(1);
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
	const pair = {
		server,
		connect: (sockets: number) =>
			ask<string>(client, { connect: { url: `ws://127.0.0.1:${port}/graphql`, protocol, sockets } }),
		/** Milliseconds since 1970 at which the last subscriber got it. */
		delivered: (sequence: number) => ask<number>(client, { await: sequence }),
		/** Microseconds, user and system. */
		cpu: () => ask<number>(server, 'cpu'),
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

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round2(value: number): number {
	return Math.round(value * 100) / 100;
}
