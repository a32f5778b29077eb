// The one server that puts the rooms together: one process, one port.
import type { Duplex } from 'node:stream';
import type { Emulator } from '@matterkit/emulator';
import type { Gateway, GatewayOptions } from '@matterkit/gateway';
import { createNotifier, type Notifier } from '@matterkit/notifier';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Config } from './config.ts';
import { openControl } from './control.ts';
import type { DataFolder } from './data-folder.ts';
import { type DemoWorld, demoWorld } from './demo-world.ts';
import { listen } from './front.ts';
import { openDatabase } from './open-database.ts';
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
	/** The people of the emulated server; undefined with a real one. */
	readonly emulated: Emulated | undefined;
	/** undefined: switched off by the configuration. */
	readonly gateway: Gateway | undefined;
	readonly notifier: Notifier | undefined;
	/** In words, what stands in the way, with the room that waits for it. */
	waitingFor(): string[];
	close(): Promise<void>;
}

export interface Emulated {
	readonly admin: { readonly username: string; readonly password: string; readonly token: string };
	readonly users: DemoWorld['users'];
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
	const store = opened.use(await openDatabase(config.databaseUrl, data, logger));
	if (store.kind === 'sqlite') opened.use(await openControl(data.path, store));
	const emulator = config.mattermost ? undefined : opened.use(await openEmulator(data, front.url));
	if (emulator) {
		front.take({
			request: (request, response) => emulator.handle(request, response),
			upgrade: (request, socket, head) => emulator.upgrade(request, socket, head),
		});
	}
	const demo = emulator && (await demoWorld(data, front.url, emulator.admin.token));
	const target = config.mattermost ?? demo?.server;
	if (!target) throw new Error('bug: neither a Mattermost server nor the emulator');

	const metrics = new Registry();
	collectDefaultMetrics({ register: metrics });
	const gateway =
		target.chat &&
		(await openGateway(config, {
			mattermost: { url: target.url, ...target.chat },
			store,
			secret: secrets.secret,
			logger: logger.child({ room: 'gateway' }),
			metrics,
		}));
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
			appBaseUrl: front.url,
			...config.notifier,
			logger: logger.child({ room: 'notifier' }),
			metrics,
		});

	const rooms = (): RoomStatus[] => roomStatuses(front.url, target.url, emulator !== undefined, gateway, notifier);
	const app = Fastify({
		loggerInstance: logger as FastifyBaseLogger,
		logController: new LogController({ disableRequestLogging: true }),
		forceCloseConnections: true,
		...(gateway ? { frameworkErrors: (await import('@matterkit/gateway')).refuseBadUrl } : {}),
	});
	const waitingFor = () => rooms().flatMap((room) => (room.waitingFor ?? []).map((what) => `${room.name}: ${what}`));
	monitoring(app, { rooms, waitingFor, metrics });
	gateway?.routes(app);
	notifier?.routes(app);
	await app.ready();
	opened.defer(() => app.close());

	front.take({
		request: (request, response) =>
			emulator && isMattermost(request.url) ? emulator.handle(request, response) : app.routing(request, response),
		upgrade: (request, socket, head) =>
			(emulator && isMattermost(request.url) && emulator.upgrade(request, socket, head)) ||
			gateway?.upgrade(request, socket, head) ||
			refuseUpgrade(socket),
	});
	if (gateway) {
		opened.defer(() => gateway.close());
		await start(gateway);
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
		emulated: demo && emulator && { admin: emulator.admin, users: demo.users },
		gateway,
		notifier,
		waitingFor,
		close,
		[Symbol.asyncDispose]: close,
	};
}

const isMattermost = (url = '') => /^\/(?:api\/v4|hooks|_emulator)(?:[/?]|$)/.test(url);

