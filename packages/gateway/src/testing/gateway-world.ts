// A gateway on a real port, over an emulated Mattermost on another, with a store of its own.
import type { AddressInfo } from 'node:net';
import { createEmulator, type Emulator, type EmulatorOptions } from '@matterkit/emulator';
import { openStore, type Store } from '@matterkit/store';
import { tempFolder, until } from '@matterkit/testing';
import Fastify from 'fastify';
import type { GatewayOptions } from '../options.ts';
import { createGateway, type Gateway } from '../server.ts';
import { refuseBadUrl } from '../transport/bad-url.ts';
import { countingProxy } from './counting-proxy.ts';

export const secret = 'a secret for tests only';

export interface World extends AsyncDisposable {
	readonly emulator: Emulator;
	readonly gateway: Gateway;
	readonly store: Store;
	readonly teamId: string;
	/** `http://127.0.0.1:<port>` */
	readonly origin: string;
	/** `ws://127.0.0.1:<port>/ws/graphql/` */
	readonly socketUrl: string;
	/** Where the gateway sees Mattermost: behind a proxy that counts, and that can be told to fail. */
	readonly mattermostUrl: string;
	/** Requests that reached Mattermost, as `GET /api/v4/…` without query. */
	readonly calls: string[];
	/** The X-Request-Id of each of `calls`; '' without one. */
	readonly callIds: string[];
	/** Requests to Mattermost under way, now and at most so far. */
	readonly underWay: { now: number; most: number };
	/** Cuts every event stream to Mattermost. */
	cut(): void;
	/** From now on Mattermost answers such requests with 500, without doing anything. */
	fail(which: (call: string) => boolean): void;
	/** From now on Mattermost acts on such requests, and a proxy before it answers 503. */
	lose(which: (call: string) => boolean): void;
	/** The next such request: Mattermost acts, and its answer comes when it is let go. */
	hold(which: (call: string) => boolean): Held;
	/** Sends a document; fails where the answer is not JSON. */
	graphql<T = Record<string, unknown>>(
		query: string,
		variables?: object,
		token?: string,
		headers?: Readonly<Record<string, string>>,
	): Promise<GraphQLAnswer<T>>;
	/** The same, for what must succeed: fails with the errors of the answer. */
	data<T = Record<string, unknown>>(query: string, variables?: object, token?: string): Promise<T>;
	/** Mattermost's own API as the administrator, or with another token. */
	mattermost<T = Record<string, unknown>>(method: string, path: string, body?: unknown, token?: string): Promise<T>;
	/** Signs up and logs in. */
	person(username: string): Promise<{ token: string; refreshToken: string; id: string; username: string }>;
	/** Makes a channel and gives its id. */
	channel(token: string, name: string, members?: readonly string[], options?: { private?: boolean }): Promise<string>;
	/** Waits until so many subscriptions to channels miss nothing any more. */
	listening(count: number, gateway?: Gateway): Promise<void>;
	/** Another gateway over the same Mattermost and store. */
	another(options?: Partial<GatewayOptions>): Promise<Served>;
}

export interface Held {
	/** Mattermost has answered. */
	readonly answered: Promise<void>;
	letGo(): void;
}

export interface GraphQLAnswer<T> {
	readonly data?: T | null;
	readonly errors?: readonly { message: string; path?: readonly string[]; extensions?: Record<string, unknown> }[];
}

export interface Served extends AsyncDisposable {
	readonly gateway: Gateway;
	readonly origin: string;
	readonly socketUrl: string;
}

export type WorldOptions = Partial<GatewayOptions> & { readonly emulator?: EmulatorOptions };

export const password = 'Sup3r-secret!';

