import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StoreLocation } from '@matterkit/store';
import { startPostgres, tempFolder, until } from '@matterkit/testing';
import { Agent, request } from 'undici';
import { type Child, startChild } from '../chaos/common/child.ts';
import type { Run } from '../command.ts';
import { chosen, parseOptions } from '../options.ts';
import { quantile, rounded } from '../statistics.ts';
import type { BenchService } from './notifier.service.ts';
import type { Stats } from './notifier.stats.ts';

const people = 200;
const notificationsKey = 'bench-notifications-key';
const headers = { authorization: `Bearer ${notificationsKey}`, 'content-type': 'application/json' };
const program = (name: string) => join(import.meta.dirname, name);

/** Posts a second that a real 11.6 server made. */
const realServer = 420;

interface Chat {
	readonly url: string;
	readonly botToken: string;
	readonly channelId: string;
}

const stores = ['sqlite', 'postgres'] as const;
const parts = ['accept', 'end-to-end', 'pending'] as const;

export const help = `How fast notifications are accepted and posted, what that costs the event loop, and memory.

  --store S     sqlite or postgres (both)
  --only W      of ${parts.join(', ')} (all)`;

export const run: Run = async (report, args) => {
	const options = parseOptions(args, { store: { type: 'string' }, only: { type: 'string' } });
	const kinds = chosen('store', options.store, stores);
	const only = chosen('only', options.only, parts);
	await using postgres = await startPostgres();
	await using folder = await tempFolder();
	let databases = 0;
	for (const kind of kinds) {
		if (kind === 'postgres' && !postgres) {
			report({ store: kind, skipped: 'PostgreSQL is not installed' });
			continue;
		}
		const empty = async (): Promise<StoreLocation> => {
			databases++;
			if (kind === 'sqlite' || !postgres) return { file: join(folder.path, `${databases}.db`) };
			return { url: await postgres.createDatabase(`bench_${databases}`) };
		};
		for (const callers of only.includes('accept') ? [1, 64] : [])
			report({ what: 'accept', store: kind, ...(await accepting(await empty(), callers)) });
		for (const speed of only.includes('end-to-end') ? [realServer, 0] : []) {
			const server = speed > 0 ? `${speed} posts/s` : 'unlimited';
			report({ what: 'end to end', store: kind, server, ...(await endToEnd(await empty(), speed)) });
		}
		if (only.includes('pending'))
			report({ what: '100,000 pending', store: kind, ...(await manyPending(await empty())) });
	}
};

/** Mattermost is away, so that nothing but accepting is measured. */
async function accepting(store: StoreLocation, callers: number) {
	await using service = await startService({ store, mattermost: nobody, channelId: 'c'.repeat(26) });
	await acceptAll(service, 500, callers, 0);
	await service.stats();
	const { perSecond, p50, p99 } = await acceptAll(service, callers === 1 ? 3_000 : 10_000, callers, 1_000_000);
	const loop = await service.stats();
	return {
		callers,
		acceptsPerSecond: perSecond,
		p50ms: p50,
		p99ms: p99,
		...lateness(loop),
	};
}

/** Notifications a second from the first acceptance to the last post, against plain posts at the same concurrency. */
async function endToEnd(store: StoreLocation, speed: number) {
	const server = await startChild(program('notifier.emulator.ts'), [String(people), String(speed)]);
	try {
		const { channelId, ...mattermost } = JSON.parse(server.line) as Chat;
		const count = speed > 0 ? 4_000 : 8_000;
		const plain = await plainPosts({ channelId, ...mattermost }, count);
		await using service = await startService({ store, mattermost, channelId });
		// Names and memberships are looked up once.
		await acceptAll(service, people, 16, 0);
		await until('warm', service.isIdle, { timeout: 60_000, every: 250 });
		await service.stats();
		const began = performance.now();
		const accepting = acceptAll(service, count, 16, 1_000_000);
		await accepting;
		await until('all are posted', service.isIdle, { timeout: 120_000, every: 250 });
		const perSecond = count / ((performance.now() - began) / 1000);
		const loop = await service.stats();
		return {
			notificationsPerSecond: Math.round(perSecond),
			plainPostsPerSecond: Math.round(plain),
			ratio: rounded(perSecond / plain, 2),
			...lateness(loop),
		};
	} finally {
		await server.kill();
	}
}

/** After 100,000 were accepted in a row, and of a service that starts with them: both as `npm start` starts it. */
async function manyPending(store: StoreLocation) {
	await using folder = await tempFolder();
	const loaded = await (async () => {
		await using service = await npmStart(store, folder.path);
		const { perSecond } = await acceptAll(service, 100_000, 64, 0);
		return { perSecond, ...(await service.memory()) };
	})();
	await using service = await npmStart(store, folder.path);
	await acceptAll(service, 100, 1, 2_000_000);
	const { rss, heap } = await service.memory();
	return {
		rssAfterLoadMb: megabytes(loaded.rss),
		acceptsPerSecond: loaded.perSecond,
		rssMb: megabytes(rss),
		heapMb: megabytes(heap),
	};
}

const lateness = ({ p99, max, busy, idle }: WithIdle) => ({
	loopP99ms: rounded(p99, 2),
	loopMaxMs: rounded(max, 2),
	loopBusyMaxMs: rounded(busy, 2),
	idleP99ms: rounded(idle.p99, 2),
	idleMaxMs: rounded(idle.max, 2),
});

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

