// A real Mattermost 11.6 gave 2,800 GET /users/me and 420 POST /posts a second on such a machine.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { tempFolder } from '@matterkit/testing';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import type { Run } from '../command.ts';
import { parseOptions } from '../options.ts';
import { median, rounded } from '../statistics.ts';
import type { Question, Ready } from './emulator.server.ts';

const atOnce = 16;
const rounds = 3;
/** Milliseconds of each measurement. */
const span = 2_000;
const posts = 100_000;
const sockets = 1_000;
const fanOuts = 20;

export const help = `The emulator beside an empty Fastify server: start, answers a second, 100,000 posts, one post to 1,000 sockets.`;

export const run: Run = async (report, args) => {
	parseOptions(args, {});
	await measureStart(report);
	await measureRequests(report);
	await measureJournal(report);
	await measureMemory(report);
	await measureFanOut(report);
};

class Server implements AsyncDisposable {
	readonly #process: ChildProcess;
	readonly ready: Ready;

	constructor(child: ChildProcess, ready: Ready) {
		this.#process = child;
		this.ready = ready;
	}

	static async start(kind: 'emulator' | 'fastify', sample = '{}', journal = ''): Promise<Server> {
		const script = join(import.meta.dirname, 'emulator.server.ts');
		const child = fork(script, [kind, sample, journal], { execArgv: [...process.execArgv, '--expose-gc'] });
		const [ready] = (await once(child, 'message')) as [Ready];
		return new Server(child, ready);
	}

