// CPU is that of the server's process, the threads that compile and collect garbage included.
//
// Alike for all: the schema and its resolvers (synchronous, plain objects), keep-alive, the request's headers and body, no request log, and
// with a token the same asynchronous check of it; the answers are compared byte by byte. matterkit and mercurius stand on the same Fastify with
// its defaults, yoga on node:http as its manual has it. Not alike: matterkit checks its limits (depth, cost, page size …), keeps a histogram
// and sends X-Request-Id; mercurius checks bodies against JSON schemas and __proto__. Both are what a user of either gets without options.
// Fastify alone reads the body and answers a constant: what is above it, a GraphQL server spends itself.
//
// CPU time is comparable only within moments on a machine where others run: the servers take short turns, and what counts is the
// ratio to mercurius' turn of the same round. How V8 compiles a server differs from start to start, so they are started several times.
import { join } from 'node:path';
import { ask, forkChild } from '../child.ts';
import type { Run } from '../command.ts';
import { chosen, parseOptions, whole } from '../options.ts';
import { median, quantile, rounded } from '../statistics.ts';
import { queries } from './fanout.schema.ts';
import type { QueryOrder, QueryResult } from './graphql.client.ts';
import type { QueryServer } from './graphql.server.ts';

/** Ratios are to the first. */
const contenders: readonly { readonly name: string; readonly server: QueryServer }[] = [
	{ name: 'mercurius 16 with jit', server: 'mercurius-jit' },
	{ name: 'matterkit', server: 'matterkit' },
	{ name: 'Fastify 5 alone', server: 'fastify' },
	{ name: 'mercurius 16', server: 'mercurius' },
	{ name: 'yoga 5', server: 'yoga' },
];

const questions = [
	{ question: 'small', query: queries.small, withToken: false },
	{ question: 'small, with a token', query: queries.small, withToken: true },
	{ question: 'list, with a token', query: queries.list, withToken: true },
];
type Question = (typeof questions)[number];

/** How long each server is asked before it counts, in milliseconds. V8 compiles some 20,000 requests long, at twice the CPU. */
const warmUp = 1_500;

export const help = `A query over HTTP beside other servers: CPU a request.

  --servers S   of ${contenders.map(({ server }) => server).join(', ')} (all; ratios are to the first)
  --starts N    of each server (3)
  --rounds N    turns of each server in a start (30)
  --requests N  in a turn (400)`;

export const run: Run = async (report, args) => {
	const options = parseOptions(args, {
		starts: { type: 'string', default: '3' },
		rounds: { type: 'string', default: '30' },
		requests: { type: 'string', default: '400' },
		servers: { type: 'string' },
	});
	const starts = whole('starts', options.starts);
	const rounds = whole('rounds', options.rounds);
	const requests = whole('requests', options.requests);
	const known = contenders.map(({ server }) => server);
	const servers = chosen('servers', options.servers, known);
	const asked = contenders.filter(({ server }) => servers.includes(server));
	const turns: Turn[] = [];
	for (let start = 0; start < starts; start++) {
		await using pairs = new AsyncDisposableStack();
		const running: Pair[] = [];
		for (const { server } of asked) running.push(pairs.use(await startPair(server)));
		for (const question of questions) {
			const measured = await inTurns(running, question, rounds, requests);
			turns.push(...measured.map((turn) => ({ ...turn, start, question })));
		}
	}
	for (const question of questions)
		for (const [contender, { name }] of asked.entries()) {
			const own = turns.filter((turn) => turn.question === question && turn.contender === contender);
			const cpu = own.map((turn) => turn.cpu);
			const times = own.map((turn) => turn.times);
			const ofStarts = Map.groupBy(own, ({ start }) => start).values();
			report({
				bench: 'graphql',
				question: question.question,
				server: name,
				cpuMicrosecondsPerRequest: rounded(median(cpu), 1),
				quietest: rounded(quantile(cpu, 0.1), 1),
				timesMercuriusJit: rounded(median(times), 2),
				middleHalf: `${quantile(times, 0.25).toFixed(2)}–${quantile(times, 0.75).toFixed(2)}`,
				eachStart: [...ofStarts].map((of) => median(of.map((turn) => turn.times)).toFixed(2)).join(' '),
				requestsPerSecond: Math.round(median(own.map((turn) => turn.perSecond))),
			});
		}
};

interface Load {
	/** Microseconds of the server a request, user and system. */
	readonly cpu: number;
	readonly perSecond: number;
	readonly answer: string;
}

/** What one contender did in one round. */
interface RoundTurn extends Load {
	readonly contender: number;
	/** Its CPU in that of the first in the same round. */
	readonly times: number;
}

interface Turn extends RoundTurn {
	readonly start: number;
	readonly question: Question;
}

/** Short turns, there and back again: what else the machine does falls on all alike, most of all on those that are compared. */
async function inTurns(pairs: readonly Pair[], question: Question, rounds: number, requests: number) {
	for (const pair of pairs)
		for (const began = performance.now(); performance.now() < began + warmUp; ) await pair.load(question, requests);
	const turns: RoundTurn[] = [];
	for (let round = 0; round < rounds; round++) {
		const loads = new Map<number, Load>();
		const entries = [...pairs.entries()];
		for (const [index, pair] of round % 2 ? entries.toReversed() : entries)
			loads.set(index, await pair.load(question, requests));
		const answers = new Set([...loads.values()].map(({ answer }) => answer));
		if (answers.size > 1) throw new Error(`the servers do not answer the same: ${[...answers].join('\n')}`);
		const reference = loads.get(0)?.cpu ?? Number.NaN;
		for (const [contender, load] of loads) turns.push({ ...load, contender, times: load.cpu / reference });
	}
	return turns;
}

async function startPair(kind: QueryServer) {
	const server = await forkChild<number>(join(import.meta.dirname, 'graphql.server.ts'), [kind]);
	const client = await forkChild(join(import.meta.dirname, 'graphql.client.ts'));
	return {
		async load({ query, withToken }: Question, requests: number): Promise<Load> {
			const order: QueryOrder = { origin: `http://127.0.0.1:${server.ready}`, query, withToken, requests };
			const before = await ask<number>(server.child, 'cpu');
			const { elapsed, answer } = await ask<QueryResult>(client.child, order);
			const cpu = ((await ask<number>(server.child, 'cpu')) - before) / requests;
			return { cpu, perSecond: (requests / elapsed) * 1_000, answer };
		},
		async [Symbol.asyncDispose]() {
			await client[Symbol.asyncDispose]();
			await server[Symbol.asyncDispose]();
		},
	};
}

type Pair = Awaited<ReturnType<typeof startPair>>;
