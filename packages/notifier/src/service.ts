// Puts the parts together: what comes in by the API, the outbox, the way out to Mattermost, and the clocks beside them.
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { deliveryIds } from './accepting/delivery-id.ts';
import { reply, update } from './accepting/follow-ups.ts';
import {
	deviceNotification,
	generalNotification,
	IdempotencyConflictError,
	type SendContext,
	type SendOptions,
	type SendResult,
	send,
	testNotification,
} from './accepting/send.ts';
import { sendMany } from './accepting/send-many.ts';
import { routes } from './api/routes.ts';
import { Calendar } from './delivering/calendar.ts';
import { isBug } from './errors/bug.ts';
import { RequestError } from './errors/request-error.ts';
import { Bot } from './mattermost/bot.ts';
import { Limiter } from './mattermost/limiter.ts';
import { notifierTables } from './migrations/index.ts';
import type { Notifier } from './notifier.ts';
import { type NotifierOptions, type Settings, settingsOf } from './options.ts';
import { cancel } from './outbox/cancel.ts';
import { cleanUp } from './outbox/housekeeping.ts';
import { createOutbox, type Outbox } from './outbox/outbox.ts';
import { replay } from './outbox/replay.ts';
import { Outgoing } from './outgoing.ts';
import { believeOnly } from './people/recipients.ts';
import { type DeliveryDetails, findDelivery } from './reporting/deliveries.ts';
import { countUnfinished, createMetrics, type Metrics } from './reporting/metrics.ts';
import { Outcomes } from './reporting/outcomes.ts';
import { countUsers, type Status } from './reporting/status.ts';
import { type BulkRequestInput, parseBulkRequest } from './requests/bulk-request.ts';
import {
	parseReplyRequest,
	parseUpdateRequest,
	type ReplyRequestInput,
	type UpdateRequestInput,
} from './requests/follow-up-request.ts';
import { type GeneralRequestInput, parseGeneralRequest } from './requests/general-request.ts';
import { parseSendRequest, type SendRequestInput } from './requests/send-request.ts';
import { parseUsername } from './requests/username.ts';
import { loadTemplates } from './templates/files.ts';
import { Templates } from './templates/registry.ts';
import { repeating } from './timing/repeating.ts';
import { WebhookSender } from './webhooks/sender.ts';

export function createNotifier(options: NotifierOptions): Notifier {
	return new NotificationService(options);
}

class NotificationService implements Notifier {
	readonly log: Logger;
	readonly metrics: Registry;
	readonly #settings: Settings;
	readonly #outbox: Outbox;
	readonly #counters: Metrics;
	readonly #outcomes: Outcomes;
	readonly #bot: Bot;
	readonly #outgoing: Outgoing;
	readonly #calendar: Calendar;
	readonly #webhooks: WebhookSender;
	readonly #sending: SendContext;
	readonly #repeating = new AsyncDisposableStack();
	#templates: Templates;
	#starting: Promise<void> | undefined;
	#closing: Promise<void> | undefined;

