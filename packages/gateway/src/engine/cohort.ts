import type { GraphQLFormattedError } from 'graphql';
import type { Caller } from './context.ts';
import type { Variables } from './cost.ts';
import type { Entry, JsonObject, Viewer } from './engine.ts';
import { type Payload, Payloads } from './payload.ts';
import type { Shape } from './shape.ts';
import type { Result, Subscriber, SubscriberHome } from './subscriber.ts';

export interface CohortOptions<V extends Viewer> {
	/** Executes one event. What goes wrong is in the payload. */
	readonly execute: (plan: Plan<V>, event: JsonObject) => Payload | Promise<Payload>;
	/** What a client is told of an error that no resolver threw. */
	readonly explain: (error: unknown, requestId: string) => GraphQLFormattedError;
	/** Live events that may wait for a replay, or for a slow resolver. */
	readonly heldEvents: number;
	/** Told of each event that reached a cohort: how many got it, and the milliseconds from its publication. */
	readonly delivered?: (subscribers: number, elapsed: number) => void;
}

/** What is executed for each event of a cohort, and for whom. */
export interface Plan<V extends Viewer> {
	readonly shape: Shape;
	readonly variables: Variables;
	readonly viewerClass: string;
	/** `Subscribable.kinds`. */
	readonly kinds: readonly string[] | undefined;
	/** Of the only viewer of a cohort whose fields aren't shared; null for a shared one. */
	readonly caller: Caller<V> | null;
}

/** Characters of results that are gathered at most, so that a batch does not go far beyond `limits.queueBytes`. */
const mostGathered = 65_536;

/** Subscribers who are served together, and the order in which they are. */
export class Cohort<V extends Viewer> implements SubscriberHome {
	readonly subscribers = new Set<Subscriber>();
	readonly #plan: Plan<V>;
	readonly #options: CohortOptions<V>;
	readonly #emptied: () => void;
	/** Entries that wait because the one before is still being executed; undefined while none is. */
	#waiting: Entry[] | undefined;
	/** Results of this turn of the event loop, which are sent at its end: one write a subscriber, however many came. */
	#gathered: { readonly results: Result[]; readonly begins: number[]; characters: number } | undefined;

	/** @param emptied is called when the last subscriber leaves; the cohort is not used any more then. */
	constructor(plan: Plan<V>, options: CohortOptions<V>, emptied: () => void) {
		this.#plan = plan;
		this.#options = options;
		this.#emptied = emptied;
	}

	get heldEvents(): number {
		return this.#options.heldEvents;
	}

	execute(event: JsonObject): Payload | Promise<Payload> {
		return this.#options.execute(this.#plan, event);
	}

	explain(error: unknown, requestId: string): GraphQLFormattedError {
		return this.#options.explain(error, requestId);
	}

	/** Serves them from now on. */
	join(subscriber: Subscriber): void {
		this.flush();
		this.subscribers.add(subscriber);
	}

	leave(subscriber: Subscriber): void {
		if (this.subscribers.delete(subscriber) && this.subscribers.size === 0) this.#emptied();
	}

	/** Resolvers that answer at once are served at once; behind one that doesn't, entries wait their turn, `end` entries too. */
	take(entry: Entry): void {
		if (entry.type === 'event' && this.#plan.kinds?.includes(String(entry.event.kind)) === false) return;
		if (!this.#waiting) {
			const pending = this.#serve(entry);
			if (pending) void this.#serveInTurn(pending);
		} else if (this.#waiting.length < this.#options.heldEvents) this.#waiting.push(entry);
		else
			for (const subscriber of [...this.subscribers])
				subscriber.end('the server can not keep up with this subscription');
	}

	async #serveInTurn(pending: Promise<void>): Promise<void> {
		this.#waiting = [];
		await pending;
		for (let entry = this.#waiting.shift(); entry; entry = this.#waiting.shift()) await this.#serve(entry);
		this.#waiting = undefined;
	}

	#serve(entry: Entry): Promise<void> | undefined {
		if (entry.type === 'event') {
			const began = performance.now();
			const payload = this.execute(entry.event);
			if (payload instanceof Promise) return payload.then((done) => this.#deliver(entry.key, done, began));
			this.#deliver(entry.key, payload, began);
		} else if (entry.type === 'end') {
			this.flush();
			for (const subscriber of [...this.subscribers])
				if (entry.userId === undefined || entry.userId === subscriber.userId) subscriber.end(entry.message);
		}
		return undefined;
	}

	#deliver(key: string, payload: Payload, began: number): void {
		if (!this.#gathered) {
			this.#gathered = { results: [], begins: [], characters: 0 };
			setImmediate(() => this.flush());
		}
		this.#gathered.results.push({ key, payload });
		this.#gathered.begins.push(began);
		this.#gathered.characters += payload.json.length;
		if (this.#gathered.characters > mostGathered) this.flush();
	}

	flush(): void {
		const gathered = this.#gathered;
		if (!gathered) return;
		this.#gathered = undefined;
		const { results, begins } = gathered;
		const [first, second] = results;
		const together = second || !first ? new Payloads(results.map(({ payload }) => payload)) : first.payload;
		const { size } = this.subscribers;
		for (const subscriber of this.subscribers) subscriber.next(results, together);
		const ended = performance.now();
		for (const began of begins) this.#options.delivered?.(size, ended - began);
	}
}
