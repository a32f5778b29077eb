// One catch-up after the other, as the connection asks for them: from where, until when, and what is said of the rest.
import { setTimeout as pause } from 'node:timers/promises';
import { type CatchUpPlan, catchUp, onItsWay, resyncEvent } from './catch-up.ts';
import type { EventConnection } from './connection.ts';
import type { ResyncData } from './event-data.ts';
import { type Intake, remembered } from './intake.ts';
import { teamsOf } from './my-channels.ts';
import { Reads } from './reads.ts';
import type { ServerClock } from './server-clock.ts';

export interface RecoveryOptions {
	/** Milliseconds before the last post known to be told from where posts are read again. */
	readonly overlap: number;
	/** Resolves when all that the server sent until now has come in. */
	readonly barrier: () => Promise<void>;
}

const usual = { reason: 'resume-refused' } as const;

export class Recovery {
	readonly #connection: EventConnection;
	readonly #intake: Intake;
	readonly #clock: ServerClock;
	readonly #options: RecoveryOptions;
	#running: AbortController | undefined;
	#last: Promise<unknown> = Promise.resolve();
	/** An object of its own each time: given anew while a catch-up runs, it is that of the next one. */
	#why: { readonly reason: ResyncData['reason'] } = usual;

	constructor(connection: EventConnection, intake: Intake, clock: ServerClock, options: RecoveryOptions) {
		this.#connection = connection;
		this.#intake = intake;
		this.#clock = clock;
		this.#options = options;
	}

	/** Why the next catch-up will be. */
	because(reason: ResyncData['reason']): void {
		this.#why = { reason };
	}

	/** @returns when all is told; false: it was stopped. Rejects when something could not be read. */
	async run(): Promise<boolean> {
		this.stop();
		const running = new AbortController();
		this.#running = running;
		const { signal } = running;
		// What the last run was about to tell when it was stopped is told, or not, before this one looks at what is told.
		const last = this.#last;
		const run = last.then(() => this.#run(signal));
		this.#last = run.catch(() => {});
		try {
			return await run;
		} catch (error) {
			if (signal.aborted) return false;
			throw error;
		}
	}

	async #run(signal: AbortSignal): Promise<boolean> {
		// The pong before which all came that was sent on this connection; what was made before may be missing, not what came after.
		const now = this.#clock.last;
		const { complete } = this.#clock;
		const why = this.#why;
		const from = this.#intake.at;
		const plan = this.#plan(from, now, signal);
		this.#intake.reading(plan.ceiling);
		// Nothing was told before: there is no past to catch up with.
		if (from > 0) {
			const missed = plan.wants.posts ? catchUp(new Reads(this.#connection, signal), plan) : [];
			for await (const made of missed) {
				// Cut here, the next catch-up reads from there, and what came live after `now` is told by neither yet.
				if (!(await this.#intake.make({ ...made, at: Math.min(made.at, now) }, signal))) return false;
			}
			await this.#sayWhatIsMissing(why.reason, from, now, signal);
		}
		if (signal.aborted) return false;
		if (this.#why === why) this.#why = usual;
		this.#intake.reached(complete);
		return true;
	}

	stop(): void {
		this.#running?.abort();
	}

	/** Learns which channels the user is in, to know later which are new. Not knowing it makes a catch-up poorer, not wrong. */
	async learnChannels(signal: AbortSignal): Promise<void> {
		const { wants } = this.#intake;
		if (!wants.memberships && !wants.posts) return;
		const learned = this.#intake.learnChannels();
		learned(
			await new Reads(this.#connection, signal)
				.myChannels()
				.then(teamsOf)
				.catch(() => undefined),
		);
	}

	#plan(from: number, now: number, signal: AbortSignal): CatchUpPlan {
		const { overlap, barrier } = this.#options;
		const { userId, begun = 0, wants, channels: before, memory, ledger } = this.#intake;
		const { lowered, raised } = this.#clock.skew;
		const clockMoved = lowered > 0 || raised > 0;
		return {
			me: userId,
			// What was made in the millisecond in which the stream began may be made after that.
			floor: Math.max(begun - 1, from - overlap) - Math.min(lowered, remembered),
			now,
			ceiling: clockMoved ? Number.POSITIVE_INFINITY : now,
			serverTime: () => this.#clock.at(performance.now()),
			clockMoved,
			barrier,
			settled: async () => {
				await pause(onItsWay, undefined, { signal });
				await barrier();
			},
			heardLive: (id) => this.#intake.cameLive(id),
			heldWithoutEvent: () => this.#intake.heldWithoutEvent(),
			holds: (type, channelId) => this.#intake.holds(type, channelId),
			toldLive: (change) => this.#intake.toldLive(change),
			wants,
			channels: wants.channels,
			before,
			ledger,
			told: (id) => memory.get(id),
		};
	}

	async #sayWhatIsMissing(why: ResyncData['reason'], from: number, to: number, signal: AbortSignal): Promise<void> {
		const say = (reason: ResyncData['reason']) =>
			this.#intake.make({ at: to, body: resyncEvent({ reason, from, to }) }, signal);
		if (this.#clock.skew.lowered > remembered) await say('clock-moved');
		await say(why);
	}
}