export async function startWorld({ emulator: emulatorOptions, ...options }: WorldOptions = {}): Promise<World> {
	await using opened = new AsyncDisposableStack();
	const folder = opened.use(await tempFolder());
	const store = options.store ?? opened.use(await openStore({ file: `${folder.path}/store.db` }));
	const emulator = opened.use(await createEmulator(emulatorOptions));
	const calls: string[] = [];
	const callIds: string[] = [];
	const underWay = { now: 0, most: 0 };
	let fails = (_call: string) => false;
	let loses = (_call: string) => false;
	let holding: { which: (call: string) => boolean; answered: () => void; released: Promise<void> } | undefined;
	const proxy = opened.use(
		await countingProxy(emulator, {
			called(call, requestId, response) {
				calls.push(call);
				callIds.push(requestId);
				underWay.most = Math.max(underWay.most, ++underWay.now);
				response.once('close', () => underWay.now--);
			},
			fails: (call) => fails(call),
			loses: (call) => loses(call),
			holds(call) {
				if (!holding?.which(call)) return undefined;
				const { answered, released } = holding;
				holding = undefined;
				return () => {
					answered();
					return released;
				};
			},
		}),
	);
	const mattermost = async <T>(method: string, path: string, body?: unknown, token = emulator.admin.token) => {
		const response = await fetch(`${emulator.url}/api/v4${path}`, {
			method,
			headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const answer = await response.json();
		if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${JSON.stringify(answer)}`);
		return answer as T;
	};
	const team = await mattermost<{ id: string }>('POST', '/teams', { name: 'crew', display_name: 'Crew', type: 'O' });
	const base: GatewayOptions = {
		mattermost: { url: proxy.url, admin: { loginId: 'admin', password: emulator.admin.password }, team: 'crew' },
		store,
		secret,
		signup: 'open',
		...options,
		accounts: { scryptCost: 1024, ...options.accounts },
	};
	const served = opened.use(await serve(base));
	const graphql = async <T>(query: string, variables: object = {}, token?: string, headers = {}) => {
		const response = await fetch(`${served.origin}/graphql/`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}), ...headers },
			body: JSON.stringify({ query, variables }),
		});
		return (await response.json()) as GraphQLAnswer<T>;
	};
	const data = async <T>(query: string, variables: object = {}, token?: string) => {
		const answer = await graphql<T>(query, variables, token);
		if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors));
		return answer.data;
	};
	const held = opened.move();
	return {
		...served,
		emulator,
		store,
		teamId: team.id,
		mattermostUrl: proxy.url,
		calls,
		callIds,
		underWay,
		graphql,
		data,
		mattermost,
		async person(username) {
			await data(signUp, { username, email: `${username}@example.com`, password });
			const { userGetToken } = await data<{
				userGetToken: { token: string; refreshToken: string; metadata: { id: string } };
			}>(logIn, { username, password });
			return {
				token: userGetToken.token,
				refreshToken: userGetToken.refreshToken,
				id: userGetToken.metadata.id,
				username,
			};
		},
		async channel(token, name, members = [], { private: isPrivate = false } = {}) {
			const { channelCreate } = await data<{ channelCreate: { metadata: { channel_id: string } } }>(
				createChannel,
				{ name, members, private: isPrivate },
				token,
			);
			return channelCreate.metadata.channel_id;
		},
		async listening(count, gateway = served.gateway) {
			await until(`${count} subscriptions`, async () => (await metric(gateway, 'channel_listeners')) === count);
		},
		async another(other = {}) {
			return held.use(await serve({ ...base, ...other }));
		},
		cut: () => proxy.cut(),
		fail(which) {
			fails = which;
		},
		lose(which) {
			loses = which;
		},
		hold(which) {
			const [answered, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
			holding = { which, answered: answered.resolve, released: released.promise };
			return { answered: answered.promise, letGo: released.resolve };
		},
		[Symbol.asyncDispose]: () => held.disposeAsync(),
	};
}

export const signUp = `mutation ($username: String!, $email: String!, $password: String!, $invitation: String) {
	userCreate(username: $username, email: $email, password: $password, invitation: $invitation) { status statusCode message metadata }
}`;

export const logIn = `mutation ($username: String!, $password: String!) {
	userGetToken(username: $username, password: $password) {
		__typename
		... on ResponseWithToken { status statusCode message metadata token refreshToken }
		... on ResponseBase { status statusCode message metadata }
	}
}`;

export const createChannel = `mutation ($name: String!, $members: [String]!, $private: Boolean) {
	channelCreate(channelName: $name, members: $members, private: $private) { status statusCode message metadata }
}`;

export const send = `mutation ($channel: String!, $text: String!) {
	textMessageSend(channelIdentifier: $channel, textMessage: $text) { status statusCode message metadata }
}`;

/** A gauge or counter of ours, without labels. */
export async function metric(gateway: Gateway, name: string): Promise<number> {
	const found = await gateway.metrics.getSingleMetric(`matterkit_gateway_${name}`)?.get();
	return found?.values[0]?.value ?? Number.NaN;
}

async function serve(options: GatewayOptions): Promise<Served> {
	await using opened = new AsyncDisposableStack();
	const app = Fastify({ forceCloseConnections: true, frameworkErrors: refuseBadUrl });
	opened.defer(() => app.close());
	const gateway = opened.use(createGateway(options));
	gateway.routes(app);
	app.server.on('upgrade', (request, socket, head) => {
		if (!gateway.upgrade(request, socket, head)) socket.destroy();
	});
	await app.listen({ port: 0, host: '127.0.0.1' });
	await gateway.start();
	const { port } = app.server.address() as AddressInfo;
	const held = opened.move();
	return {
		gateway,
		origin: `http://127.0.0.1:${port}`,
		socketUrl: `ws://127.0.0.1:${port}/ws/graphql/`,
		[Symbol.asyncDispose]: () => held.disposeAsync(),
	};
}
