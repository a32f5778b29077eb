// Whether Mattermost can be written to right now. Shared by all slots of a process, so that an outage costs one probe, not one a slot.
import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from '../timing/backoff.ts';

/** Failures in a row, with no answer between them, after which nothing is sent until a probe is answered. */
const failuresToClose = 3;

/**
 * Milliseconds after an answer during which a first failure is no reason to ask whether Mattermost is there: somebody was just told. So
 * failures among many answers cost nothing; but where one or two people wait, three timeouts in a row would take half a minute.
 */
const recently = 1_000;

/** Milliseconds of a pause that is worth saying: a second now and then is a rate limit at work. */
const longPause = 5_000;

/** Milliseconds between two probes at most. */
const longestWait = 5_000;

export const silence = (reason: string) => `Mattermost does not answer: ${reason}`;
export const tokenRefused =
	'Mattermost refuses the bot token (401): check MATTERMOST_BOT_TOKEN, and that neither the token nor the bot is disabled';

export interface GateOptions {
	/** Asks Mattermost something harmless as the bot. @returns why nothing can go out; undefined: it can. */
	readonly probe: (signal: AbortSignal) => Promise<string | undefined>;
	/** Told when it opens after having been closed. */
	readonly opened: () => void;
	/** Told when it closes, and why. */
	readonly closed: (reason: string) => void;
	/** Told when Mattermost wants to be left alone for so many milliseconds, as it said to this process. */
	readonly throttled?: (wait: number) => void;
}

export class Gate {
	readonly #options: GateOptions;
	readonly #ended = new AbortController();
	#failures = 0;
	#answeredAt = Number.NEGATIVE_INFINITY;
	#reason: string | undefined;
	#pausedUntil = 0;
	#isPauseLong = false;
	#probing: Promise<void> | undefined;

	constructor(options: GateOptions) {
		this.#options = options;
	}

	/** What is waited for; undefined: nothing, or a moment. */
	get waitingFor(): string | undefined {
		const left = this.#pausedUntil - performance.now();
		if (this.#reason !== undefined || !this.#isPauseLong || left <= 0) return this.#reason;
		return `Mattermost wants to be left alone (429) for ${Math.ceil(left / 1_000)} s more`;
	}

	/** Milliseconds until something may be sent; Infinity while it is closed (`opened` will tell). */
	get wait(): number {
		if (this.#reason !== undefined) return Number.POSITIVE_INFINITY;
		return Math.max(0, this.#pausedUntil - performance.now());
	}

	/** Mattermost answered, whatever it said. */
	answered(): void {
		this.#failures = 0;
		this.#answeredAt = performance.now();
	}

	/** A call had no clear answer, for this reason. */
	failed(reason: string): void {
		this.#failures++;
		if (this.#failures >= failuresToClose) this.#close(silence(reason));
		else if (performance.now() - this.#answeredAt > recently) this.#probe();
	}

	unauthorized(): void {
		this.#close(tokenRefused);
	}

	/** Closed until Mattermost answers: at the start. Resolves after the first try, whatever it gave. */
	async begin(): Promise<void> {
		this.#reason = silence('not asked yet');
		await this.#tryOnce();
		if (this.#reason === undefined) return;
		this.#options.closed(this.#reason);
		this.#probe();
	}

	throttled(wait: number): void {
		this.answered();
		this.pause(wait);
		this.#options.throttled?.(wait);
	}

	/** Nothing is sent for so many milliseconds. */
	pause(milliseconds: number): void {
		const until = performance.now() + milliseconds;
		if (until <= this.#pausedUntil) return;
		this.#pausedUntil = until;
		this.#isPauseLong = milliseconds >= longPause;
	}

	async end(): Promise<void> {
		this.#ended.abort();
		await this.#probing;
	}

	#close(reason: string): void {
		this.#shut(reason);
		this.#probe();
	}

	#shut(reason: string): void {
		if (this.#reason === undefined) this.#options.closed(reason);
		this.#reason = reason;
	}

	/** Asks until there is an answer, one probe at a time. */
	#probe(): void {
		this.#probing ??= this.#untilAnswered();
	}

	async #untilAnswered(): Promise<void> {
		const { signal } = this.#ended;
		for (let tries = 0; !signal.aborted; tries++) {
			await this.#tryOnce();
			if (this.#reason === undefined) {
				// Not later: who closes it in the same turn of the event loop needs a probe of their own.
				this.#probing = undefined;
				return;
			}
			await delay(Math.min(backoff(tries), longestWait), undefined, { signal }).catch(() => {});
		}
	}

	async #tryOnce(): Promise<void> {
		const { signal } = this.#ended;
		const found = await this.#options.probe(signal);
		if (signal.aborted) return;
		if (found !== undefined) return this.#shut(found);
		this.answered();
		if (this.#reason === undefined) return;
		this.#reason = undefined;
		this.#options.opened();
	}
}
