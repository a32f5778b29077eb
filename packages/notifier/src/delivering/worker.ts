// Free-running: whenever one delivery ends the next one is taken. A batch would wait for its slowest (400 deliveries were not drained in
// 220 s by batches of 4; 300 in 85 s by 10 slots, under the same faults).
import type { Store } from '@matterkit/store';
import type { Logger } from 'pino';
import type { Gate } from '../mattermost/gate.ts';
import type { Limiter } from '../mattermost/limiter.ts';
import { claim, type Delivery, endForeignLeases, untilNextDue } from '../outbox/claim.ts';
import { ClockWatch, forgetLaterTimes, wasSetBack } from '../outbox/clock-set-back.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { letGo } from '../outbox/transitions.ts';
import { writeSomething } from '../outbox/write-something.ts';

/** What the store calls those who wait for work. */
const wakeChannel = 'matterkit_notifier_work';

/** Milliseconds for which nothing is tried after the database failed. */
const pause = 1_000;

/** Milliseconds after which the table is looked at though nobody called: a wake may be lost while the database is away. */
const poll = 2_000;

/** Milliseconds after which it looks for what became due while deliveries are in hand. */
const glance = 100;

export interface WorkerOptions {
	readonly store: Store;
	readonly outbox: Outbox;
	readonly gate: Gate;
	/** undefined: as fast as it goes. */
	readonly limiter: Limiter | undefined;
	/** Deliveries in hand at once. More than there are slots for calls to Mattermost: the others are being prepared and finished meanwhile. */
	readonly hands: number;
	/** Milliseconds of a lease. */
	readonly lease: number;
	readonly deliver: (delivery: Delivery, log: Logger) => Promise<void>;
	readonly log: Logger;
}

export class Worker {
	readonly #options: WorkerOptions;
	readonly #running = new Map<string, Promise<void>>();
	#listening: AsyncDisposable | undefined;
	#timer: NodeJS.Timeout | undefined;
	#filling: Promise<void> | undefined;
	#called = false;
	#ended = false;
	readonly #clock = new ClockWatch();
	#databaseTrouble: string | undefined;
	#pausedUntil = 0;
	/** What was given up when the database failed, and can't be said there before it is back. */
	readonly #dropped = new Map<string, Delivery>();
	#announcing: Promise<void> | undefined;
	#announceAgain = false;

	constructor(options: WorkerOptions) {
		this.#options = options;
	}

	/** Why no work is taken, when it is the database's fault. */
	get waitingFor(): string | undefined {
		return this.#databaseTrouble;
	}

	async start(): Promise<void> {
		const { store, outbox } = this.#options;
		await endForeignLeases(outbox);
		if (store.kind === 'sqlite' && (await wasSetBack(outbox))) await forgetLaterTimes(outbox, 0);
		this.#listening = await store.listen(wakeChannel, () => this.wake());
		this.wake();
	}

