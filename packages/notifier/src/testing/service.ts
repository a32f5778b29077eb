// A running notification service over real HTTP, on a database of its own.
import { join } from 'node:path';
import { openStore, type Store } from '@matterkit/store';
import { tempFolder } from '@matterkit/testing';
import Fastify from 'fastify';
import type { Notifier } from '../notifier.ts';
import type { NotifierOptions } from '../options.ts';
import { createNotifier } from '../service.ts';
import type { World } from './world.ts';

export const key = 'notifications-key-for-tests';

export interface RunningService extends AsyncDisposable {
	readonly url: string;
	readonly store: Store;
	readonly notifier: Notifier;
	/** A request with the key. */
	request(path: string, init?: { method?: string; body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
}

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	// biome-ignore lint/suspicious/noExplicitAny: what it holds is what the tests are about
	readonly body: any;
}

export async function startService(
	world: Pick<World, 'url' | 'botToken' | 'channelId'>,
	{ file, ...options }: Partial<NotifierOptions> & { file?: string } = {},
): Promise<RunningService> {
	await using opened = new AsyncDisposableStack();
	const folder = opened.use(await tempFolder());
	const store = options.store ?? opened.use(await openStore({ file: file ?? join(folder.path, 'notifier.db') }));
	const app = Fastify({ forceCloseConnections: true });
	const notifier = opened.use(
		createNotifier({
			mattermost: { url: world.url, botToken: world.botToken },
			channelId: world.channelId,
			appBaseUrl: 'https://devices.example.com',
			key,
			...options,
			store,
		}),
	);
	notifier.routes(app);
	opened.defer(() => app.close());
	const url = await app.listen({ port: 0, host: '127.0.0.1' });
	await notifier.start();
	const held = opened.move();
	return {
		url,
		store,
		notifier,
		async request(path, { method = 'GET', body, headers } = {}) {
			const response = await fetch(`${url}/api/notifications${path}`, {
				method,
				headers: {
					authorization: `Bearer ${key}`,
					...(body !== undefined && { 'content-type': 'application/json' }),
					...headers,
				},
				...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
			});
			return { status: response.status, headers: response.headers, body: await response.json() };
		},
		[Symbol.asyncDispose]: () => held.disposeAsync(),
	};
}

/** The request of seed 004, to be varied. */
export const borrow = {
	action: 'BORROW',
	userId: 123,
	mattermostUsername: 'john.doe',
	device: {
		id: 1,
		name: 'MacBook Pro 16"',
		assetTag: 'DEV-001',
		category: 'laptop',
		brand: 'Apple',
		model: 'MacBook Pro 16" M3',
	},
	requestId: 456,
	startDate: '2026-01-10',
	endDate: '2026-02-10',
} as const;
