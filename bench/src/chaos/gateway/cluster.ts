// Several servers as they are run in production: `matterkit start` over one PostgreSQL, one Redis and one Mattermost.
import { join } from 'node:path';
import { freePort, startPostgres, startRedis, tempFolder, until } from '@matterkit/testing';
import { type Child, startChild } from '../common/child.ts';

export interface Node {
	/** `http://127.0.0.1:<port>`, the same after a restart. */
	readonly origin: string;
	readonly isUp: boolean;
	start(): Promise<void>;
	/** SIGKILL, as when a machine goes. */
	kill(): Promise<void>;
}

export interface Cluster extends AsyncDisposable {
	readonly nodes: readonly Node[];
	readonly redis: { kill(): Promise<void>; start(): Promise<void> };
}

export interface ClusterOptions {
	readonly nodes: number;
	readonly mattermost: { readonly url: string; readonly adminToken: string; readonly team: string };
}

/** @returns undefined where PostgreSQL or Redis is not installed */
export async function startCluster({ nodes: count, mattermost }: ClusterOptions): Promise<Cluster | undefined> {
	await using opened = new AsyncDisposableStack();
	const redis = opened.use(await startRedis());
	const postgres = opened.use(await startPostgres());
	if (!redis || !postgres) return undefined;
	// It answers a little before it is ready.
	const database = await until('PostgreSQL is ready', () => postgres.createDatabase('chaos').catch(() => undefined));
	const folder = opened.use(await tempFolder());
	const env = {
		MATTERMOST_SERVER_URL: mattermost.url,
		MATTERMOST_ADMIN_TOKEN: mattermost.adminToken,
		MATTERMOST_TEAM_IDENTIFIER: mattermost.team,
		MATTERKIT_SIGNUP: 'open',
		MATTERKIT_SECRET: 'the same on all of them',
		MATTERKIT_LOG_LEVEL: process.env.MATTERKIT_LOG_LEVEL ?? 'silent',
		MATTERKIT_NOTIFICATIONS_KEY: 'not-used-in-this-run',
		DATABASE_URL: database,
		REDIS_URL: redis.url,
	};
	const nodes: Node[] = [];
	for (let number = 1; number <= count; number++) {
		const port = await freePort();
		const args = ['start', '--port', String(port), '--data', join(folder.path, `node-${number}`), '--json'];
		let child: Child | undefined;
		const node: Node = {
			origin: `http://127.0.0.1:${port}`,
			get isUp() {
				return child !== undefined;
			},
			async start() {
				child = await startChild(join(import.meta.dirname, 'node.ts'), args, env);
			},
			async kill() {
				const running = child;
				child = undefined;
				await running?.kill();
			},
		};
		opened.defer(() => node.kill());
		await node.start();
		nodes.push(node);
	}
	const held = opened.move();
	return { nodes, redis, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
