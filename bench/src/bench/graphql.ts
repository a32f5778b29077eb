// A query over HTTP: server CPU a request, requests a second. Servers and client are processes of their own; compare ratios within one run.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Run } from '../command.ts';
import type { QueryOrder } from './graphql.client.ts';
import type { QueryServer } from './graphql.server.ts';

const contenders: readonly { readonly name: string; readonly server: QueryServer }[] = [
	{ name: 'matterkit', server: 'matterkit' },
	{ name: 'mercurius 16 with jit', server: 'mercurius-jit' },
	{ name: 'mercurius 16', server: 'mercurius' },
	{ name: 'yoga 5', server: 'yoga' },
];

const queries = {
	small: '{me{id username email isStaff}}',
	list: '{channelList(page:{pageSize:20}){data{channelId channelName lastMessage{id message createAt owner{username} type}} hasNext}}',
};

export const run: Run = async (report, args) => {
	const { values } = parseArgs({
		args: [...args],
		options: { requests: { type: 'string', default: '2000' }, rounds: { type: 'string', default: '15' } },
	});
	await using servers = new AsyncDisposableStack();
	const running = await Promise.all(contenders.map(async ({ server }) => servers.use(await startPair(server))));
	for (const [query, text] of Object.entries(queries)) {
		for (const pair of running) await pair.load(text, 3 * Number(values.requests));
		const rounds: Load[][] = running.map(() => []);
		// Short turns, each server first once: what else the machine does falls on all alike.
		for (let round = 0; round < Number(values.rounds); round++)
			for (const turn of running.keys()) {
				const index = (round + turn) % running.length;
				const load = await running[index]?.load(text, Number(values.requests));
				if (load) rounds[index]?.push(load);
			}
		const of = (index: number, field: keyof Load) => median(rounds[index]?.map((load) => load[field]) ?? []);
		for (const [index, { name }] of contenders.entries())
			report({
				bench: 'graphql',
				query,
				server: name,
				cpuMicrosecondsPerRequest: Math.round(of(index, 'cpu') * 10) / 10,
				timesMercuriusJit: Math.round((of(index, 'cpu') / of(1, 'cpu')) * 100) / 100,
				requestsPerSecond: Math.round(of(index, 'perSecond')),
				bytes: of(index, 'bytes'),
			});
	}
};

interface Load {
	/** Microseconds of the server a request, user and system. */
	readonly cpu: number;
	readonly perSecond: number;
	readonly bytes: number;
}

async function startPair(kind: QueryServer) {
	const server = fork(join(import.meta.dirname, 'graphql.server.ts'), [kind]);
	const client = fork(join(import.meta.dirname, 'graphql.client.ts'));
	const [port] = (await once(server, 'message')) as [number];
	return {
		async load(query: string, requests: number): Promise<Load> {
			const before = await answer<number>(server, {});
			const began = performance.now();
			const order: QueryOrder = { origin: `http://127.0.0.1:${port}`, query, requests };
			const bytes = await answer<number>(client, order);
			const elapsed = performance.now() - began;
			const cpu = ((await answer<number>(server, {})) - before) / requests;
			return { cpu, perSecond: (requests / elapsed) * 1_000, bytes };
		},
		async [Symbol.asyncDispose]() {
			for (const child of [client, server]) {
				child.kill();
				if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
			}
		},
	};
}

async function answer<T>(child: ChildProcess, order: object): Promise<T> {
	const waiting = new AbortController();
	const gone = () => waiting.abort(new Error('a process of the benchmark ended'));
	child.once('exit', gone);
	child.send(order);
	const [message] = await once(child, 'message', { signal: waiting.signal });
	child.off('exit', gone);
	return message as T;
}

function median(values: readonly number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
