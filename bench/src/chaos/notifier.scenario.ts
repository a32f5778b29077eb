// One run: a world, faults, callers who ask until they are told "accepted", and at the end a count of what Mattermost really has.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Mattermost } from '@matterkit/client';
import type { StoreLocation } from '@matterkit/store';
import { freePort, tempFolder, until } from '@matterkit/testing';
import { type Child, startChild } from './common/child.ts';
import { type Faults, noFaults, startProxy } from './notifier.proxy.ts';
import { key, type ServiceConfig } from './notifier.service.config.ts';

export interface Scenario {
	readonly strategy: ServiceConfig['strategy'];
	/** Where the service keeps its rows; `file`: a new folder. */
	readonly store: 'sqlite' | { readonly url: string };
	/** Service processes on one store. */
	readonly workers: number;
	readonly notifications: number;
	/** Milliseconds that Mattermost can't be reached. */
	readonly outage: number;
	/** How often Mattermost is killed. */
	readonly serverKills: number;
	/** Milliseconds between two kills of the service: at least, at most. */
	readonly serviceKills: readonly [number, number];
	readonly faults: Faults;
	/** Milliseconds that a post may take. */
	readonly postTimeout: number;
	/** Milliseconds of trouble at most; then it is let to end in peace. */
	readonly trouble: number;
	/** Between 0 and 1; a seeded one makes the same faults again, at other times. */
	readonly random: () => number;
}

export interface Outcome {
	readonly accepted: number;
	readonly lost: number;
	/** Posts beyond the first of each notification, deleted ones as well. */
	readonly doubled: number;
	/** Those of them that are still to be seen. */
	readonly doubledVisible: number;
	readonly serviceKills: number;
	readonly serverKills: number;
	readonly dropped: number;
	readonly refused: number;
	readonly late: number;
	readonly seconds: number;
}

/** Half of them have written to the bot and get direct messages, half are mentioned in the channel. */
const people = 20;

export async function runScenario(scenario: Scenario): Promise<Outcome> {
	const began = performance.now();
	await using opened = new AsyncDisposableStack();
	const folder = opened.use(await tempFolder());
	const mattermostPort = await freePort();
	const journal = join(folder.path, 'mattermost.journal');
	const startServer = () =>
		startChild(join(import.meta.dirname, 'notifier.emulator.ts'), [journal, String(mattermostPort)]);
	let server = await startServer();
	opened.defer(() => server.kill());
	const { url, token } = JSON.parse(server.line) as { url: string; token: string };
	await using admin = new Mattermost({ url, token });
	const world = await makeWorld(admin, url);
	const proxy = opened.use(await startProxy({ host: '127.0.0.1', port: mattermostPort }, scenario.random));

	const store: StoreLocation = scenario.store === 'sqlite' ? { file: join(folder.path, 'service.db') } : scenario.store;
	const services: Service[] = [];
	for (let worker = 0; worker < scenario.workers; worker++) {
		const service = new Service({
			strategy: scenario.strategy,
			store,
			port: await freePort(),
			mattermost: { url: proxy.url, botToken: world.botToken },
			channelId: world.channelId,
			postTimeout: scenario.postTimeout,
			channels: world.channels,
		});
		opened.defer(() => service.kill());
		await service.start();
		services.push(service);
	}
	if (scenario.strategy === 'ours') await world.introduce(services[0] as Service);

	proxy.faults = scenario.faults;
	const troubleBegan = performance.now();
	const calm = new AbortController();
	const killing = services.map((service) => killAgainAndAgain(service, scenario, calm.signal));
	const asking = askForAll(services, scenario);
	let serverKills = 0;
	const troubling = (async () => {
		await delay(scenario.trouble / 6);
		proxy.outage = true;
		await delay(scenario.outage);
		proxy.outage = false;
		// In the thick of it: what the outage held back goes out now.
		for (; serverKills < scenario.serverKills; serverKills++) {
			await delay(1_000);
			await server.kill();
			await delay(300);
			server = await startServer();
		}
	})();

	const isDone = () =>
		Promise.all(services.map((service) => service.left())).then((left) => left.every((n) => n === 0));
	let isAsking = true;
	void asking.finally(() => {
		isAsking = false;
	});
	await troubling;
	// Where a service is killed again before it has done anything, for the machine is slow, only peace gets on.
	await until(
		'all are posted, or the trouble has been enough',
		async () => performance.now() - troubleBegan > scenario.trouble || (!isAsking && (await isDone())),
		{ timeout: scenario.trouble + 60_000, every: 100 },
	);
	calm.abort();
	const kills = await Promise.all(killing);
	proxy.faults = noFaults;
	const accepted = await asking;
	await until('all are posted in peace', isDone, { timeout: 180_000, every: 100 });
	// A second post would come from a try that is still under way: give it its time.
	await delay(2 * scenario.postTimeout + 1_000);
	const counted = await world.count(accepted);
	return {
		accepted: accepted.length,
		...counted,
		serviceKills: kills.reduce((sum, n) => sum + n, 0),
		serverKills,
		...proxy.struck,
		seconds: Math.round((performance.now() - began) / 100) / 10,
	};
}

