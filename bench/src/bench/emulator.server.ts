// One contestant of `emulator.ts` in a process of its own: the emulator, or a Fastify server that does nothing.
import { setImmediate as turn } from 'node:timers/promises';
import { createEmulator } from '@matterkit/emulator';
import Fastify from 'fastify';

/** What the parent asks, and what it is told. */
export interface Question {
	readonly ask: 'cpu' | 'memory' | 'users' | 'posts';
	readonly count?: number;
}

export interface Ready {
	readonly url: string;
	readonly token: string;
	readonly channelId: string;
	/** Milliseconds from the call of `createEmulator` to its first answer. */
	readonly firstAnswer: number;
}

type Answers = Readonly<Record<Question['ask'], (question: Question) => unknown>>;

const [kind = 'emulator', sample = '{}', journal = ''] = process.argv.slice(2);

async function emulator(): Promise<{ ready: Ready; answers: Answers }> {
	const start = performance.now();
	const emulator = await createEmulator(journal === '' ? {} : { file: journal });
	await (await fetch(`${emulator.url}/api/v4/system/ping`)).text();
	const firstAnswer = performance.now() - start;
	const channel = emulator.team('bench').channel('bench');
	const token = channel.user('writer').token;
	return {
		ready: { url: emulator.url, token, channelId: channel.id, firstAnswer },
		answers: {
			cpu,
			memory,
			users: ({ count = 0 }) => Array.from({ length: count }, (_, n) => channel.user(`user${n}`).token),
			async posts({ count = 0 }) {
				for (let n = 0; n < count; n++) {
					await channel.post(`Post ${n} says something of the usual length, with a word or two more than it needs.`);
					if (n % 1000 === 0) await turn();
				}
			},
		},
	};
}

async function fastify(): Promise<{ ready: Ready; answers: Answers }> {
	const app = Fastify();
	const body = JSON.parse(sample) as object;
	app.get('/api/v4/users/me', async () => body);
	app.post('/api/v4/posts', async (_request, reply) => reply.code(201).send(body));
	const url = await app.listen({ port: 0, host: '127.0.0.1' });
	return { ready: { url, token: '', channelId: '', firstAnswer: 0 }, answers: { cpu, memory, users: cpu, posts: cpu } };
}

/** Microseconds of this process so far. */
function cpu(): number {
	const { user, system } = process.cpuUsage();
	return user + system;
}

/** Bytes, after what is garbage has gone. */
function memory(): { rss: number; heap: number } {
	for (let n = 0; n < 3; n++) globalThis.gc?.();
	const { rss, heapUsed } = process.memoryUsage();
	return { rss, heap: heapUsed };
}

const { ready, answers } = await (kind === 'fastify' ? fastify() : emulator());
process.on('message', async (question: Question) => process.send?.({ answer: await answers[question.ask](question) }));
process.on('disconnect', () => process.exit());
process.send?.(ready);
