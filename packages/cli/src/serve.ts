// The one server that puts the rooms together: one process, one port.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createGateway, type Gateway } from '@matterkit/gateway';
import { createNotifier, type Notifier } from '@matterkit/notifier';
import { openStore, type Store } from '@matterkit/store';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { DataFolder } from './data-folder.ts';
import { type Emulated, emulate } from './demo-world.ts';
import { type RoomStatus, statusPage } from './status-page.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

export interface ServeOptions {
	readonly host: string;
	/** 0 takes a free one. */
	readonly port: number;
	readonly data: DataFolder;
	readonly config: Config;
	readonly logger: Logger;
}

export interface RunningMatterkit extends AsyncDisposable {
	readonly url: string;
	/** Address of the Mattermost server that is used. */
	readonly mattermost: string;
	readonly notificationsKey: string;
	/** The emulated server's people; undefined with a real server. */
	readonly emulated: Emulated | undefined;
	/** undefined: switched off by the configuration. */
	readonly gateway: Gateway | undefined;
	readonly notifier: Notifier | undefined;
	close(): Promise<void>;
}

/**
 * Starts everything, in the order in which one room needs the other.
 * @throws UsageError for a port in use and for a data folder that cannot be used.
 */
export async function serve(options: ServeOptions): Promise<RunningMatterkit> {
	const { config, data, logger } = options;
	await using opened = new AsyncDisposableStack();
	const front = opened.use(await listen(options.host, options.port));
	const secrets = data.secrets(config);
	const emulated = config.mattermost ? undefined : opened.use(await emulate(data, front.url));
	const target = config.mattermost ?? emulated?.server;
	if (!target) throw new Error('bug: neither a Mattermost server nor the emulator');
	const store = opened.use(await open(config, data));

	const gateway =
		target.chat &&
		createGateway({
			mattermost: { url: target.url, ...target.chat },
			store,
			secret: secrets.secret,
			signup: config.signup,
			logger: logger.child({ room: 'gateway' }),
			...(config.redisUrl ? { redisUrl: config.redisUrl } : {}),
		});
	const notifier =
		target.notifications &&
		createNotifier({
			mattermost: {
				url: target.url,
				botToken: target.notifications.botToken,
				...(target.notifications.botUserId ? { botUserId: target.notifications.botUserId } : {}),
			},
			channelId: target.notifications.channelId,
			store,
			key: secrets.notificationsKey,
			appBaseUrl: config.appBaseUrl ?? front.url,
			dmPolicy: config.dmPolicy,
			reconnectInterval: config.reconnectInterval,
			maxReconnectAttempts: config.maxReconnectAttempts,
			logger: logger.child({ room: 'notifier' }),
		});

	const rooms = (): RoomStatus[] => roomStatuses(front.url, target.url, emulated, gateway, notifier);
	const app = Fastify({ loggerInstance: logger, disableRequestLogging: true, forceCloseConnections: true });
	monitoring(app, () => rooms());
	gateway?.routes(app);
	notifier?.routes(app);
	await app.ready();
	opened.defer(() => app.close());

	front.take({
		request: (request, response) =>
			emulated && isMattermost(request.url) ? emulated.handle(request, response) : app.routing(request, response),
		upgrade: (request, socket, head) =>
			(emulated && isMattermost(request.url) && emulated.upgrade(request, socket, head)) ||
			gateway?.upgrade(request, socket, head) ||
			refuseUpgrade(socket),
	});
	if (gateway) {
		opened.defer(() => gateway.close());
		await gateway.start();
	}
	if (notifier) {
		opened.defer(() => notifier.close());
		await notifier.start();
	}

	const held = opened.move();
	const close = () => held.disposeAsync();
	return {
		url: front.url,
		mattermost: target.url,
		notificationsKey: secrets.notificationsKey,
		emulated,
		gateway,
		notifier,
		close,
		[Symbol.asyncDispose]: close,
	};
}