/** Sixteen writers, each with its next post when the last is answered. */
async function plainPosts({ url, botToken, channelId }: Chat, count: number): Promise<number> {
	const agent = new Agent({ connections: 16 });
	let left = count;
	const began = performance.now();
	const writer = async () => {
		while (left-- > 0) {
			const { body, statusCode } = await request(`${url}/api/v4/posts`, {
				method: 'POST',
				headers: { authorization: `Bearer ${botToken}` },
				body: JSON.stringify({ channel_id: channelId, message: `@person-${left % people} plain` }),
				dispatcher: agent,
			});
			await body.dump();
			if (statusCode !== 201) throw new Error(`a plain post was answered ${statusCode}`);
		}
	};
	await Promise.all(Array.from({ length: 16 }, writer));
	const seconds = (performance.now() - began) / 1000;
	await agent.close();
	return count / seconds;
}

/** A port that nobody listens at. */
const nobody = { url: 'http://127.0.0.1:9', botToken: 'nobody' };

interface WithIdle extends Stats {
	/** Of a process beside it that does nothing. */
	readonly idle: Stats;
}

/** Where notifications are accepted. */
interface Accepting extends AsyncDisposable {
	readonly url: string;
	readonly agent: Agent;
}

interface Service extends Accepting {
	stats(): Promise<WithIdle>;
	isIdle: () => Promise<boolean>;
}

async function startService(config: BenchService): Promise<Service> {
	const child: Child = await startChild(program('notifier.service.ts'), [JSON.stringify(config)]);
	const idle: Child = await startChild(program('notifier.idle.ts'), []);
	const url = child.line;
	const agent = new Agent({ connections: 64 });
	const get = async (path: string, of = url) => {
		const { body } = await request(`${of}${path}`, { headers, dispatcher: agent });
		return body.json();
	};
	return {
		url,
		agent,
		stats: async () => ({ ...((await get('/stats')) as Stats), idle: (await get('/', idle.line)) as Stats }),
		isIdle: async () => {
			const { deliveries } = (await get('/api/notifications/status')) as { deliveries: Record<string, number> };
			return Object.values(deliveries).every((left) => left === 0);
		},
		async [Symbol.asyncDispose]() {
			await agent.close();
			await Promise.all([child.kill(), idle.kill()]);
		},
	};
}

/** The whole server, with a Mattermost that is away. An embedded database is in the folder. */
async function npmStart(store: StoreLocation, folder: string) {
	const npm = spawn('npm', ['start', '--silent', '--', '--port', '0', '--data', folder, '--json'], {
		cwd: program('../../..'),
		env: {
			PATH: process.env.PATH,
			MATTERMOST_SERVER_URL: nobody.url,
			MATTERMOST_BOT_TOKEN: nobody.botToken,
			MATTERMOST_NOTIFICATION_CHANNEL_ID: 'c'.repeat(26),
			MATTERKIT_NOTIFICATIONS_KEY: notificationsKey,
			MATTERKIT_SECRET: 'bench-secret-of-the-server',
			MATTERKIT_LOG_LEVEL: 'fatal',
			...('url' in store && { DATABASE_URL: store.url }),
		},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exited = once(npm, 'exit');
	const [line] = (await once(createInterface({ input: npm.stdout }), 'line')) as [string];
	const { url, pid } = JSON.parse(line) as { url: string; pid: number };
	const agent = new Agent({ connections: 64 });
	return {
		url,
		agent,
		/** Bytes, as its own metrics tell them. */
		async memory() {
			const { body } = await request(`${url}/metrics`, { dispatcher: agent });
			const text = await body.text();
			const value = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
			return { rss: value('process_resident_memory_bytes'), heap: value('nodejs_heap_size_used_bytes') };
		},
		async [Symbol.asyncDispose]() {
			await agent.close();
			process.kill(pid, 'SIGTERM');
			await exited;
		},
	};
}

async function acceptAll({ url, agent }: Accepting, count: number, callers: number, firstId: number) {
	const times: number[] = [];
	let next = 0;
	const began = performance.now();
	const caller = async () => {
		while (next < count) {
			const number = next++;
			const at = performance.now();
			const { statusCode, body } = await request(`${url}/api/notifications/send`, {
				method: 'POST',
				headers,
				dispatcher: agent,
				body: JSON.stringify({
					action: 'BORROW',
					userId: number % people,
					mattermostUsername: `person-${number % people}`,
					device: {
						id: 1,
						name: 'MacBook Pro 16"',
						assetTag: 'DEV-001',
						category: 'laptop',
						brand: 'Apple',
						model: 'M3',
					},
					requestId: firstId + number,
					startDate: '2026-01-10',
					endDate: '2026-02-10',
				}),
			});
			await body.dump();
			if (statusCode !== 202) throw new Error(`not accepted: ${statusCode}`);
			times.push(performance.now() - at);
		}
	};
	await Promise.all(Array.from({ length: callers }, caller));
	const perSecond = Math.round(count / ((performance.now() - began) / 1000));
	return { perSecond, p50: rounded(quantile(times, 0.5), 2), p99: rounded(quantile(times, 0.99), 2) };
}
