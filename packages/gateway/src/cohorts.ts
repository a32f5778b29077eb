// Fan-out. Subscribers who asked the same thing of the same topic form a cohort: an event is executed once for all of them.
import type { GraphQLFormattedError } from 'graphql';
import type { Caller } from './context.ts';
import type { Variables } from './cost.ts';
import type { Entry, JsonObject, Subscribable, Topics, Viewer } from './engine.ts';
import type { Payload } from './payload.ts';
import type { Shape } from './shape.ts';
import { type Sink, Subscriber } from './subscriber.ts';

export interface CohortOptions<V extends Viewer> {
	readonly topics: Topics;
	/** Executes one event. What goes wrong is in the payload. */
	readonly execute: (plan: Plan<V>, event: JsonObject) => Payload | Promise<Payload>;
	/** What a client is told of an error that no resolver threw. */
	readonly explain: (error: unknown) => GraphQLFormattedError;
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

export interface Joining<V extends Viewer> {
	readonly subscribable: Subscribable<JsonObject>;
	readonly shape: Shape;
	readonly variables: Variables;
	readonly caller: Caller<V>;
	readonly sink: Sink;
}

export class Cohorts<V extends Viewer> {
	readonly #options: CohortOptions<V>;
	readonly #topics = new Map<string, Topic<V>>();
	#anonymous = 0;

	constructor(options: CohortOptions<V>) {
		this.#options = options;
	}

	/** Cohorts that have subscribers now. */
	get size(): number {
		return this.#topics.values().reduce((count, topic) => count + topic.cohorts.size, 0);
	}

	join({ subscribable, shape, variables, caller, sink }: Joining<V>): Subscriber {
		const topic = this.#topic(subscribable.topic);
		const plan: Plan<V> = {
			shape,
			variables: Object.fromEntries(
				shape.variables.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
			),
			viewerClass: subscribable.viewerClass,
			kinds: subscribable.kinds,
			caller: shape.shared ? null : caller,
		};
		const key = this.#key(plan);
		let cohort = topic.cohorts.get(key);
		if (!cohort) {
			cohort = new Cohort(plan, this.#options);
			topic.cohorts.set(key, cohort);
		}
		const joined = cohort;
		const subscriber = new Subscriber({
			userId: caller.viewer?.userId,
			subscribable,
			sink,
			heldEvents: this.#options.heldEvents,
			explain: this.#options.explain,
			execute: (event) => this.#options.execute(plan, event),
			left: () => {
				joined.subscribers.delete(subscriber);
				if (joined.subscribers.size > 0 || topic.cohorts.get(key) !== joined) return;
				topic.cohorts.delete(key);
				if (topic.cohorts.size > 0) return;
				this.#topics.delete(subscribable.topic);
				topic.unsubscribe();
			},
		});
		cohort.subscribers.add(subscriber);
		subscriber.begin();
		return subscriber;
	}

	#topic(name: string): Topic<V> {
		let topic = this.#topics.get(name);
		if (!topic) {
			const cohorts = new Map<string, Cohort<V>>();
			const unsubscribe = this.#options.topics.subscribe(name, (entry) => {
				for (const cohort of cohorts.values()) cohort.take(entry);
			});
			topic = { cohorts, unsubscribe };
			this.#topics.set(name, topic);
		}
		return topic;
	}

	#key({ shape, variables, viewerClass, kinds, caller }: Plan<V>): string {
		const viewer = caller && (caller.viewer ? ['user', caller.viewer.userId] : ['anonymous', this.#anonymous++]);
		return JSON.stringify([viewerClass, kinds, viewer, shape.text, canonical(variables)]);
	}
}

interface Topic<V extends Viewer> {
	readonly cohorts: Map<string, Cohort<V>>;
	readonly unsubscribe: () => void;
}

class Cohort<V extends Viewer> {
	readonly subscribers = new Set<Subscriber>();
	readonly #plan: Plan<V>;
	readonly #options: CohortOptions<V>;
	/** Entries that wait because the one before is still being executed; undefined while none is. */
	#waiting: Entry[] | undefined;

	constructor(plan: Plan<V>, options: CohortOptions<V>) {
		this.#plan = plan;
		this.#options = options;
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
			const payload = this.#options.execute(this.#plan, entry.event);
			if (payload instanceof Promise) return payload.then((done) => this.#deliver(entry.key, done, began));
			this.#deliver(entry.key, payload, began);
		} else if (entry.type === 'end') {
			for (const subscriber of [...this.subscribers])
				if (entry.userId === undefined || entry.userId === subscriber.userId) subscriber.end(entry.message);
		}
		return undefined;
	}

	#deliver(key: string, payload: Payload, began: number): void {
		const { size } = this.subscribers;
		for (const subscriber of this.subscribers) subscriber.next(key, payload);
		this.#options.delivered?.(size, performance.now() - began);
	}
}

/** The same text for the same variables, in whatever order their fields were sent. */
function canonical(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(canonical);
	if (typeof value !== 'object' || value === null) return value;
	return Object.entries(value)
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
		.map(([name, field]) => [name, canonical(field)]);
}