const isMattermost = (url = '') => /^\/(?:api\/v4|hooks|_emulator)(?:[/?]|$)/.test(url);

interface Doors {
	request(request: IncomingMessage, response: ServerResponse): void;
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): unknown;
}

/**
 * Listens at once, so that a port in use is found before anything is touched and the address is known to the rooms;
 * until `take` gives the rooms, a request is answered 503.
 */
async function listen(
	host: string,
	port: number,
): Promise<{ url: string; take(doors: Doors): void } & AsyncDisposable> {
	const server = createServer((_request, response) => {
		response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain' }).end('starting\n');
	});
	const sockets = new Set<Socket>();
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		throw new UsageError(whyNotListening(error as NodeJS.ErrnoException, host, port));
	}
	return {
		url: addressOf(server, host),
		take(doors) {
			server.removeAllListeners('request');
			server.on('request', doors.request);
			server.on('upgrade', doors.upgrade);
		},
		async [Symbol.asyncDispose]() {
			server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
}

function addressOf(server: Server, host: string): string {
	const { port } = server.address() as AddressInfo;
	const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
	return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function whyNotListening({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
	if (code === 'EADDRINUSE')
		return `port ${port} is in use on ${host}. Choose another with --port, or --port 0 for a free one`;
	if (code === 'EACCES')
		return `port ${port} needs rights that this process does not have. Choose one above 1023 with --port`;
	if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `--host ${host} is no address of this machine`;
	return `cannot listen on ${host}:${port}: ${message}`;
}

async function open(config: Config, data: DataFolder): Promise<Store> {
	const where = config.databaseUrl ? { url: config.databaseUrl } : { file: data.file('matterkit.db') };
	try {
		return await openStore(where);
	} catch (error) {
		const what = config.databaseUrl ? 'the database of DATABASE_URL' : `the database in ${data.path}`;
		throw new UsageError(`${what} cannot be opened: ${(error as Error).message}`);
	}
}

/** No room takes WebSockets at that path: say so in HTTP, which every client shows. */
function refuseUpgrade(socket: Duplex): void {
	socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
}

function monitoring(app: FastifyInstance, rooms: () => RoomStatus[]): void {
	const waiting = () => rooms().flatMap(({ name, waitingFor }) => (waitingFor ?? []).map((what) => `${name}: ${what}`));
	app.get('/', (_request, reply) =>
		reply
			.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
			.type('text/html; charset=utf-8')
			.send(statusPage({ version, rooms: rooms(), emulated: rooms().some(({ name }) => name === 'Emulator') })),
	);
	app.get('/healthz', () => ({ status: 'ok' }));
	app.get('/readyz', (_request, reply) => {
		const waitingFor = waiting();
		return reply.code(waitingFor.length > 0 ? 503 : 200).send({ ready: waitingFor.length === 0, waitingFor });
	});
}

function roomStatuses(
	url: string,
	mattermost: string,
	emulated: Emulated | undefined,
	gateway: Gateway | undefined,
	notifier: Notifier | undefined,
): RoomStatus[] {
	return [
		{
			name: 'Chat',
			address: `${url}/graphql`,
			purpose: gateway
				? 'GraphQL with live subscriptions, over HTTP and WebSocket'
				: 'Off: MATTERMOST_ADMIN_TOKEN and MATTERMOST_TEAM_IDENTIFIER are not set',
			waitingFor: gateway?.health().waitingFor,
		},
		{
			name: 'Notifications',
			address: `${url}/api/notifications`,
			purpose: notifier
				? 'Accepts, remembers, and posts each notification exactly once'
				: 'Off: MATTERMOST_BOT_TOKEN and MATTERMOST_NOTIFICATION_CHANNEL_ID are not set',
			waitingFor: notifier?.health().waitingFor,
		},
		{
			name: emulated ? 'Emulator' : 'Mattermost',
			address: mattermost,
			purpose: emulated ? 'A Mattermost server inside this process: REST and WebSocket under /api/v4' : 'Your server',
			waitingFor: [],
		},
	];
}
