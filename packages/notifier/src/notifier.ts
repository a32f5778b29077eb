// Puts the parts together: the outbox, the worker that empties it, the ears that hear Mattermost, and the API in front.
import { setTimeout as delay } from 'node:timers/promises';
import { type HttpResponse, isApiError, isHttpError, Mattermost } from '@matterkit/client';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { type BulkRequestInput, parseBulkRequest } from './api/bulk-request.ts';
import {
	parseReplyRequest,
	parseUpdateRequest,
	type ReplyRequestInput,
	type UpdateRequestInput,
} from './api/follow-up-request.ts';
import { type GeneralRequestInput, parseGeneralRequest } from './api/general-request.ts';
import { type Endpoints, routes } from './api/routes.ts';
import { parseSendRequest, type SendRequestInput } from './api/send-request.ts';
import { callerOf, listApiKeys, makeApiKey, revokeApiKey } from './api-keys.ts';
import { Auditor } from './auditor.ts';
import { Calendar } from './calendar.ts';
import { type DeliverContext, deliver } from './deliver.ts';
import { type DeliveryDetails, type DeliveryFilter, findDelivery, listDead, listDeliveries } from './deliveries.ts';
import { deliveryIds } from './delivery-id.ts';
import { Ears } from './ears.ts';
import { MattermostClientError } from './errors/mattermost-client-error.ts';
import { reply, update } from './follow-ups.ts';
import { Gate, type Probe } from './gate.ts';
import { dropExpiredKeys, dropOldDeliveries } from './housekeeping.ts';
import { Limiter } from './limiter.ts';
import { LookUps } from './look-up.ts';
import { type ChatUser, chatOf } from './mattermost.ts';
import { countUnfinished, createMetrics, type Metrics } from './metrics.ts';
import { notifierTables } from './migrations/index.ts';
import { defaults, type NotifierOptions } from './options.ts';
import { cancel } from './outbox/cancel.ts';
import { dropOldDigests, itemsOf } from './outbox/digest.ts';
import { createOutbox } from './outbox/outbox.ts';
import { dropPreferences, preferencesOf, savePreferences } from './outbox/preferences.ts';
import { replay } from './outbox/replay.ts';
import {
	deleteWebhook,
	dropOldMessages,
	findWebhookRow,
	listMessages,
	listWebhookRows,
	replayMessage,
} from './outbox/webhooks.ts';
import { failureOf } from './outcome.ts';
import { Outcomes } from './outcomes.ts';
import { hearDirectMessage } from './phases.ts';
import { positionStore } from './position.ts';
import { doubt } from './recipients.ts';
import { repeating } from './repeating.ts';
import { defaultRetry } from './retry.ts';
import {
	deviceNotification,
	generalNotification,
	type SendContext,
	type SendOptions,
	type SendResult,
	send,
	testNotification,
} from './send.ts';
import { sendMany } from './send-many.ts';
import { ServerClock } from './server-clock.ts';
import { Slots } from './slots.ts';
import { countUsers, listKeys, listUsers, type Status } from './status.ts';
import { loadTemplates } from './templates/files.ts';
import type { RenderingOptions } from './templates/index.ts';
import { Templates } from './templates/registry.ts';
import { WebhookSender } from './webhooks/sender.ts';
import { makeWebhook, messageView, testWebhook, webhookView } from './webhooks/webhooks.ts';
import { Witness } from './witness.ts';
import { Worker } from './worker.ts';

