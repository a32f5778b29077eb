import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isApiError, Mattermost } from '@matterkit/client';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Access } from './access/access.ts';
import { AccessGate } from './access/access-gate.ts';
import { ViewerCheck } from './access/viewer-check.ts';
import { Accounts, isOf } from './accounts/accounts.ts';
import { Entrance } from './accounts/entrance.ts';
import type { MattermostDoor } from './accounts/mattermost-door.ts';
import { SealError } from './accounts/seal.ts';
import { localThrottles } from './accounts/throttle.ts';
import { passRequestId } from './asked-by.ts';
import { authFailures } from './auth-failures.ts';
import { Channels } from './chat/channels.ts';
import { HeardPosts } from './chat/heard-posts.ts';
import { LastMessages } from './chat/last-messages.ts';
import { Messages } from './chat/messages.ts';
import { People } from './chat/people.ts';
import { Site } from './chat/site.ts';
import { createEngine } from './engine/create-engine.ts';
import { fileRoutes } from './files/routes.ts';
import { Transfers } from './files/transfers.ts';
import { migrations } from './migrations.ts';
import { memoryTopics } from './nodes/memory.ts';
import { redisTopics } from './nodes/redis.ts';
import { RedisThrottles } from './nodes/redis-throttles.ts';
import type { AdminCredentials, GatewayOptions } from './options.ts';
import { RefusedError } from './refused-error.ts';
import { makeSchema } from './schema/index.ts';
import { Subscriptions } from './upstreams/subscriptions.ts';
import { ToldLedger } from './upstreams/told-ledger.ts';
import { Upstreams } from './upstreams/upstreams.ts';

export interface Gateway extends AsyncDisposable {
	/** `/graphql` and `/graphql/`, and `/graphql/files` for files. */
	routes(app: FastifyInstance): void;
	/** Takes WebSockets at `/graphql`, `/graphql/` and `/ws/graphql/`. false: another path. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
	/**
	 * Brings the tables up to date and makes sure of Mattermost. A server that does not answer is waited for in the background.
	 * @throws GatewayStartError when it answers that the administrator or the team is wrong.
	 */
	start(): Promise<void>;
	/** `redis` in `waitingFor`: the node serves, but alone. */
	health(): { ready: boolean; waitingFor: string[] };
	readonly metrics: Registry;
	/** Takes nothing new, finishes what runs, closes sockets with 1012, and lets go of Mattermost. */
	close(): Promise<void>;
}

/** The gateway can not work with this Mattermost server as it is configured. */
export class GatewayStartError extends Error {
	override readonly name = 'GatewayStartError' as const;
}

/** Topic on which nodes tell each other whose logins ended. */
const revocations = 'revocations';
/** Among the revocations: somebody was deactivated, each node looks up its own viewers, and what comes after waits. */
const checkViewers = { checkViewers: true } as const;
const isCheckViewers = (note: unknown): boolean => typeof note === 'object' && note !== null && 'checkViewers' in note;

/** How long Mattermost has to say who may still hear; then they are shut out, and what waited for it goes on. Milliseconds. */
const patience = 5_000;

/**
 * Milliseconds for one try of a call to Mattermost: people wait for it. A connection that is dead without a word (a firewall forgot it) is
 * given up after it; files have it anew with each piece.
 */
const timeout = 10_000;

/** Between looks whether Mattermost answers, in milliseconds. */
const lookAgainAfter = 2_000;

