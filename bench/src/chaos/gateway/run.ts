// One chaos run: people listen at several nodes, others write, faults come by the dice of a seed; then the journal is checked.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEmulator, type Emulator } from '@matterkit/emulator';
import { freePort, tempFolder, until } from '@matterkit/testing';
import { GatewayApi } from '../../loadtest/gateway-api.ts';
import { Api, type Caller, signUp } from '../common/api.ts';
import { FaultyProxy } from '../common/proxy.ts';
import { pick, seeded } from '../common/random.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { Journal, type Verdict } from './journal.ts';
import { Person } from './person.ts';
import { Subscriber } from './subscriber.ts';

const faults = [
	'kill node',
	'kill redis',
	'cut upstream',
	'half-open upstream',
	'lose events',
	'restart mattermost',
	'revoke tokens',
	'remove member',
	'deactivate',
	'cut clients',
] as const;
export type Fault = (typeof faults)[number];

export interface ChaosOptions {
	readonly seed: number;
	readonly seconds: number;
	/** Only these. Default: all. */
	readonly faults?: readonly Fault[];
}

export interface ChaosResult extends Verdict {
	readonly seed: number;
	/** How often each fault came. */
	readonly faults: Readonly<Record<string, number>>;
	readonly log: readonly string[];
}

const password = 'Passw0rd!x';
const nodeCount = 3;
const listeners = 6;
const writers = 4;
const channelCount = 5;
/** Milliseconds between two posts of one writer, about. */
const pause = 100;

/** @returns undefined where PostgreSQL or Redis is not installed */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult | undefined> {
	await using opened = new AsyncDisposableStack();
	const stage = await Stage.set(seeded(options.seed), opened);
	if (!stage) return undefined;
	const came: Record<string, number> = {};
	const end = performance.now() + options.seconds * 1_000;
	while (performance.now() < end) {
		await sleep(500 + 1_500 * stage.random());
		const fault = pick(stage.random, options.faults ?? faults);
		came[fault] = (came[fault] ?? 0) + 1;
		stage.log.push(`${Math.round(performance.now())} --- ${fault}`);
		await stage.strike(fault);
	}
	await stage.finish();
	const log = [
		...stage.log,
		...stage.subscribers.flatMap(({ userId, channelId, log }) => [`= ${userId} in ${channelId}`, ...log]),
	];
	return { seed: options.seed, ...stage.journal.check(), faults: came, log };
}

class Stage {
	readonly journal = new Journal();
	readonly log: string[] = [];
	readonly subscribers: Subscriber[] = [];
	readonly random: () => number;
	readonly #admin: Api;
	readonly #proxy: FaultyProxy;
	readonly #cluster: Cluster;
	readonly #people: readonly Person[];
	readonly #channels: readonly string[];
	readonly #restart: () => Promise<void>;
	readonly #stopWriting: () => Promise<void>;

	private constructor(parts: {
		random: () => number;
		admin: Api;
		proxy: FaultyProxy;
		cluster: Cluster;
		people: readonly Person[];
		channels: readonly string[];
		restart: () => Promise<void>;
		write: (journal: Journal) => () => Promise<void>;
	}) {
		this.random = parts.random;
		this.#admin = parts.admin;
		this.#proxy = parts.proxy;
		this.#cluster = parts.cluster;
		this.#people = parts.people;
		this.#channels = parts.channels;
		this.#restart = parts.restart;
		for (const [at, person] of parts.people.entries()) {
			for (const channelId of parts.channels) {
				this.subscribers.push(new Subscriber({ person, channelId, nodes: parts.cluster.nodes, node: at }));
			}
		}
		this.journal.ears.push(...this.subscribers);
		this.#stopWriting = parts.write(this.journal);
	}

