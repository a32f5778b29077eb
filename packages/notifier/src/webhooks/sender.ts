// Hands messages to webhooks: each at least once, in no order, tried again over a day.
import type { Logger } from 'pino';
import type { Outbox } from '../outbox/outbox.ts';
import { type ClaimedMessage, claimMessages, finishTry, untilNextMessage } from '../outbox/webhook-messages.ts';
import { disableWebhook } from '../outbox/webhooks.ts';
import { postWebhook } from './post.ts';
import { nextStep } from './schedule.ts';
import { sign } from './signature.ts';

/** Tries at once. */
const slots = 8;

/** Milliseconds for one try; a lease is three times as long. */
const timeout = 10_000;

/** Milliseconds after which the table is looked at though nobody called: another process may have written and died. */
const poll = 2_000;

/** Milliseconds within which what many deliveries bring is looked for once: most services have no webhook, and each look is a query. */
const soon = 100;

export interface SenderOptions {
	readonly outbox: Outbox;
	readonly allowPrivate: boolean;
	readonly log: Logger;
}

export class WebhookSender {
	readonly #options: SenderOptions;
	readonly #ended = new AbortController();
	readonly #running = new Set<Promise<void>>();
	#filling: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#soon: NodeJS.Timeout | undefined;
	#called = false;

	constructor(options: SenderOptions) {
		this.#options = options;
	}

	/** There may be something to send. */
	wake(): void {
		if (this.#ended.signal.aborted) return;
		this.#called = true;
		clearTimeout(this.#timer);
		this.#filling ??= this.#fill().finally(() => {
			this.#filling = undefined;
			if (this.#called) this.wake();
		});
	}

	/** As `wake`, a moment later. */
	wakeSoon(): void {
		if (this.#ended.signal.aborted) return;
		this.#soon ??= setTimeout(() => {
			this.#soon = undefined;
			this.wake();
		}, soon);
	}

	/** Aborts what is under way: it is sent again, by this service or another. */
	async end(): Promise<void> {
		this.#ended.abort();
		clearTimeout(this.#timer);
		clearTimeout(this.#soon);
		await this.#filling;
		await Promise.all(this.#running);
	}

	async #fill(): Promise<void> {
		const { outbox, log } = this.#options;
		let wait = poll;
		try {
			while (this.#called && !this.#ended.signal.aborted) {
				this.#called = false;
				const free = slots - this.#running.size;
				if (free === 0) break;
				const messages = await claimMessages(outbox, free, 3 * timeout);
				for (const message of messages) this.#run(message);
				this.#called ||= messages.length > 0;
			}
			if (this.#running.size < slots) wait = Math.min(poll, (await untilNextMessage(outbox)) ?? poll);
		} catch (error) {
			log.warn({ err: error }, 'what is to be told to webhooks could not be read; it is tried again');
		}
		if (!this.#ended.signal.aborted) this.#timer = setTimeout(() => this.wake(), Math.max(50, Math.ceil(wait)));
	}

	#run(message: ClaimedMessage): void {
		const running = this.#send(message)
			// The row keeps its lease, and is taken up again when that ends.
			.catch((error: unknown) => this.#options.log.warn({ err: error }, 'what a webhook answered could not be stored'))
			.finally(() => {
				this.#running.delete(running);
				this.wake();
			});
		this.#running.add(running);
	}

	async #send(message: ClaimedMessage): Promise<void> {
		const { outbox, allowPrivate, log } = this.#options;
		const { id, body, secret, url, attempts, webhook_id } = message;
		const { signal } = this.#ended;
		const headers = { ...sign(secret, { id, body, now: Date.now() }) };
		const outcome = await postWebhook({ url, body, headers, timeout, allowPrivate, signal });
		if (signal.aborted && outcome.status === undefined)
			return finishTry(outbox, message, { state: 'pending', error: 'the service was ended' });
		const { status, error } = outcome;
		const step = nextStep(outcome, attempts);
		// Never the address: it may hold a secret.
		log.info({ webhook: webhook_id, message: id, status, error, step: step.kind }, 'webhook');
		switch (step.kind) {
			case 'delivered':
				return finishTry(outbox, message, { state: 'delivered', status });
			case 'again':
				return finishTry(outbox, message, { state: 'pending', wait: step.wait, status, error });
			case 'dead':
				return finishTry(outbox, message, { state: 'dead', status, error });
			case 'gone':
				await finishTry(outbox, message, { state: 'dead', status });
				return disableWebhook(outbox, webhook_id);
			default:
				throw new Error(`bug: unknown step ${step satisfies never}`);
		}
	}
}