	constructor(options: NotifierOptions) {
		const settings = settingsOf(options);
		const { store, mattermost, appBaseUrl, timeZone, rate } = settings;
		const log = settings.logger ?? pino({ enabled: false });
		const outbox = createOutbox(store);
		const newId = deliveryIds();
		this.log = log;
		this.metrics = settings.metrics ?? new Registry();
		this.#settings = settings;
		this.#templates = new Templates(settings.templates);
		this.#outbox = outbox;
		this.#counters = createMetrics(this.metrics, outbox);
		this.#outcomes = new Outcomes(outbox);
		const limiter = rate && new Limiter(rate, outbox);
		this.#bot = new Bot({
			url: mattermost.url,
			token: mattermost.botToken,
			timeout: settings.postTimeout,
			// A post was taken from the limit when its delivery was claimed; what else is asked is counted here.
			asks: () => limiter?.spend(),
		});
		this.#outgoing = new Outgoing({
			outbox,
			bot: this.#bot,
			limiter,
			settings,
			rendering: () => ({ appBaseUrl, timeZone, templates: this.#templates, locale: undefined }),
			newId,
			finished: (id) => this.#finished(id),
			metrics: this.#counters,
			log,
		});
		this.#webhooks = new WebhookSender({ outbox, allowPrivate: settings.privateWebhooks, log });
		this.#calendar = new Calendar({
			outbox,
			moved: () => this.#outgoing.announce(),
			expired: (ids) => {
				this.#counters.expired.inc(ids.length);
				for (const id of ids) this.#finished(id);
			},
			log,
		});
		this.#sending = {
			outbox,
			outcomes: this.#outcomes,
			metrics: this.#counters,
			log,
			newId,
			window: settings.idempotencyWindow,
			announce: (planned) => {
				this.#outgoing.announce();
				if (planned) this.#calendar.wake();
			},
		};
	}

	routes(app: FastifyInstance): void {
		const { key, appBaseUrl, timeZone, privateWebhooks } = this.#settings;
		routes(app, {
			key,
			notifier: this,
			outbox: this.#outbox,
			initialize: () => this.#initialize(),
			templates: () => this.#templates,
			appBaseUrl,
			timeZone,
			privateWebhooks,
			preferencesChanged: () => this.#sending.announce(true),
			wakeWebhooks: () => this.#webhooks.wake(),
		});
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
		const waitingFor = [...(this.#starting === undefined ? ['the start'] : []), ...this.#outgoing.waitingFor];
		return { ready: waitingFor.length === 0, waitingFor };
	}

	async send(request: SendRequestInput, options?: SendOptions): Promise<SendResult> {
		return this.#stored(send(this.#sending, deviceNotification(parseSendRequest(request)), options));
	}

	async notify(request: GeneralRequestInput, options?: SendOptions): Promise<SendResult> {
		const general = parseGeneralRequest(request, this.#templates);
		return this.#stored(send(this.#sending, generalNotification(general, this.#sending.newId()), options));
	}

	async notifyMany(request: BulkRequestInput, options?: Pick<SendOptions, 'idempotencyKey'>): Promise<SendResult[]> {
		const requests = parseBulkRequest(request, this.#templates);
		const notifications = requests.map((one) => generalNotification(one, this.#sending.newId()));
		return this.#stored(sendMany(this.#sending, notifications, options));
	}

	async reply(id: string, request: ReplyRequestInput, options?: SendOptions): Promise<SendResult> {
		return this.#stored(reply(this.#sending, id, parseReplyRequest(request, this.#templates), options));
	}

	async update(id: string, request: UpdateRequestInput, options?: SendOptions): Promise<SendResult> {
		return this.#stored(update(this.#sending, id, parseUpdateRequest(request, this.#templates), options));
	}

	async sendTest(username: string, options?: Pick<SendOptions, 'wait' | 'signal'>): Promise<SendResult> {
		return this.#stored(send(this.#sending, testNotification(parseUsername(username), this.#sending.newId()), options));
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
		this.#outgoing.announce();
		return true;
	}

	async replay(id: string): Promise<boolean> {
		const replayed = await replay(this.#outbox, id);
		if (!replayed) return false;
		this.log.info({ delivery: id }, 'replayed');
		this.#webhooks.wake();
		this.#outgoing.announce();
		return true;
	}

	async status(): Promise<Status> {
		const { ready, waitingFor } = this.health();
		return {
			initialized: this.#bot.isKnown,
			connected: this.#outgoing.connected,
			healthy: ready,
			botUserId: this.#bot.isKnown ? this.#bot.userId() : null,
			...(await countUsers(this.#outbox)),
			deliveries: await countUnfinished(this.#outbox),
			waitingFor,
			reconnectAttempts: this.#outgoing.attempts,
		};
	}

	async #start(): Promise<void> {
		const { store, mattermost, channelId, templates, templateFolder, cleanupInterval, auditDelay } = this.#settings;
		// A repeat is told how the first one went.
		const retention = Math.max(this.#settings.retention, this.#settings.idempotencyWindow);
		if (templateFolder !== undefined)
			this.#templates = new Templates([...templates, ...(await loadTemplates(templateFolder))]);
		await store.migrate(notifierTables.room, notifierTables.migrations);
		await believeOnly(this.#outbox, { url: mattermost.url, channelId });
		await this.#outgoing.start();
		this.#calendar.wake();
		this.#webhooks.wake();
		this.#repeat(cleanupInterval, 'the clean-up', () => cleanUp(this.#outbox, retention));
		this.#repeat(Math.max(1_000, auditDelay / 4), 'the audit', () => this.#outgoing.audit());
	}

	async #close(): Promise<void> {
		this.#outcomes.close();
		await this.#starting?.catch(() => {});
		await this.#repeating.disposeAsync();
		await this.#calendar.end();
		await this.#webhooks.end();
		await this.#outgoing.end();
		await this.#bot.close();
	}

	#repeat(interval: number, what: string, work: () => Promise<void>): void {
		const failed = (error: unknown) => this.log.warn({ err: error }, `${what} failed; it is tried again later`);
		this.#repeating.use(repeating(interval, work, failed));
	}

	async #initialize(): Promise<Status> {
		await this.start();
		const error = await this.#bot.introduce(AbortSignal.timeout(this.#settings.postTimeout));
		if (error) throw error;
		return this.status();
	}

	/** What can't be stored is the database's fault: then `health` says so, though nothing else is to be done there. */
	async #stored<T>(accepting: Promise<T>): Promise<T> {
		try {
			return await accepting;
		} catch (error) {
			const isCallers = error instanceof RequestError || error instanceof IdempotencyConflictError;
			if (!isCallers && !isBug(error)) this.#outgoing.databaseFailed(error);
			throw error;
		}
	}

	/** Tells those who wait for it, here and at webhooks. */
	#finished(id: string): void {
		this.#outcomes.finished(id);
		this.#webhooks.wakeSoon();
	}
}