	async ask<T>(question: Question): Promise<T> {
		this.#process.send(question);
		const [{ answer }] = (await once(this.#process, 'message')) as [{ answer: T }];
		return answer;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const gone = once(this.#process, 'exit');
		this.#process.disconnect();
		await gone;
	}
}

type Report = Parameters<Run>[0];

async function measureStart(report: Report): Promise<void> {
	const times: number[] = [];
	const processes: number[] = [];
	for (let n = 0; n < 5; n++) {
		const start = performance.now();
		await using server = await Server.start('emulator');
		processes.push(performance.now() - start);
		times.push(server.ready.firstAnswer);
	}
	report({
		name: 'start to first answer',
		milliseconds: rounded(median(times)),
		withItsProcess: rounded(median(processes)),
	});
}

async function measureRequests(report: Report): Promise<void> {
	await using emulator = await Server.start('emulator');
	const { url, token, channelId } = emulator.ready;
	const authorization = `Bearer ${token}`;
	const me = await (await fetch(`${url}/api/v4/users/me`, { headers: { authorization } })).text();
	await using empty = await Server.start('fastify', me);
	const body = JSON.stringify({ channel_id: channelId, message: 'A message of the usual length, more or less.' });
	const requests = {
		'GET /users/me': { path: '/api/v4/users/me', method: 'GET', headers: { authorization } },
		'POST /posts': {
			path: '/api/v4/posts',
			method: 'POST',
			headers: { authorization, 'content-type': 'application/json' },
			body,
		},
	} as const;
	for (const [name, request] of Object.entries(requests)) {
		const results = { emulator: [] as Load[], fastify: [] as Load[] };
		await load(empty, request, 500);
		await load(emulator, request, 500);
		// In turns: a slow moment of the machine meets both.
		for (let n = 0; n < rounds; n++) {
			results.fastify.push(await load(empty, request, span));
			results.emulator.push(await load(emulator, request, span));
		}
		const rate = (loads: Load[]) => median(loads.map(({ perSecond }) => perSecond));
		const cpu = (loads: Load[]) => median(loads.map(({ cpuMicros }) => cpuMicros));
		report({
			name,
			perSecond: rounded(rate(results.emulator)),
			cpuMicros: rounded(cpu(results.emulator)),
			emptyFastifyPerSecond: rounded(rate(results.fastify)),
			emptyFastifyCpuMicros: rounded(cpu(results.fastify)),
			ofEmptyFastify: rounded(rate(results.emulator) / rate(results.fastify), 2),
		});
	}
}

async function measureJournal(report: Report): Promise<void> {
	await using folder = await tempFolder();
	await using server = await Server.start('emulator', '{}', join(folder.path, 'world.journal'));
	const { token, channelId } = server.ready;
	const request = {
		path: '/api/v4/posts',
		method: 'POST',
		headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
		body: JSON.stringify({ channel_id: channelId, message: 'A message of the usual length, more or less.' }),
	} as const;
	await load(server, request, 500);
	const { perSecond, cpuMicros } = await load(server, request, span);
	report({ name: 'POST /posts with a journal', perSecond: rounded(perSecond), cpuMicros: rounded(cpuMicros) });
}

interface Load {
	readonly perSecond: number;
	readonly cpuMicros: number;
}

type Request = {
	readonly path: string;
	readonly method: 'GET' | 'POST';
	readonly headers: Record<string, string>;
	readonly body?: string;
};

async function load(server: Server, request: Request, milliseconds: number): Promise<Load> {
	const pool = new Pool(server.ready.url, { connections: atOnce, allowH2: false });
	const before = await server.ask<number>({ ask: 'cpu' });
	const start = performance.now();
	let requests = 0;
	const worker = async () => {
		while (performance.now() - start < milliseconds) {
			await send(pool, request);
			requests++;
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	const elapsed = performance.now() - start;
	const cpu = (await server.ask<number>({ ask: 'cpu' })) - before;
	await pool.close();
	return { perSecond: (requests / elapsed) * 1000, cpuMicros: cpu / requests };
}

/** The dispatcher with nothing around it: the client should cost less than the servers. */
function send(pool: Pool, { path, method, headers, body }: Request): Promise<void> {
	return new Promise((resolve, reject) => {
		pool.dispatch(
			{ path, method, headers, body: body ?? null },
			{
				onRequestStart() {},
				onResponseStart(_, status) {
					if (status >= 300) reject(new Error(`${method} ${path} answered ${status}`));
				},
				onResponseData() {},
				onResponseEnd: () => resolve(),
				onResponseError: (_, error) => reject(error),
			},
		);
	});
}

async function measureMemory(report: Report): Promise<void> {
	await using server = await Server.start('emulator');
	const before = await server.ask<{ rss: number; heap: number }>({ ask: 'memory' });
	const start = performance.now();
	await server.ask({ ask: 'posts', count: posts });
	const elapsed = performance.now() - start;
	const after = await server.ask<{ rss: number; heap: number }>({ ask: 'memory' });
	report({
		name: `memory with ${posts} posts`,
		rssMiB: mebi(after.rss),
		heapMiB: mebi(after.heap),
		heapBytesAPost: rounded((after.heap - before.heap) / posts),
		emptyRssMiB: mebi(before.rss),
		madePerSecond: rounded((posts / elapsed) * 1000),
	});
}

async function measureFanOut(report: Report): Promise<void> {
	await using server = await Server.start('emulator');
	const { url, token, channelId } = server.ready;
	const tokens = await server.ask<string[]>({ ask: 'users', count: sockets });
	let heard = 0;
	let all: () => void = () => {};
	const open = tokens.map(async (own) => {
		const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v4/websocket`, {
			headers: { authorization: `Bearer ${own}` },
		});
		// As cheap as it can be: the listeners' work must not be what is measured.
		socket.on('message', (frame: Buffer) => {
			if (frame.subarray(0, 16).toString('latin1') === '{"event":"posted' && ++heard === sockets) all();
		});
		await once(socket, 'open');
		return socket;
	});
	const listeners = await Promise.all(open);
	const post = () =>
		fetch(`${url}/api/v4/posts?set_online=false`, {
			method: 'POST',
			headers: { authorization: `Bearer ${token}` },
			body: JSON.stringify({ channel_id: channelId, message: 'to all' }),
		});
	const times: number[] = [];
	let before = 0;
	for (let n = 0; n < fanOuts + 3; n++) {
		// The first ones warm the code.
		if (n === 3) before = await server.ask<number>({ ask: 'cpu' });
		heard = 0;
		const everybody = new Promise<void>((resolve) => {
			all = resolve;
		});
		const start = performance.now();
		await (await post()).text();
		await everybody;
		if (n >= 3) times.push(performance.now() - start);
	}
	const cpu = (await server.ask<number>({ ask: 'cpu' })) - before;
	report({
		name: `one post to ${sockets} sockets`,
		milliseconds: rounded(median(times)),
		cpuMicrosADelivery: rounded(cpu / (fanOuts * sockets), 1),
	});
	for (const socket of listeners) socket.terminate();
}

const mebi = (bytes: number) => rounded(bytes / 1_048_576);
