/** Less is no clock that was set: two clocks drift apart while nothing is heard, or a program is away. Milliseconds. */
const drift = 200;

/** Posts carry the server's clock, which may be set while they are missed: how far their times may be off. Milliseconds. */
export interface Skew {
	/** What was made lately may look this much older than what was made before. */
	readonly lowered: number;
	/** What was made before may look this much younger than now. */
	readonly raised: number;
}

/** How a clock was set since a moment. */
class Shift {
	#now = 0;
	#lowest = 0;
	#highest = 0;

	add(by: number): void {
		this.#now += by;
		this.#lowest = Math.min(this.#lowest, this.#now);
		this.#highest = Math.max(this.#highest, this.#now);
	}

	get skew(): Skew {
		return { lowered: 0 - this.#lowest, raised: this.#highest - this.#now };
	}
}

/**
 * What the server's clock shows, by what it said last, and how it was set. All in milliseconds; `mono` is a clock of ours that
 * is never set.
 */
export class ServerClock {
	#server = 0;
	/** How far ours is behind the server's: at least, and at most. Between them lies the time that the answer took. */
	#least = Number.NEGATIVE_INFINITY;
	#most = Number.NEGATIVE_INFINITY;
	#within = 0;
	#shift = new Shift();
	#setForward = 0;

	/** Asked at `sent`, the server said what time it is; that came at `received`. */
	heard(server: number, sent: number, received: number): void {
		const [least, most] = [server - received, server - sent];
		this.#setForward = 0;
		// A slow answer looks like a clock that was set a little: it was only if no time on the way explains it.
		if (this.#server > 0) {
			if (most < this.#least - drift) this.#set(Math.floor(least - this.#most));
			if (least > this.#most + drift) this.#set(Math.ceil(most - this.#least));
		}
		this.#server = server;
		this.#least = least;
		this.#most = most;
		this.#within = Math.ceil((most - least) / 2);
	}

	/** By how much the server's clock is ahead of the machine's, or was at most: what is left of the knowledge after a restart. */
	ahead(mono: number, wall: number): number {
		return this.at(mono) + this.skew.raised - wall;
	}

	/** `ahead` may be off by this much, since the last answer took so long. */
	get within(): number {
		return this.#within;
	}

	/** Goes on with what a stream of before a restart knew. */
	restore(ahead: number, mono: number, wall: number, within = 0): void {
		this.#server = Math.round(wall + ahead);
		this.#within = within;
		this.#least = this.#server - mono - drift - within;
		this.#most = this.#server - mono + drift + within;
	}

	/** What the server said last; 0 as long as it said nothing. */
	get last(): number {
		return this.#server;
	}

	/**
	 * Before this, everything has come that was sent before the server said its time. A clock set forward just before may have
	 * left an event on its way whose post bears the old time.
	 */
	get complete(): number {
		return this.#server - this.#setForward;
	}

	/** The server's time now, about; 0 as long as it said nothing. */
	at(mono: number): number {
		return this.#server === 0 ? 0 : Math.round(mono + (this.#least + this.#most) / 2);
	}

	/** How it was set since `forgive`. */
	get skew(): Skew {
		return this.#shift.skew;
	}

	/** All that it said a time of is dealt with: how it was set no longer matters. @returns how it was */
	forgive(): Skew {
		const { skew } = this;
		this.#shift = new Shift();
		return skew;
	}

	#set(by: number): void {
		this.#shift.add(by);
		this.#setForward = Math.max(0, by);
	}
}