// The emulator and the gateway are loaded where they are wanted: a server that only notifies has 20 MB less without them.
async function openEmulator(data: DataFolder, siteUrl: string): Promise<Emulator> {
	const { createEmulator } = await import('@matterkit/emulator');
	try {
		return await createEmulator({ listen: false, siteUrl, file: data.file('mattermost.journal') });
	} catch (error) {
		throw new UsageError(`the emulated Mattermost in ${data.path} cannot be opened: ${(error as Error).message}`);
	}
}

type GatewayParts = Pick<GatewayOptions, 'mattermost' | 'store' | 'secret' | 'logger' | 'metrics'>;

async function openGateway(config: Config, parts: GatewayParts): Promise<Gateway> {
	const { clientAddress, createGateway } = await import('@matterkit/gateway');
	const { signup, proxies, redisUrl, origins, socketsPerUser, drain, previousSecret } = config;
	return createGateway({
		...parts,
		signup,
		address: clientAddress(proxies),
		...(redisUrl ? { redisUrl } : {}),
		...(origins ? { origins } : {}),
		...(previousSecret ? { previousSecrets: [previousSecret] } : {}),
		...(socketsPerUser ? { limits: { socketsPerUser } } : {}),
		...(drain ? { drain: { window: drain, grace: drain } } : {}),
	});
}

/** What Mattermost says against the administrator or the team is for the person to mend. */
async function start(gateway: Gateway): Promise<void> {
	const { GatewayStartError } = await import('@matterkit/gateway');
	try {
		await gateway.start();
	} catch (error) {
		throw error instanceof GatewayStartError ? new UsageError(error.message) : error;
	}
}

/** No room takes WebSockets at that path: say so in HTTP, which every client shows. */
function refuseUpgrade(socket: Duplex): void {
	socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
}

interface Monitored {
	readonly rooms: () => RoomStatus[];
	readonly waitingFor: () => string[];
	readonly metrics: Registry;
}

function monitoring(app: FastifyInstance, { rooms, waitingFor, metrics }: Monitored): void {
	app.get('/', (_request, reply) =>
		reply
			.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
			.type('text/html; charset=utf-8')
			.send(statusPage({ version, rooms: rooms(), emulated: rooms().some(({ name }) => name === 'Emulator') })),
	);
	app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
	app.get('/healthz', () => ({ status: 'ok' }));
	app.get('/readyz', (_request, reply) => {
		// A room may wait for something and serve: without Redis each server works alone, and must not be taken out of service.
		const ready = rooms().every((room) => room.ready);
		return reply.code(ready ? 200 : 503).send({ ready, waitingFor: waitingFor() });
	});
}

function roomStatuses(
	url: string,
	mattermost: string,
	emulated: boolean,
	gateway: Gateway | undefined,
	notifier: Notifier | undefined,
): RoomStatus[] {
	const off = { ready: true, waitingFor: undefined };
	return [
		{
			name: 'Chat',
			address: `${url}/graphql`,
			purpose: gateway
				? 'GraphQL with live subscriptions, over HTTP and WebSocket'
				: 'Off: MATTERMOST_ADMIN_TOKEN and MATTERMOST_TEAM_IDENTIFIER are not set',
			// Where the gateway has one: see its option `introspection`.
			...(gateway && process.env.NODE_ENV !== 'production' ? { page: '/graphql' } : {}),
			...(gateway?.health() ?? off),
		},
		{
			name: 'Notifications',
			address: `${url}/api/notifications`,
			purpose: notifier
				? 'Accepts, remembers, and posts each notification exactly once'
				: 'Off: MATTERMOST_BOT_TOKEN and MATTERMOST_NOTIFICATION_CHANNEL_ID are not set',
			...(notifier?.health() ?? off),
		},
		{
			name: emulated ? 'Emulator' : 'Mattermost',
			address: mattermost,
			purpose: emulated ? 'A Mattermost server inside this process: REST and WebSocket under /api/v4' : 'Your server',
			ready: true,
			waitingFor: [],
		},
	];
}