export function createGateway(options: GatewayOptions): Gateway {
	const { mattermost, secret, previousSecrets = [], store } = options;
	if (secret.length < 16) throw new TypeError('createGateway: secret must have at least 16 characters');
	const logger = options.logger ?? pino({ level: 'silent' });
	const metrics = options.metrics ?? new Registry();
	const mm = new Mattermost({ url: mattermost.url, timeout, middleware: [passRequestId] });
	const door = doorTo(mm);
	const admin = adminEntrance(door, mattermost.admin);
	const { redisUrl } = options;
	const topics = redisUrl
		? redisTopics({ url: redisUrl, logger, isBehind: () => upstreams.isBehind })
		: memoryTopics({ logger });
	const throttles = redisUrl ? new RedisThrottles({ url: redisUrl, logger }) : undefined;

	const site = new Site(admin, mattermost.team);
	const people = new People({ admin, privacy: site.privacy });
	const channels = new Channels(admin, site.teamId);
	const access = new Access(channels);
	const messages = new Messages(admin, people);
	const heard = new HeardPosts();
	const lastMessages = new LastMessages(messages, heard);
	const accounts = new Accounts({
		store,
		secrets: [secret, ...previousSecrets],
		door,
		admin,
		signup: options.signup,
		teamId: site.teamId,
		throttles: throttles?.of ?? localThrottles,
		wrongPassword: () => authFailures(metrics).inc({ what: 'password' }),
		openSessions: () => [...engine.viewers()].map(({ sessionId }) => sessionId),
		revoked: (what) => void topics.publish(revocations, { type: 'note', note: what }),
		logger,
		options: options.accounts ?? {},
	});
	const authenticate = (authorization: string) => accounts.authenticate(authorization);
	const gate = new AccessGate(topics, logger);
	const deactivated = (userIds: readonly string[]) => {
		const gone = new Set(userIds);
		engine.disconnect(({ userId }) => gone.has(userId), 'The account is deactivated.');
		upstreams.drop(userIds);
		// Not waited for: what is open is closed, and Mattermost takes their tokens no more.
		accounts.deactivateUsers(userIds).catch((error: unknown) => {
			logger.warn({ err: error, userIds }, 'could not note that users were deactivated');
		});
	};
	const viewerCheck = new ViewerCheck({
		admin,
		userIds: () => [...engine.viewers()].map(({ userId }) => userId),
		deactivated,
		unsure(userIds, error) {
			logger.warn({ err: error }, 'could not look up who was deactivated: subscriptions are ended');
			upstreams.endUnsure(userIds);
		},
		patience,
	});
	const ledger = new ToldLedger(store, logger);
	const upstreams = new Upstreams({
		admin,
		ledger,
		topics,
		people,
		channels,
		access,
		heard,
		site,
		logger,
		metrics,
		limits: options.upstreams ?? {},
		checkViewers: () => void topics.publish(revocations, { type: 'note', note: checkViewers }),
		hold: (until, topic) => gate.hold(until, topic),
		held: () => gate.held,
		deactivated,
		patience,
	});
	const subscriptions = new Subscriptions({ access, messages, upstreams, waiting: (topic) => gate.waiting(topic) });
	const isStaff = async (userId: string) => (await people.get(userId))?.isStaff ?? false;
	const schema = makeSchema({
		access,
		accounts,
		channels,
		isStaff,
		lastMessages,
		messages,
		site,
		subscriptions,
		upstreams,
	});
	const { introspection, origins, persisted, address, limits } = options;
	const engine = createEngine({
		schema,
		authenticate,
		topics: gate,
		logger,
		metrics,
		...(introspection === undefined ? {} : { introspection }),
		...(origins ? { origins } : {}),
		...(persisted ? { persisted } : {}),
		...(address ? { address } : {}),
		...(limits ? { limits } : {}),
	});
	const stopHearing = topics.subscribe(revocations, (entry) => {
		if (entry.type !== 'note') return;
		if (isCheckViewers(entry.note)) {
			access.forgetAll();
			gate.hold(viewerCheck.run());
			return;
		}
		const what = entry.note as Parameters<typeof accounts.forget>[0];
		accounts.forget(what);
		engine.disconnect((viewer) => isOf(viewer, what), 'The session has ended. Please log in again.');
	});

	const transfers = new Transfers();
	let waitingFor = ['mattermost'];
	const closing = new AbortController();
	const look = async () => {
		await makeSureOf(site, mattermost.team);
		waitingFor = [];
	};
	const close = async () => {
		if (closing.signal.aborted) return;
		closing.abort();
		waitingFor = ['closed'];
		const { window, grace } = { window: 800, grace: 800, ...options.drain };
		await Promise.all([engine.drain({ window, grace }), transfers.finish(Date.now() + window + grace)]);
		await engine.close();
		upstreams.close();
		await ledger.close();
		accounts.stop();
		stopHearing();
		await topics[Symbol.asyncDispose]();
		await throttles?.[Symbol.asyncDispose]();
		await mm.close();
	};
	return {
		routes(app) {
			engine.routes(app);
			const tokenRefused = () => authFailures(metrics).inc({ what: 'token' });
			fileRoutes(app, { access, authenticate, tokenRefused, origins, transfers, logger });
		},
		upgrade: (request, socket, head) => engine.upgrade(request, socket, head),
		health: () => ({
			ready: waitingFor.length === 0,
			waitingFor: topics.alone ? [...waitingFor, 'redis'] : waitingFor,
		}),
		metrics,
		async start() {
			await store.migrate('gateway', migrations);
			await accounts.start().catch((error: unknown) => {
				throw error instanceof SealError ? new GatewayStartError(error.message, { cause: error }) : error;
			});
			try {
				await look();
			} catch (error) {
				if (error instanceof GatewayStartError) throw error;
				logger.warn({ err: error }, 'Mattermost does not answer; waiting for it');
				void keepLooking(look, closing.signal, (refusal) => {
					logger.error({ err: refusal }, 'Mattermost is there, but the gateway can not work with it');
					waitingFor = [refusal.message];
				});
			}
		},
		close,
		[Symbol.asyncDispose]: close,
	};
}

function doorTo(mm: Mattermost): MattermostDoor {
	return {
		as: (token) => mm.as(token),
		async login(loginId, password) {
			const { token, user } = await mm.users.login(loginId, password);
			return { token: token.reveal(), userId: user.id };
		},
		async logout(token) {
			await mm.as(token).users.logout();
		},
	};
}

function adminEntrance(door: MattermostDoor, credentials: AdminCredentials): Entrance {
	return new Entrance({
		as: door.as,
		token: 'token' in credentials ? credentials.token : undefined,
		renew: async () => {
			if (!('token' in credentials)) return (await door.login(credentials.loginId, credentials.password)).token;
			throw new GatewayStartError('Mattermost refuses the administrator’s token (MATTERMOST_ADMIN_TOKEN).');
		},
	});
}

/** @throws GatewayStartError when Mattermost answers, and what it says will not change by itself. */
async function makeSureOf(site: Site, team: string): Promise<void> {
	try {
		await Promise.all([site.teamId(), site.privacy()]);
	} catch (error) {
		if (error instanceof RefusedError) throw new GatewayStartError(error.message);
		if (isApiError(error) && [400, 401, 403, 404].includes(error.status ?? 0)) {
			throw new GatewayStartError(
				`Mattermost refuses the administrator or the team "${team}": ${error.message} Check MATTERMOST_ADMIN_* and MATTERMOST_TEAM_IDENTIFIER.`,
			);
		}
		throw error;
	}
}

/** Until it succeeds. Someone may yet mend what Mattermost refuses: that is told, and looked at again. */
async function keepLooking(
	look: () => Promise<void>,
	signal: AbortSignal,
	refused: (error: GatewayStartError) => void,
): Promise<void> {
	while (!signal.aborted) {
		await new Promise((resolve) => setTimeout(resolve, lookAgainAfter).unref());
		try {
			return await look();
		} catch (error) {
			if (error instanceof GatewayStartError) refused(error);
		}
	}
}