interface Request {
	readonly requestId: number;
	readonly mattermostUsername: string;
}

class Service {
	readonly #config: ServiceConfig;
	#child: Child | undefined;

	constructor(config: ServiceConfig) {
		this.#config = config;
	}

	async start(): Promise<void> {
		this.#child = await startChild(join(import.meta.dirname, 'notifier.service.ts'), [JSON.stringify(this.#config)]);
	}

	async kill(): Promise<void> {
		const child = this.#child;
		this.#child = undefined;
		await child?.kill();
	}

	/** Is it accepted? False: the service did not say so. */
	async send(request: Request): Promise<boolean> {
		const body = {
			action: 'BORROW',
			userId: request.requestId,
			device: { id: 1, name: 'MacBook Pro 16"' },
			startDate: '2026-01-10',
			endDate: '2026-02-10',
			...request,
		};
		const answer = await this.#fetch('send', { method: 'POST', body: JSON.stringify(body) });
		return answer !== undefined;
	}

	/** Notifications that are not finished; undefined: it does not answer. */
	async left(): Promise<number | undefined> {
		const status = (await this.#fetch('status', {})) as { deliveries: Record<string, number> } | undefined;
		return status && Object.values(status.deliveries).reduce((sum, count) => sum + count, 0);
	}

	async status(): Promise<{ connected: boolean; dmReadyUsers: number } | undefined> {
		return (await this.#fetch('status', {})) as { connected: boolean; dmReadyUsers: number } | undefined;
	}

	async #fetch(path: string, init: RequestInit): Promise<unknown> {
		try {
			const response = await fetch(`http://127.0.0.1:${this.#config.port}/api/notifications/${path}`, {
				...init,
				headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
				signal: AbortSignal.timeout(5_000),
			});
			const body = await response.json();
			return response.ok ? body : undefined;
		} catch {
			return undefined;
		}
	}
}

async function killAgainAndAgain(
	service: Service,
	{ serviceKills, random }: Scenario,
	calm: AbortSignal,
): Promise<number> {
	const [least, most] = serviceKills;
	for (let kills = 0; ; kills++) {
		await delay(least + random() * (most - least), undefined, { signal: calm }).catch(() => {});
		if (calm.aborted) return kills;
		await service.kill();
		await service.start();
	}
}

/**
 * Callers spread over two thirds of the trouble, each asking until it is told yes; each third request is sent twice at once.
 */
async function askForAll(services: readonly Service[], { notifications, trouble }: Scenario): Promise<Request[]> {
	const requests = Array.from({ length: notifications }, (_, number) => ({
		requestId: number + 1,
		mattermostUsername: nameOf(number % people),
	}));
	const caller = async (request: Request) => {
		await delay(((request.requestId / notifications) * trouble * 2) / 3);
		const ask = async (copy: number) => {
			for (let turn = request.requestId + copy; ; turn++) {
				if (await services[turn % services.length]?.send(request)) return;
				await delay(50);
			}
		};
		const times = request.requestId % 3 === 0 ? 2 : 1;
		await Promise.all(Array.from({ length: times }, (_, copy) => ask(copy)));
	};
	await Promise.all(requests.map(caller));
	return requests;
}

const nameOf = (person: number) => `person-${person}`;

async function makeWorld(admin: Mattermost, url: string) {
	const team = await admin.teams.create({ name: 'chaos', display_name: 'Chaos', type: 'O' });
	const channel = await admin.channels.create({
		team_id: team.id,
		name: 'notifications',
		display_name: 'Notifications',
	});
	const bot = await admin.bots.create({ username: 'notifier', display_name: 'Notifier' });
	const { token: botToken } = await admin.tokens.create(bot.user_id, 'chaos');
	await admin.teams.addMember(team.id, bot.user_id);
	await admin.channels.addMember(channel.id, bot.user_id);
	const channels: Record<string, string> = {};
	const readers: Mattermost[] = [];
	for (let number = 0; number < people; number++) {
		const username = nameOf(number);
		const password = 'Chaos-1-Chaos';
		const user = await admin.users.create({ username, email: `${username}@example.com`, password });
		await admin.teams.addMember(team.id, user.id);
		const reader = await Mattermost.connect({ url, login: { loginId: username, password } });
		const direct = await reader.channels.createDirect([user.id, bot.user_id]);
		channels[username] = direct.id;
		readers.push(reader);
	}
	return {
		channelId: channel.id,
		botToken,
		channels,
		/** The first half write to the bot, and are heard. */
		async introduce(service: Service) {
			const patience = { timeout: 60_000, every: 100 };
			await until('the service listens', async () => (await service.status())?.connected, patience);
			const known = people / 2;
			for (const [number, reader] of readers.entries()) {
				const channel_id = channels[nameOf(number)] ?? '';
				if (number < known) await reader.posts.create({ channel_id, message: 'hello' });
			}
			await until('they are known', async () => (await service.status())?.dmReadyUsers === known, patience);
		},
		async count(accepted: readonly Request[]) {
			let lost = 0;
			let doubled = 0;
			let doubledVisible = 0;
			const inChannel = await postsOf(admin, channel.id, bot.user_id);
			for (const [number, reader] of readers.entries()) {
				const username = nameOf(number);
				const own = accepted.filter(({ mattermostUsername }) => mattermostUsername === username);
				const direct = (await postsOf(reader, channels[username] ?? '', bot.user_id)).filter(({ message }) =>
					message.includes('approved'),
				);
				const mentions = inChannel.filter(({ message }) => message.startsWith(`@${username} `));
				const all = [...direct, ...mentions];
				const visible = all.filter(({ delete_at }) => !delete_at).length;
				lost += Math.max(0, own.length - visible);
				doubled += Math.max(0, all.length - own.length);
				doubledVisible += Math.max(0, visible - own.length);
				// Direct messages name their request: one lost and another doubled must not even out.
				for (const { requestId } of direct.length > 0 ? own : []) {
					const found = direct.filter(({ message }) => new RegExp(`/borrow/${requestId}\\b`).test(message)).length;
					if (found === 0 && visible >= own.length) lost++;
				}
				await reader.close();
			}
			return { lost, doubled, doubledVisible };
		},
	};
}

async function postsOf(reader: Mattermost, channelId: string, author: string) {
	const posts = await Array.fromAsync(reader.posts.list(channelId, { include_deleted: true }));
	return posts.filter(({ user_id, type }) => user_id === author && type === '');
}
