// Whether the other side is still there: pings, and what counts as an answer. Without I/O, like the machine that it belongs to.
import type { Effect, MachineOptions } from './machine-inputs.ts';

/** Milliseconds of the caller's monotonic clock throughout. */
export class Heartbeat {
	readonly #options: Pick<MachineOptions, 'heartbeat' | 'deadline' | 'touch'>;
	readonly #random: () => number;
	#heard = 0;
	#ping: number | undefined;
	#pong: number | undefined;
	#touch: number | undefined;

	constructor(options: Pick<MachineOptions, 'heartbeat' | 'deadline' | 'touch'>, random: () => number) {
		this.#options = options;
		this.#random = random;
	}

	/** When it has something to do, if it is not stopped before; undefined: never. */
	get wakeAt(): number | undefined {
		return earliest([this.#ping, this.#pong, this.#touch]);
	}

	/** The connection stands. */
	start(now: number): void {
		this.#heard = now;
		this.#ping = now + this.#pause(this.#options.heartbeat);
		this.#touch = now + this.#pause(this.#options.touch);
	}

	stop(): void {
		this.#ping = undefined;
		this.#pong = undefined;
		this.#touch = undefined;
	}

	/** Something came in. */
	alive(now: number): void {
		this.#heard = now;
	}

	/** A ping was sent out of turn. */
	asked(now: number): void {
		this.#pong ??= now + this.#options.deadline;
	}

	/** A ping was answered. */
	answered(now: number): void {
		this.#heard = now;
		this.#pong = undefined;
	}

	/** Was a ping not answered in time? Anything heard since is a sign of life: a busy server may answer late. */
	isDead(now: number): boolean {
		if (this.#pong === undefined || this.#pong > now) return false;
		if (now - this.#heard >= this.#options.deadline) return true;
		this.#pong = this.#heard + this.#options.deadline;
		return false;
	}

	/** What is to be done now. */
	*due(now: number): Generator<Effect> {
		if (this.#ping !== undefined && this.#ping <= now) {
			this.#ping = now + this.#pause(this.#options.heartbeat);
			// One that is still unanswered keeps its time: pings may come faster than that.
			this.#pong ??= now + this.#options.deadline;
			yield { do: 'ping' };
		}
		if (this.#touch !== undefined && this.#touch <= now) {
			this.#touch = now + this.#pause(this.#options.touch);
			yield { do: 'probe' };
		}
	}

	/** A little less than `longest`, so that streams opened together do not go on in step. */
	#pause(longest: number): number {
		return longest * (1 - 0.15 * this.#random());
	}
}

export function earliest(times: Iterable<number | undefined>): number | undefined {
	let at: number | undefined;
	for (const time of times) if (time !== undefined && (at === undefined || time < at)) at = time;
	return at;
}
