// The faults that are on, and what they mean for a request, a post, an event.
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../ids.ts';
import { checkFault, type Fault, type RequestFault, type StatusFault } from './fault.ts';

export interface ActiveFault {
	readonly id: string;
	readonly fault: Fault;
	/** How often it has struck. */
	readonly hits: number;
	/** Ends it. */
	remove(): void;
}

/** All that befalls one request. */
export interface Plan {
	readonly latency: number;
	readonly status: StatusFault | undefined;
	readonly refuse: boolean;
	readonly dropAnswer: boolean;
	readonly cutBody: boolean;
	readonly bytesPerSecond: number;
}

interface Entry {
	readonly id: string;
	readonly fault: Fault;
	hits: number;
}

const requestFaults = new Set<string>(['latency', 'status', 'refuse', 'drop_answer', 'cut_body', 'slow_body']);
const isRequestFault = (fault: Fault): fault is RequestFault => requestFaults.has(fault.fault);

export class Faults {
	readonly #entries = new Map<string, Entry>();
	readonly #random: () => number;
	/** When the next post may be stored, in milliseconds of `performance.now()`. */
	#nextPost = 0;
	/** The last post of each writer that is on its way. */
	readonly #onTheWay = new Map<string, Promise<void>>();

	/** @param random 0 to 1, for what happens by chance. */
	constructor(random: () => number = Math.random) {
		this.#random = random;
	}

	/** Turns a fault on. @throws EmulatorError for one that is unknown. */
	add(fault: Fault): ActiveFault {
		checkFault(fault);
		const entry: Entry = { id: newId(), fault, hits: 0 };
		this.#entries.set(entry.id, entry);
		return this.#active(entry);
	}

	list(): ActiveFault[] {
		return [...this.#entries.values()].map((entry) => this.#active(entry));
	}

	/** Ends one, or all. */
	clear(id?: string): void {
		if (id === undefined) this.#entries.clear();
		else this.#entries.delete(id);
	}

	#active(entry: Entry): ActiveFault {
		const remove = () => this.clear(entry.id);
		return {
			id: entry.id,
			fault: entry.fault,
			get hits() {
				return entry.hits;
			},
			remove,
		};
	}

	/** @param name the route's, @param path as it was asked for */
	plan(name: string, path: string): Plan | undefined {
		if (this.#entries.size === 0) return undefined;
		let plan: Plan | undefined;
		for (const entry of this.#entries.values()) {
			const { fault } = entry;
			if (!isRequestFault(fault) || !strikes(fault, entry.hits, name, path, this.#random)) continue;
			entry.hits++;
			plan = combined(plan, fault);
		}
		return plan;
	}

	/** undefined: the post may be stored at once. */
	turn(): Promise<void> | undefined {
		const speed = this.#find('speed');
		if (!speed) return undefined;
		const now = performance.now();
		const at = Math.max(this.#nextPost, now);
		this.#nextPost = at + 1000 / speed.posts_per_second;
		// A timer of less than a millisecond takes one: what is due within it goes at once, and the sum stays right.
		return at - now < 1 ? undefined : delay(at - now);
	}

	/** Holds a post that has its create_at back; a writer's posts stay in their order. */
	hold(writerId: string): Promise<void> | undefined {
		const reorder = this.#find('reorder');
		if (!reorder) return undefined;
		const before = this.#onTheWay.get(writerId) ?? Promise.resolve();
		const arrival = Promise.all([before, delay(this.#random() * reorder.milliseconds)]).then(() => {
			if (this.#onTheWay.get(writerId) === arrival) this.#onTheWay.delete(writerId);
		});
		this.#onTheWay.set(writerId, arrival);
		return arrival;
	}

	/** Is the event lost on this connection? `lost` counts what was lost on it already, by fault. */
	losesEvent(username: string, lost: Map<string, number>): boolean {
		for (const entry of this.#entries.values()) {
			const { fault } = entry;
			if (fault.fault !== 'event_gap' || (fault.user !== undefined && fault.user !== username)) continue;
			const before = lost.get(entry.id) ?? 0;
			if (before >= (fault.events ?? 1)) continue;
			lost.set(entry.id, before + 1);
			entry.hits++;
			return true;
		}
		return false;
	}

	/** Nothing is on: events and requests need not ask. */
	get none(): boolean {
		return this.#entries.size === 0;
	}

	#find<Name extends Fault['fault']>(name: Name): Extract<Fault, { fault: Name }> | undefined {
		if (this.#entries.size === 0) return undefined;
		for (const { fault } of this.#entries.values()) {
			if (fault.fault === name) return fault as Extract<Fault, { fault: Name }>;
		}
		return undefined;
	}
}

function strikes(
	{ route, times, share }: RequestFault,
	hits: number,
	name: string,
	path: string,
	random: () => number,
): boolean {
	if (times !== undefined && hits >= times) return false;
	if (route !== undefined && route !== name && !path.startsWith(route)) return false;
	return share === undefined || random() < share;
}

const nothing: Plan = {
	latency: 0,
	status: undefined,
	refuse: false,
	dropAnswer: false,
	cutBody: false,
	bytesPerSecond: Number.POSITIVE_INFINITY,
};

function combined(plan: Plan = nothing, fault: RequestFault): Plan {
	switch (fault.fault) {
		case 'latency':
			return { ...plan, latency: plan.latency + fault.milliseconds };
		case 'status':
			return { ...plan, status: plan.status ?? fault };
		case 'refuse':
			return { ...plan, refuse: true };
		case 'drop_answer':
			return { ...plan, dropAnswer: true };
		case 'cut_body':
			return { ...plan, cutBody: true };
		case 'slow_body':
			return { ...plan, bytesPerSecond: Math.min(plan.bytesPerSecond, fault.bytes_per_second) };
	}
}