	/** Looks for work now. */
	wake(): void {
		this.#called = true;
		this.#filling ??= this.#fill().finally(() => {
			this.#filling = undefined;
			if (this.#called && !this.#ended) this.wake();
		});
	}

	/** There is new work: tells this worker, and those of other processes. Calls while one is under way become one more. */
	announce(): void {
		this.wake();
		if (this.#options.store.kind === 'sqlite') return;
		this.#announceAgain = true;
		this.#announcing ??= this.#announce().finally(() => {
			this.#announcing = undefined;
		});
	}

	/** It refused something elsewhere: it is tried whether it takes anything at all. */
	databaseFailed(error: unknown): void {
		this.#trouble(error);
		this.wake();
	}

	/** Takes nothing more, and waits for what is under way. */
	async end(): Promise<void> {
		this.#ended = true;
		clearTimeout(this.#timer);
		await this.#listening?.[Symbol.asyncDispose]();
		await this.#filling;
		await this.#announcing;
		await Promise.all(this.#running.values());
	}

	async #announce(): Promise<void> {
		while (this.#announceAgain) {
			this.#announceAgain = false;
			// Unheard, they find it at their next poll.
			await this.#options.store.notify(wakeChannel).catch(() => {});
		}
	}

	async #fill(): Promise<void> {
		const { outbox, gate, limiter, hands, lease, log } = this.#options;
		clearTimeout(this.#timer);
		const paused = this.#pausedUntil - performance.now();
		if (paused > 0) {
			this.#called = false;
			return this.#sleepFor(paused);
		}
		try {
			if (this.#databaseTrouble !== undefined) await writeSomething(outbox);
			await this.#letGo();
			await this.#watchClock();
			while (this.#called && !this.#ended) {
				this.#called = false;
				const free = hands - this.#running.size;
				if (free === 0 || gate.wait > 0) break;
				const count = limiter ? await limiter.take(free) : free;
				if (count === 0) break;
				const held = [...this.#running.keys()];
				const claimed = await claim(outbox, { count, lease, held });
				for (const delivery of claimed) this.#run(delivery);
				// Fewer than asked for: there are no more.
				if (claimed.length === count) this.#called = true;
				if (limiter && claimed.length < count) await limiter.giveBack(count - claimed.length);
			}
			await this.#sleep();
			if (this.#databaseTrouble !== undefined) log.info('the database answers again');
			this.#databaseTrouble = undefined;
		} catch (error) {
			this.#failed(error);
		}
	}

	async #letGo(): Promise<void> {
		for (const delivery of this.#dropped.values()) {
			await letGo(this.#options.outbox, delivery);
			this.#dropped.delete(delivery.id);
		}
	}

	async #watchClock(): Promise<void> {
		const { store, outbox, log } = this.#options;
		const within = this.#clock.setBackWithin();
		if (within === undefined || store.kind !== 'sqlite') return;
		log.warn("this machine's clock was set back: what is in line is tried now");
		// Should it fail, it is still to be done when the database is back.
		await forgetLaterTimes(outbox, within);
		this.#clock.accept();
	}

	/** Until a delivery is due, a lease of another process ends, or the throttle is over. Who is done wakes by itself. */
	async #sleep(): Promise<void> {
		const { outbox, gate, limiter, hands } = this.#options;
		if (this.#called || this.#ended) return;
		if (!Number.isFinite(gate.wait) || this.#running.size === hands) return this.#sleepFor(poll);
		const wait = Math.max(gate.wait, limiter?.wait ?? 0);
		if (wait > 0) return this.#sleepFor(Math.min(poll, wait));
		// Who is done wakes it, most likely before that: it is not worth a statement each time to know when the next one is due.
		if (this.#running.size > 0) return this.#sleepFor(glance);
		this.#sleepFor(Math.min(poll, (await untilNextDue(outbox)) ?? poll));
	}

	#sleepFor(wait: number): void {
		if (this.#ended) return;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.wake(), Math.max(1, Math.ceil(wait)));
	}

	#run(delivery: Delivery): void {
		const { deliver, log } = this.#options;
		const running = deliver(delivery, log.child({ delivery: delivery.id }))
			.catch((error: unknown) => {
				this.#dropped.set(delivery.id, delivery);
				this.#failed(error);
			})
			.finally(() => {
				this.#running.delete(delivery.id);
				this.wake();
			});
		this.#running.set(delivery.id, running);
	}

	#failed(error: unknown): void {
		if (this.#ended) return;
		this.#trouble(error);
		this.#pausedUntil = performance.now() + pause;
		this.#sleepFor(pause);
	}

	#trouble(error: unknown): void {
		const reason = error instanceof Error ? error.message : String(error);
		if (this.#databaseTrouble === undefined) this.#options.log.error({ err: error }, 'the database failed');
		this.#databaseTrouble = `the database (${reason})`;
	}
}
