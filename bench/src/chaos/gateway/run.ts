// One chaos run: people listen at several nodes, others write, faults come by the dice of a seed; then the journal is checked.
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@matterkit/testing';
import { pick, seeded } from '../common/random.ts';
import type { ChaosOptions, ChaosResult } from '../common/runs.ts';
import { Journal, type Verdict } from './journal.ts';
import { Subscriber } from './subscriber.ts';
import { makeWorld, type World } from './world.ts';

export const faults = [
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

/** @returns undefined where PostgreSQL or Redis is not installed */
export async function runChaos(options: ChaosOptions<Fault>): Promise<(Verdict & ChaosResult) | undefined> {
	const random = seeded(options.seed);
	await using world = await makeWorld(random);
	if (!world) return undefined;
	await using listening = new AsyncDisposableStack();
	const { cluster, people, channels } = world;
	const subscribers = people.flatMap((person, node) =>
		channels.map((channelId) => listening.use(new Subscriber({ person, channelId, nodes: cluster.nodes, node }))),
	);
	const journal = new Journal(subscribers);
	const writing = world.write(journal);

	const log: string[] = [];
	const came: Record<string, number> = {};
	const end = performance.now() + options.seconds * 1_000;
	while (performance.now() < end) {
		await sleep(500 + 1_500 * random());
		const fault = pick(random, options.faults ?? faults);
		came[fault] = (came[fault] ?? 0) + 1;
		log.push(`${Math.round(performance.now())} --- ${fault}`);
		await strike(fault, { random, world, journal, subscribers });
	}
	await writing.stop();
	// All that is missing now is told within the time of a ping, a hand-over and a new log-in, or it is lost.
	await until('everybody has heard everything', () => journal.complete, { timeout: 60_000, every: 100 }).catch(
		() => {},
	);
	await sleep(500);
	await listening.disposeAsync();
	for (const { userId, channelId, log: own } of subscribers) log.push(`= ${userId} in ${channelId}`, ...own);
	return { seed: options.seed, ...journal.check(), faults: came, log };
}

interface Stage {
	readonly random: () => number;
	readonly world: World;
	readonly journal: Journal;
	readonly subscribers: readonly Subscriber[];
}

async function strike(fault: Fault, stage: Stage): Promise<void> {
	const { random, world, subscribers } = stage;
	const { admin, channels, cluster, mattermost, people, proxy } = world;
	switch (fault) {
		case 'kill node': {
			const node = pick(random, cluster.nodes);
			await node.kill();
			await sleep(2_000 * random());
			await node.start();
			break;
		}
		case 'kill redis':
			await cluster.redis.kill();
			await sleep(4_000 * random());
			await cluster.redis.start();
			break;
		case 'cut upstream':
			proxy.cut();
			break;
		case 'half-open upstream':
			proxy.halfOpen();
			break;
		case 'lose events':
			proxy.loseEvents(1 + Math.floor(3 * random()));
			break;
		case 'restart mattermost':
			await mattermost.restart(800 * random());
			break;
		case 'revoke tokens': {
			const { id } = pick(random, people);
			await admin.call('POST', `/users/${id}/sessions/revoke/all`);
			for (const token of await admin.call<{ id: string }[]>('GET', `/users/${id}/tokens`)) {
				await admin.call('POST', '/users/tokens/revoke', { token_id: token.id });
			}
			break;
		}
		case 'remove member': {
			const { id } = pick(random, people);
			const channelId = pick(random, channels);
			await admin.call('DELETE', `/channels/${channelId}/members/${id}`);
			await shutOut(stage, id, channelId);
			await admin.call('POST', `/channels/${channelId}/members`, { user_id: id });
			break;
		}
		case 'deactivate': {
			const person = pick(random, people);
			const active = Promise.withResolvers<void>();
			person.active = active.promise;
			await admin.call('PUT', `/users/${person.id}/active`, { active: false });
			await shutOut(stage, person.id, undefined);
			await admin.call('PUT', `/users/${person.id}/active`, { active: true });
			active.resolve();
			break;
		}
		case 'cut clients':
			for (const subscriber of subscribers) if (random() < 0.5) subscriber.cut();
			break;
	}
}

/** For a while, of which the journal is told. */
async function shutOut({ random, journal }: Stage, userId: string, channelId: string | undefined): Promise<void> {
	const shut = { userId, channelId, from: performance.now(), until: Number.POSITIVE_INFINITY };
	journal.shut.push(shut);
	await sleep(1_500 * random());
	shut.until = performance.now();
}