export interface Notifier extends AsyncDisposable {
	/** Adds `/api/notifications/*`. Before `app.ready()`. */
	routes(app: FastifyInstance): void;
	/** Makes the tables and begins to work. A Mattermost that is away is waited for in the background. */
	start(): Promise<void>;
	/** Ends what is under way and goes. Closes neither the store nor the server. */
	close(): Promise<void>;
	health(): { ready: boolean; waitingFor: string[] };
	/**
	 * As POST /api/notifications/send.
	 * @throws RequestError, IdempotencyConflictError
	 */
	send(request: SendRequestInput, options?: SendOptions): Promise<SendResult>;
	/**
	 * As POST /api/notifications: any template.
	 * @throws RequestError, IdempotencyConflictError
	 */
	notify(request: GeneralRequestInput, options?: SendOptions): Promise<SendResult>;
	/**
	 * As POST /api/notifications/bulk: many people, all accepted in one transaction.
	 * @throws RequestError, IdempotencyConflictError
	 */
	notifyMany(request: BulkRequestInput, options?: Pick<SendOptions, 'idempotencyKey'>): Promise<SendResult[]>;
	/**
	 * As POST /api/notifications/{id}/replies: in the thread of an earlier notification.
	 * @throws RequestError, IdempotencyConflictError
	 */
	reply(id: string, request: ReplyRequestInput, options?: SendOptions): Promise<SendResult>;
	/**
	 * As PUT /api/notifications/{id}/content: another text in the place of an earlier notification's.
	 * @throws RequestError, IdempotencyConflictError
	 */
	update(id: string, request: UpdateRequestInput, options?: SendOptions): Promise<SendResult>;
	/** Tells `username` that notifications reach them. */
	sendTest(username: string, options?: Pick<SendOptions, 'wait' | 'signal'>): Promise<SendResult>;
	/** How a notification stands and what happened to it; undefined: there is none with this id, or it is older than the retention. */
	find(id: string): Promise<DeliveryDetails | undefined>;
	/**
	 * Takes a notification back.
	 * @returns false: it was posted, may have been, or is being posted right now; or there is none with this id.
	 */
	cancel(id: string): Promise<boolean>;
	/**
	 * Brings a dead one back, see `retry`.
	 * @returns false: it is not dead.
	 */
	replay(id: string): Promise<boolean>;
	status(): Promise<Status>;
	/** prom-client's registry. */
	readonly metrics: Registry;
	readonly log: Logger;
}

/** Milliseconds that `start` waits for Mattermost at most. */
const firstAnswer = 2_000;

const isPost = ({ method, path }: { method: string; path: unknown }) =>
	method === 'POST' && typeof path === 'string' && /\/posts$/.test(path);

export function createNotifier(options: NotifierOptions): Notifier {
	return new NotificationService(options);
}

class NotificationService implements Notifier {
	readonly metrics: Registry;
	readonly #options: Required<Omit<NotifierOptions, 'logger' | 'metrics' | 'templateFolder' | 'rate'>>;
	readonly #templateFolder: string | undefined;
	readonly log: Logger;
	readonly #serverClock = new ServerClock();
	readonly #witness = new Witness();
	readonly #newId = deliveryIds();
	readonly #mattermost: Mattermost;
	readonly #outbox;
	readonly #chat;
	readonly #counters: Metrics;
	readonly #outcomes: Outcomes;
	readonly #limiter: Limiter | undefined;
	readonly #gate: Gate;
	readonly #auditor: Auditor;
	readonly #lookUps: LookUps;
	readonly #worker: Worker;
	readonly #calendar: Calendar;
	readonly #webhooks: WebhookSender;
	readonly #repeating = new AsyncDisposableStack();
	#templates: Templates;
	#bot: ChatUser | undefined;
	#ears: Ears | undefined;
	#starting: Promise<void> | undefined;
	#closing: Promise<void> | undefined;

