// Several servers over one Mattermost, with people who may listen and authors who write.
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayApi } from '../../loadtest/gateway-api.ts';
import { Api, type Caller, signUp } from '../common/api.ts';
import { type MattermostServer, startMattermost } from '../common/mattermost.ts';
import { FaultyProxy } from '../common/proxy.ts';
import { pick } from '../common/random.ts';
import { type Cluster, startCluster } from './cluster.ts';
import type { Journal } from './journal.ts';
import { Person } from './person.ts';

export interface World extends AsyncDisposable {
	readonly mattermost: MattermostServer;
	/** Between the servers and Mattermost. */
	readonly proxy: FaultyProxy;
	readonly cluster: Cluster;
	readonly admin: Api;
	/** Members of all channels. */
	readonly people: readonly Person[];
	/** Their ids. */
	readonly channels: readonly string[];
	/** The authors write until `stop` is called. */
	write(journal: Journal): { stop(): Promise<void> };
}

const password = 'Passw0rd!x';
const nodes = 3;
const listeners = 6;
const writers = 4;
const channelCount = 5;
/** Milliseconds between two posts of one writer, about. */
const pause = 100;

/** @returns undefined where PostgreSQL or Redis is not installed */
export async function makeWorld(random: () => number): Promise<World | undefined> {
	await using opened = new AsyncDisposableStack();
	const mattermost = opened.use(await startMattermost());
	const { url, admin: account } = mattermost.emulator;
	const admin = new Api(url, account.token);
	const team = await admin.call<{ id: string }>('POST', '/teams', { name: 'chaos', display_name: 'Chaos', type: 'O' });
	const proxy = opened.use(await FaultyProxy.start(mattermost.port));
	const cluster = await startCluster({
		nodes,
		mattermost: { url: proxy.url, adminToken: account.token, team: team.id },
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

	/** One author: the next post only when the last one was answered. */
	const writing = async (author: Caller, name: string, journal: Journal, stopped: () => boolean) => {
		for (let number = 1; !stopped(); number++) {
			const channelId = pick(random, channels);
			const askedAt = performance.now();
			try {
				const body = { channel_id: channelId, message: `${name} #${number}` };
				const { id } = await author.api.call<{ id: string }>('POST', '/posts', body);
				journal.made.set(id, { id, channelId, writer: author.id, number, askedAt });
			} catch {
				// Not acknowledged: nothing is promised about it.
				await sleep(20);
			}
			await sleep(pause * (0.5 + random()));
		}
	};
	const held = opened.move();
	return {
		mattermost,
		proxy,
		cluster,
		admin,
		people,
		channels,
		write(journal) {
			let stopped = false;
			const all = authors.map((author, at) => writing(author, `writer-${at + 1}`, journal, () => stopped));
			return {
				async stop() {
					stopped = true;
					await Promise.all(all);
				},
			};
		},
		[Symbol.asyncDispose]: () => held.disposeAsync(),
	};
}
