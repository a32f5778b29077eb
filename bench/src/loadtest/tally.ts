// What arrived where: each message must reach each subscriber once. Pure.

export interface Summary {
	readonly expected: number;
	readonly delivered: number;
	readonly lost: number;
	readonly doubled: number;
	/** Milliseconds from before the sending to the arrival; 0 where nothing arrived. */
	readonly p50: number;
	readonly p90: number;
	readonly p99: number;
	readonly max: number;
}

export class Tally {
	readonly #subscribers: number;
	/** Of each message how often each subscriber got it. */
	readonly #counts: Uint8Array[] = [];
	readonly #sentAt: number[] = [];
	/** Deliveries by latency in whole milliseconds; the last counts all that took longer. */
	readonly #latencies = new Uint32Array(60_001);
	#max = 0;

	constructor(subscribers: number) {
		this.#subscribers = subscribers;
	}

	/** Gives the number that the message must carry. @param now milliseconds */
	send(now: number): number {
		this.#counts.push(new Uint8Array(this.#subscribers));
		return this.#sentAt.push(now) - 1;
	}

	/** The message was refused: nobody is to get it. */
	withdraw(message: number): void {
		this.#sentAt[message] = Number.NaN;
	}

	arrive(message: number, subscriber: number, now: number): void {
		const counts = this.#counts[message];
		const sentAt = this.#sentAt[message];
		if (!counts || sentAt === undefined) return;
		const count = (counts[subscriber] ?? 0) + 1;
		counts[subscriber] = Math.min(count, 255);
		if (count > 1 || Number.isNaN(sentAt)) return;
		const latency = now - sentAt;
		this.#max = Math.max(this.#max, latency);
		const slot = Math.min(Math.max(Math.floor(latency), 0), this.#latencies.length - 1);
		this.#latencies[slot] = (this.#latencies[slot] ?? 0) + 1;
	}

	/** Whether every message that was sent has reached every subscriber. */
	get complete(): boolean {
		return this.summary().lost === 0;
	}

	summary(): Summary {
		let expected = 0;
		let delivered = 0;
		let doubled = 0;
		for (const [message, counts] of this.#counts.entries()) {
			if (Number.isNaN(this.#sentAt[message])) continue;
			expected += counts.length;
			for (const count of counts) {
				if (count > 0) delivered++;
				if (count > 1) doubled += count - 1;
			}
		}
		const percentile = (part: number) => this.#percentile(part);
		return {
			expected,
			delivered,
			lost: expected - delivered,
			doubled,
			p50: percentile(0.5),
			p90: percentile(0.9),
			p99: percentile(0.99),
			max: Math.round(this.#max * 10) / 10,
		};
	}

	/** Rows of a histogram, each twice as wide as the one before: from, to (milliseconds), deliveries. */
	histogram(): { from: number; to: number; count: number }[] {
		const rows: { from: number; to: number; count: number }[] = [];
		for (let from = 0, to = 1; from < this.#latencies.length; from = to, to *= 2) {
			const count = this.#latencies.subarray(from, to).reduce((sum, each) => sum + each, 0);
			rows.push({ from, to, count });
		}
		const first = rows.findIndex(({ count }) => count > 0);
		const last = rows.findLastIndex(({ count }) => count > 0);
		return first < 0 ? [] : rows.slice(first, last + 1);
	}

	/** Upper end of the millisecond in which that part of the deliveries was done. */
	#percentile(part: number): number {
		const total = this.#latencies.reduce((sum, each) => sum + each, 0);
		let seen = 0;
		for (const [latency, count] of this.#latencies.entries()) {
			seen += count;
			if (seen > 0 && seen >= total * part) return latency + 1;
		}
		return 0;
	}
}