	constructor({ logger, metrics = new Registry(), templateFolder, rate, ...options }: NotifierOptions) {
		this.#options = { ...defaults, ...options };
		this.metrics = metrics;
		this.#templateFolder = templateFolder;
		this.#templates = new Templates(this.#options.templates);
		this.log = logger ?? pino({ enabled: false });
		const { store, mattermost, postTimeout, slots } = this.#options;
		this.#mattermost = new Mattermost({
			url: mattermost.url,
			token: mattermost.botToken,
			middleware: [
				(request, next) => {
					// A post was taken from the limit when its delivery was claimed; what else is asked is counted here.
					if (!isPost(request)) this.#limiter?.spend();
					return this.#readClock(next(request));
				},
			],
		});
		this.#outbox = createOutbox(store);
		this.#chat = chatOf(this.#mattermost, postTimeout);
		this.#counters = createMetrics(metrics, this.#outbox);
		this.#outcomes = new Outcomes(this.#outbox);
		this.#limiter = rate && new Limiter(rate, this.#outbox);
		this.#gate = new Gate({
			probe: (signal) => this.#probe(signal),
			opened: () => this.#opened(),
			closed: (reason) => this.log.error({ reason }, 'nothing goes out for now'),
			throttled: (wait) => void this.#limiter?.pause(wait).catch(() => {}),
		});
		this.#auditor = new Auditor({
			outbox: this.#outbox,
			chat: this.#chat,
			botUserId: this.#botUserId,
			metrics: this.#counters,
			log: this.log,
		});
		this.#lookUps = new LookUps({
			read: this.#chat.page,
			botUserId: this.#botUserId,
			seen: (posts) => this.#auditor.inspect(posts),
		});
		const lease = 3 * postTimeout;
		const context = this.#deliverContext(lease);
		this.#worker = new Worker({
			store,
			outbox: this.#outbox,
			gate: this.#gate,
			limiter: this.#limiter,
			hands: 2 * slots,
			lease,
			deliver: (delivery, log) => deliver(context, delivery, log),
			log: this.log,
		});
		this.#webhooks = new WebhookSender({
			outbox: this.#outbox,
			allowPrivate: this.#options.privateWebhooks,
			log: this.log,
		});
		this.#calendar = new Calendar({
			outbox: this.#outbox,
			moved: () => this.#worker.announce(),
			expired: (ids) => {
				this.#counters.expired.inc(ids.length);
				for (const id of ids) this.#finished(id);
			},
			log: this.log,
		});
	}

	routes(app: FastifyInstance): void {
		const endpoints: Endpoints = {
			send: (request, options) => send(this.#sendContext(), deviceNotification(request), options),
			sendGeneral: (request, options) =>
				send(this.#sendContext(), generalNotification(request, this.#newId()), options),
			sendMany: (requests, options) =>
				sendMany(
					this.#sendContext(),
					requests.map((request) => generalNotification(request, this.#newId())),
					options,
				),
			reply: (id, content, options) => reply(this.#sendContext(), id, content, options),
			update: (id, content, options) => update(this.#sendContext(), id, content, options),
			templates: () => this.#templates,
			digestItems: (id) => itemsOf(this.#outbox, id),
			preferences: (username) => preferencesOf(this.#outbox, username),
			savePreferences: (username, preferences) => savePreferences(this.#outbox, username, preferences),
			dropPreferences: (username) => dropPreferences(this.#outbox, username),
			list: (filter, page) => listDeliveries(this.#outbox, filter, page),
			find: (id) => this.find(id),
			cancel: (id) => this.cancel(id),
			replay: (id) => this.replay(id),
			replayMany: (filter, limit) => this.#replayMany(filter, limit),
			makeWebhook: (webhook) => makeWebhook(this.#outbox, webhook, { allowPrivate: this.#options.privateWebhooks }),
			listWebhooks: async () => (await listWebhookRows(this.#outbox)).map(webhookView),
			findWebhook: async (id) => {
				const row = await findWebhookRow(this.#outbox, id);
				return row && webhookView(row);
			},
			deleteWebhook: (id) => deleteWebhook(this.#outbox, id),
			testWebhook: async (id) => {
				const message = await testWebhook(this.#outbox, id);
				this.#webhooks.wake();
				return message;
			},
			listMessages: async (id, page) => (await listMessages(this.#outbox, id, page)).map(messageView),
			replayMessage: async (id, message) => {
				const replayed = await replayMessage(this.#outbox, id, message);
				this.#webhooks.wake();
				return replayed;
			},
			makeKey: (key) => makeApiKey(this.#outbox, key),
			listApiKeys: () => listApiKeys(this.#outbox),
			revokeKey: (id) => revokeApiKey(this.#outbox, id),
			callerOf: (key) => callerOf(this.#outbox, key),
			status: () => this.status(),
			initialize: () => this.#initialize(),
			users: (limit, after) => listUsers(this.#outbox, limit, after),
			keys: (limit, after) => listKeys(this.#outbox, limit, after),
		};
		const { key, appBaseUrl, timeZone } = this.#options;
		routes(app, { key, endpoints, preview: { appBaseUrl, timeZone }, log: this.log });
	}

	start(): Promise<void> {
		this.#starting ??= this.#start().catch((error: unknown) => {
			this.#starting = undefined;
			throw error;
		});
		return this.#starting;
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}

	health(): { ready: boolean; waitingFor: string[] } {
		const { maxReconnectAttempts } = this.#options;
		const isDeaf = this.#ears !== undefined && this.#ears.attempts >= maxReconnectAttempts;
		const waitingFor = [
			this.#starting === undefined ? 'the start' : undefined,
			this.#worker.waitingFor,
			this.#gate.waitingFor,
			isDeaf ? `Mattermost's event stream (${this.#ears?.attempts} attempts failed)` : undefined,
		].filter((what) => what !== undefined);
		return { ready: waitingFor.length === 0, waitingFor };
	}

	send(request: SendRequestInput, options?: SendOptions): Promise<SendResult> {
		return send(this.#sendContext(), deviceNotification(parseSendRequest(request)), options);
	}

	notify(request: GeneralRequestInput, options?: SendOptions): Promise<SendResult> {
		const general = parseGeneralRequest(request, this.#templates);
		return send(this.#sendContext(), generalNotification(general, this.#newId()), options);
	}

	notifyMany(request: BulkRequestInput, options?: Pick<SendOptions, 'idempotencyKey'>): Promise<SendResult[]> {
		const requests = parseBulkRequest(request, this.#templates);
		const notifications = requests.map((one) => generalNotification(one, this.#newId()));
		return sendMany(this.#sendContext(), notifications, options);
	}

	async reply(id: string, request: ReplyRequestInput, options?: SendOptions): Promise<SendResult> {
		return reply(this.#sendContext(), id, parseReplyRequest(request, this.#templates), options);
	}

	async update(id: string, request: UpdateRequestInput, options?: SendOptions): Promise<SendResult> {
		return update(this.#sendContext(), id, parseUpdateRequest(request, this.#templates), options);
	}

	sendTest(username: string, options?: Pick<SendOptions, 'wait' | 'signal'>): Promise<SendResult> {
		return send(
			this.#sendContext(),
			testNotification(username.replace(/^@/, '').toLowerCase(), this.#newId()),
			options,
		);
	}

	find(id: string): Promise<DeliveryDetails | undefined> {
		return findDelivery(this.#outbox, id);
	}

	async cancel(id: string): Promise<boolean> {
		const cancelled = await cancel(this.#outbox, id);
		if (!cancelled) return false;
		this.#counters.cancelled.inc();
		this.#finished(id);
		this.log.info({ delivery: id }, 'cancelled');
		// The next one in its line may have its turn.
		this.#worker.announce();
		return true;
	}

	async replay(id: string): Promise<boolean> {
		const replayed = await replay(this.#outbox, id);
		if (!replayed) return false;
		this.log.info({ delivery: id }, 'replayed');
		this.#webhooks.wake();
		this.#worker.announce();
		return true;
	}

	/** Tells those who wait for it, here and at webhooks. */
	#finished(id: string): void {
		this.#outcomes.finished(id);
		this.#webhooks.wakeSoon();
	}

	async #replayMany(filter: DeliveryFilter, limit: number): Promise<string[]> {
		const replayed: string[] = [];
		for (const id of await listDead(this.#outbox, filter, limit)) if (await this.replay(id)) replayed.push(id);
		return replayed;
	}

	async status(): Promise<Status> {
		const { ready, waitingFor } = this.health();
		return {
			initialized: this.#bot !== undefined,
			connected: this.#ears?.connected ?? false,
			healthy: ready,
			botUserId: this.#bot?.id ?? null,
			...(await countUsers(this.#outbox)),
			deliveries: await countUnfinished(this.#outbox),
			waitingFor,
			reconnectAttempts: this.#ears?.attempts ?? 0,
		};
	}

	readonly #botUserId = () => this.#bot?.id ?? '';

	async #start(): Promise<void> {
		const { store, cleanupInterval, retention, auditDelay } = this.#options;
		if (this.#templateFolder !== undefined)
			this.#templates = new Templates([...this.#options.templates, ...(await loadTemplates(this.#templateFolder))]);
		await store.migrate(notifierTables.room, notifierTables.migrations);
		// A Mattermost that answers is worth a moment: then everything is there when this resolves. One that hangs is not waited for.
		await Promise.race([this.#gate.begin(), delay(firstAnswer, undefined, { ref: false })]);
		await this.#worker.start();
		this.#calendar.wake();
		this.#webhooks.wake();
		this.#repeat(cleanupInterval, 'the clean-up', async () => {
			await dropExpiredKeys(this.#outbox);
			await dropOldDeliveries(this.#outbox, retention);
			await dropOldMessages(this.#outbox, retention);
			await dropOldDigests(this.#outbox);
		});
		this.#repeat(Math.max(1_000, auditDelay / 4), 'the audit', async () => {
			if (this.#gate.wait === 0) await this.#auditor.auditDue(this.#lookUps);
		});
	}

	async #close(): Promise<void> {
		this.#outcomes.close();
		await this.#starting?.catch(() => {});
		await this.#repeating.disposeAsync();
		await this.#calendar.end();
		await this.#webhooks.end();
		await this.#worker.end();
		await this.#gate.end();
		await this.#ears?.close();
		await this.#auditor.settled();
		await this.#mattermost.close();
	}

	#repeat(interval: number, what: string, work: () => Promise<void>): void {
		const failed = (error: unknown) => this.log.warn({ err: error }, `${what} failed; it is tried again later`);
		this.#repeating.use(repeating(interval, work, failed));
	}

	async #initialize(): Promise<Status> {
		await this.start();
		const probe = await this.#askWhoIAm(AbortSignal.timeout(this.#options.postTimeout));
		if (probe instanceof MattermostClientError) throw probe;
		return this.status();
	}

	async #probe(signal: AbortSignal): Promise<Probe> {
		const answer = await this.#askWhoIAm(signal);
		if (!(answer instanceof MattermostClientError)) return 'ok';
		return answer.status === 401 ? 'unauthorized' : 'unavailable';
	}

	async #askWhoIAm(signal: AbortSignal): Promise<ChatUser | MattermostClientError> {
		try {
			this.#bot = await this.#chat.me(signal);
			return this.#bot;
		} catch (error) {
			if (!isHttpError(error)) throw error;
			const failure = failureOf(error);
			const reason = 'reason' in failure ? failure.reason : failure.kind;
			return new MattermostClientError(`Mattermost did not say who the bot is: ${reason}`, {
				status: error.status,
				code: error.code,
				cause: error,
			});
		}
	}

	/** Mattermost answers (again). */
	#opened(): void {
		const { mattermost, reconnectInterval } = this.#options;
		if (mattermost.botUserId !== undefined && mattermost.botUserId !== this.#botUserId())
			this.log.warn(
				{ configured: mattermost.botUserId, actual: this.#botUserId() },
				'the bot token belongs to another user than configured',
			);
		this.#ears ??= new Ears({
			mattermost: this.#mattermost,
			botUserId: this.#botUserId(),
			reconnectInterval,
			position: positionStore(this.#outbox),
			log: this.log,
			directMessage: async (message) => {
				const isNew = await hearDirectMessage(this.#outbox, message, {
					newId: this.#newId,
					welcome: this.#options.dmPolicy !== 'never',
				});
				if (isNew) this.#worker.announce();
			},
			ownPost: (post) => {
				const other = this.#witness.hear(post, this.#botUserId());
				if (other) this.#auditor.inspect([other, post]);
			},
			doubt: (userId) => doubt(this.#outbox.db, userId),
		});
		this.#worker.wake();
	}

	async #readClock(answer: Promise<HttpResponse>): Promise<HttpResponse> {
		const observe = (date: string | string[] | undefined) => {
			if (typeof date === 'string') this.#serverClock.observe(date);
		};
		try {
			const response = await answer;
			observe(response.headers.date);
			return response;
		} catch (error) {
			if (isApiError(error)) observe(error.headers.date);
			throw error;
		}
	}

	#sendContext(): SendContext {
		return {
			outbox: this.#outbox,
			outcomes: this.#outcomes,
			metrics: this.#counters,
			newId: this.#newId,
			window: this.#options.idempotencyWindow,
			announce: (planned) => {
				this.#worker.announce();
				if (planned) this.#calendar.wake();
			},
		};
	}

	#deliverContext(lease: number): DeliverContext {
		const { channelId, dmPolicy, fallback, slots, postTimeout, quietPeriod, auditDelay } = this.#options;
		return {
			outbox: this.#outbox,
			chat: this.#chat,
			botUserId: this.#botUserId,
			channelId,
			dmPolicy,
			fallback,
			rendering: () => this.#rendering(),
			gate: this.#gate,
			slots: new Slots(slots),
			lookUps: this.#lookUps,
			witness: this.#witness,
			serverClock: this.#serverClock,
			metrics: this.#counters,
			postTimeout,
			lease,
			quietPeriod,
			auditDelay,
			retry: { ...defaultRetry, ...this.#options.retry },
			finished: (id) => this.#finished(id),
		};
	}

	#rendering(): RenderingOptions {
		const { appBaseUrl, timeZone } = this.#options;
		return { appBaseUrl, timeZone, templates: this.#templates, locale: undefined };
	}
}
