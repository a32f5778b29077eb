// Whether Mattermost can be written to right now. Shared by all slots of a process, so that an outage costs one probe, not one a slot.
import { setTimeout as delay } from 'node:timers/promises';
import { backoff } from '../timing/backoff.ts';

/** Failures in a row, with no answer between them, after which nothing is sent until a probe is answered. */
const failuresToClose = 3;

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
	/** Told when Mattermost wants to be left alone for so many milliseconds. */
	readonly throttled?: (wait: number) => void;
}

export class Gate {
	readonly #options: GateOptions;
	readonly #ended = new AbortController();
	#failures = 0;
	#reason: string | undefined;
	#throttledUntil = 0;
	#probing: Promise<void> | undefined;

	constructor(options: GateOptions) {
		this.#options = options;
	}

	/** What is waited for; undefined: nothing. */
	get waitingFor(): string | undefined {
		return this.#reason;
	}

	/** Milliseconds until something may be sent; Infinity while it is closed (`opened` will tell). */
	get wait(): number {
		if (this.#reason !== undefined) return Number.POSITIVE_INFINITY;
		return Math.max(0, this.#throttledUntil - performance.now());
	}

	/** Mattermost answered, whatever it said. */
	answered(): void {
		this.#failures = 0;
	}

	/** A call had no clear answer, for this reason. */
	failed(reason: string): void {
		if (++this.#failures >= failuresToClose) this.#close(silence(reason));
	}

	unauthorized(): void {
		this.#close(tokenRefused);
	}

	/** Closed until Mattermost answers: at the start. Resolves after the first try, whatever it gave. */
	async begin(): Promise<void> {
		this.#reason = silence('not asked yet');
		await this.#tryOnce();
		if (this.#reason !== undefined) this.#close(this.#reason);
	}

	throttled(wait: number): void {
		this.#failures = 0;
		this.#throttledUntil = Math.max(this.#throttledUntil, performance.now() + wait);
		this.#options.throttled?.(wait);
	}

	async end(): Promise<void> {
		this.#ended.abort();
		await this.#probing;
	}

	#close(reason: string): void {
		if (this.#probing === undefined) this.#options.closed(reason);
		this.#reason = reason;
		this.#probing ??= this.#probe().finally(() => {
			this.#probing = undefined;
		});
	}

	async #probe(): Promise<void> {
		const { signal } = this.#ended;
		for (let tries = 0; !signal.aborted && this.#reason !== undefined; tries++) {
			await this.#tryOnce();
			if (this.#reason !== undefined)
				await delay(Math.min(backoff(tries), longestWait), undefined, { signal }).catch(() => {});
		}
	}

	async #tryOnce(): Promise<void> {
		const { signal } = this.#ended;
		const found = await this.#options.probe(signal);
		if (signal.aborted) return;
		this.#reason = found;
		if (found !== undefined) return;
		this.#failures = 0;
		this.#options.opened();
	}
}