	static async set(random: () => number, opened: AsyncDisposableStack): Promise<Stage | undefined> {
		const folder = opened.use(await tempFolder());
		const port = await freePort();
		const start = async () => {
			const emulator = await createEmulator({ file: join(folder.path, 'world.journal'), port });
			// Posts of several writers are not told in the order of their creation times.
			emulator.faults.add({ fault: 'reorder', milliseconds: 70 });
			return emulator;
		};
		let emulator: Emulator = await start();
		opened.defer(() => emulator.close());
		const admin = new Api(emulator.url, emulator.admin.token);
		const team = await admin.call<{ id: string }>('POST', '/teams', {
			name: 'chaos',
			display_name: 'Chaos',
			type: 'O',
		});
		const proxy = opened.use(await FaultyProxy.start(port));
		const cluster = await startCluster({
			nodes: nodeCount,
			mattermost: { url: proxy.url, adminToken: emulator.admin.token, team: team.id },
		});
		if (!cluster) return undefined;
		opened.use(cluster);

		const gateway = new GatewayApi(cluster.nodes[0]?.origin ?? '');
		const people: Person[] = [];
		for (let number = 1; number <= listeners; number++) {
			const username = `listener-${number}`;
			await gateway.signUp(username, password);
			const { id } = await admin.call<{ id: string }>('GET', `/users/username/${username}`);
			people.push(new Person({ id, username, password }));
		}
		const authors: Caller[] = [];
		for (let number = 1; number <= writers; number++) {
			const author = await signUp(admin, `writer-${number}`);
			await admin.call('POST', `/teams/${team.id}/members`, { team_id: team.id, user_id: author.id });
			authors.push(author);
		}
		const channels: string[] = [];
		for (let number = 1; number <= channelCount; number++) {
			const body = { team_id: team.id, name: `channel-${number}`, display_name: `Channel ${number}`, type: 'P' };
			const { id } = await admin.call<{ id: string }>('POST', '/channels', body);
			for (const { id: user_id } of [...people, ...authors])
				await admin.call('POST', `/channels/${id}/members`, { user_id });
			channels.push(id);
		}

		const write = (journal: Journal) => {
			let stopped = false;
			const writing = authors.map(async (author, at) => {
				for (let number = 1; !stopped; number++) {
					const channelId = pick(random, channels);
					const askedAt = performance.now();
					try {
						const body = { channel_id: channelId, message: `writer-${at + 1} #${number}` };
						const { id } = await author.api.call<{ id: string }>('POST', '/posts', body);
						journal.made.set(id, { id, channelId, writer: author.id, number, askedAt });
					} catch {
						// Not acknowledged: nothing is promised about it.
						await sleep(20);
					}
					await sleep(pause * (0.5 + random()));
				}
			});
			return async () => {
				stopped = true;
				await Promise.all(writing);
			};
		};
		const restart = async () => {
			await emulator.close();
			await sleep(800 * random());
			emulator = await start();
		};
		return new Stage({ random, admin, proxy, cluster, people, channels, restart, write });
	}

	async strike(fault: Fault): Promise<void> {
		const { random } = this;
		switch (fault) {
			case 'kill node': {
				const node = pick(random, this.#cluster.nodes);
				await node.kill();
				await sleep(2_000 * random());
				await node.start();
				break;
			}
			case 'kill redis':
				await this.#cluster.redis.kill();
				await sleep(4_000 * random());
				await this.#cluster.redis.start();
				break;
			case 'cut upstream':
				this.#proxy.cut();
				break;
			case 'half-open upstream':
				this.#proxy.halfOpen();
				break;
			case 'lose events':
				this.#proxy.loseEvents(1 + Math.floor(3 * random()));
				break;
			case 'restart mattermost':
				await this.#restart();
				break;
			case 'revoke tokens': {
				const { id } = pick(random, this.#people);
				await this.#admin.call('POST', `/users/${id}/sessions/revoke/all`);
				for (const token of await this.#admin.call<{ id: string }[]>('GET', `/users/${id}/tokens`)) {
					await this.#admin.call('POST', '/users/tokens/revoke', { token_id: token.id });
				}
				break;
			}
			case 'remove member': {
				const { id } = pick(random, this.#people);
				const channelId = pick(random, this.#channels);
				await this.#admin.call('DELETE', `/channels/${channelId}/members/${id}`);
				await this.#shutOut(id, channelId);
				await this.#admin.call('POST', `/channels/${channelId}/members`, { user_id: id });
				break;
			}
			case 'deactivate': {
				const person = pick(random, this.#people);
				const active = Promise.withResolvers<void>();
				person.active = active.promise;
				await this.#admin.call('PUT', `/users/${person.id}/active`, { active: false });
				await this.#shutOut(person.id, undefined);
				await this.#admin.call('PUT', `/users/${person.id}/active`, { active: true });
				active.resolve();
				break;
			}
			case 'cut clients':
				for (const subscriber of this.subscribers) if (random() < 0.5) subscriber.cut();
				break;
		}
	}

	/** All that is missing now is told within the time of a ping, a hand-over and a new log-in, or it is lost. */
	async finish(): Promise<void> {
		await this.#stopWriting();
		await until('everybody has heard everything', () => this.journal.complete, { timeout: 60_000, every: 100 }).catch(
			() => {},
		);
		await sleep(500);
		for (const subscriber of this.subscribers) await subscriber[Symbol.asyncDispose]();
	}

	async #shutOut(userId: string, channelId: string | undefined): Promise<void> {
		const shut = { userId, channelId, from: performance.now(), until: Number.POSITIVE_INFINITY };
		this.journal.shut.push(shut);
		await sleep(1_500 * this.random());
		shut.until = performance.now();
	}
}
