// The way out: the worker that empties the outbox into Mattermost, what holds it back, and what is heard from there.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Auditor } from './certainty/auditor.ts';
import { LookUps } from './certainty/look-up.ts';
import { Witness } from './certainty/witness.ts';
import { deliver } from './delivering/deliver.ts';
import { Worker } from './delivering/worker.ts';
import type { Bot } from './mattermost/bot.ts';
import { Ears } from './mattermost/ears.ts';
import { Gate } from './mattermost/gate.ts';
import type { Limiter } from './mattermost/limiter.ts';
import { NotificationChannel } from './mattermost/notification-channel.ts';
import { positionStore } from './mattermost/position.ts';
import { SharedPause } from './mattermost/shared-pause.ts';
import { Slots } from './mattermost/slots.ts';
import type { Settings } from './options.ts';
import type { Outbox } from './outbox/outbox.ts';
import { hearDirectMessage } from './people/phases.ts';
import { doubt } from './people/recipients.ts';
import type { Metrics } from './reporting/metrics.ts';
import type { RenderingOptions } from './texts/render.ts';
import { defaultRetry } from './timing/retry.ts';

/** Milliseconds that `start` waits for Mattermost at most. */
const firstAnswer = 2_000;

export interface OutgoingOptions {
	readonly outbox: Outbox;
	readonly bot: Bot;
	/** undefined: as fast as it goes. */
	readonly limiter: Limiter | undefined;
	readonly settings: Settings;
	readonly rendering: () => RenderingOptions;
	readonly newId: () => string;
	/** Told of each delivery that ended. */
	readonly finished: (id: string) => void;
	readonly metrics: Metrics;
	readonly log: Logger;
}

export class Outgoing {
	readonly #options: OutgoingOptions;
	readonly #witness = new Witness();
	readonly #gate: Gate;
	readonly #pause: SharedPause;
	readonly #auditor: Auditor;
	readonly #lookUps: LookUps;
	readonly #worker: Worker;
	readonly #channel: NotificationChannel;
	#ears: Ears | undefined;

	constructor(options: OutgoingOptions) {
		this.#options = options;
		const { outbox, bot, limiter, metrics, log } = options;
		this.#gate = new Gate({
			probe: async (signal) => (await bot.introduce(signal))?.message,
			opened: () => this.#opened(),
			closed: (reason) => log.error({ reason }, 'nothing goes out for now'),
			throttled: (wait) => {
				this.#pause.tell(wait);
				// Could it not be stored, the pause holds all the same, and ends with a burst.
				void limiter?.pause(wait).catch(() => {});
			},
		});
		this.#pause = new SharedPause({ outbox, heard: (wait) => this.#gate.pause(wait), log });
		this.#auditor = new Auditor({
			outbox,
			chat: bot.chat,
			botUserId: bot.userId,
			serverClock: bot.serverClock,
			metrics,
			log,
		});
		this.#lookUps = new LookUps({
			read: bot.chat.page,
			botUserId: bot.userId,
			seen: (posts) => this.#auditor.inspect(posts),
		});
		this.#channel = new NotificationChannel({ id: options.settings.channelId, chat: bot.chat, bot, log });
		this.#worker = this.#createWorker();
	}

	/** In words, what stands in the way. */
	get waitingFor(): string[] {
		const isDeaf = this.attempts >= this.#options.settings.maxReconnectAttempts;
		return [
			this.#worker.waitingFor,
			this.#gate.waitingFor,
			this.#channel.problem,
			isDeaf ? `Mattermost's event stream (${this.attempts} attempts failed: ${this.#ears?.problem})` : undefined,
		].filter((what) => what !== undefined);
	}

	/** The event stream is open. */
	get connected(): boolean {
		return this.#ears?.connected ?? false;
	}

	/** Failed attempts to open the event stream since it was last open. */
	get attempts(): number {
		return this.#ears?.attempts ?? 0;
	}

	/** A Mattermost that answers is worth a moment: then what is wrong is known when this resolves. One that hangs is not waited for. */
	async start(): Promise<void> {
		const looked = this.#gate.begin().then(() => this.#channel.settled());
		await Promise.race([looked, delay(firstAnswer, undefined, { ref: false })]);
		await this.#pause.start();
		await this.#worker.start();
	}

	/** There is new work, for this process and others. */
	announce(): void {
		this.#worker.announce();
	}

	/** The database refused something elsewhere. */
	databaseFailed(error: unknown): void {
		this.#worker.databaseFailed(error);
	}

	/** Looks for second posts, if Mattermost can be asked now. */
	async audit(): Promise<void> {
		if (this.#gate.wait === 0) await this.#auditor.auditDue(this.#lookUps);
	}

	/** Ends what is under way. */
	async end(): Promise<void> {
		await this.#worker.end();
		await this.#pause.end();
		await this.#gate.end();
		await this.#channel.end();
		await this.#ears?.close();
		await this.#auditor.settled();
	}

	#createWorker(): Worker {
		const { outbox, bot, limiter, settings, rendering, metrics, finished, log } = this.#options;
		const { dmPolicy, fallback, slots, postTimeout, quietPeriod, auditDelay } = settings;
		const lease = 3 * postTimeout;
		const context = {
			outbox,
			chat: bot.chat,
			botUserId: bot.userId,
			channel: this.#channel,
			dmPolicy,
			fallback,
			rendering,
			gate: this.#gate,
			slots: new Slots(slots),
			lookUps: this.#lookUps,
			witness: this.#witness,
			serverClock: bot.serverClock,
			metrics,
			postTimeout,
			lease,
			quietPeriod,
			auditDelay,
			retry: { ...defaultRetry, ...settings.retry },
			finished,
		};
		return new Worker({
			store: outbox.store,
			outbox,
			gate: this.#gate,
			limiter,
			hands: 2 * slots,
			lease,
			deliver: (delivery, log) => deliver(context, delivery, log),
			log,
		});
	}

	/** Mattermost answers (again). */
	#opened(): void {
		const { bot, settings, log } = this.#options;
		const configured = settings.mattermost.botUserId;
		if (configured !== undefined && configured !== bot.userId())
			log.warn({ configured, actual: bot.userId() }, 'the bot token belongs to another user than configured');
		this.#ears ??= this.#listen();
		void this.#channel.look();
		this.#worker.wake();
	}

	#listen(): Ears {
		const { outbox, bot, settings, newId, log } = this.#options;
		return new Ears({
			mattermost: bot.mattermost,
			botUserId: bot.userId(),
			reconnectInterval: settings.reconnectInterval,
			position: positionStore(outbox),
			log,
			directMessage: async (message) => {
				const isNew = await hearDirectMessage(outbox, message, { newId, welcome: settings.dmPolicy !== 'never' });
				if (isNew) this.#worker.announce();
			},
			ownPost: (post) => {
				const other = this.#witness.hear(post, bot.userId());
				if (other) this.#auditor.inspect([other, post]);
			},
			doubt: async (userId) => {
				if (userId === undefined || userId === bot.userId()) void this.#channel.look();
				await doubt(outbox.db, userId);
			},
			channelChanged: (id) => {
				if (id === this.#channel.id) void this.#channel.look();
			},
		});
	}
}
