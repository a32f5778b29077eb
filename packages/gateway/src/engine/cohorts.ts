// Fan-out. Subscribers who asked the same thing of the same topic form a cohort: an event is executed once for all of them.
import { Cohort, type CohortOptions, type Plan } from './cohort.ts';
import type { Caller } from './context.ts';
import type { Variables } from './cost.ts';
import type { JsonObject, Subscribable, Topics, Viewer } from './engine.ts';
import type { Shape } from './shape.ts';
import { type Sink, Subscriber } from './subscriber.ts';

export interface Joining<V extends Viewer> {
	readonly subscribable: Subscribable<JsonObject>;
	readonly shape: Shape;
	readonly variables: Variables;
	readonly caller: Caller<V>;
	readonly sink: Sink;
}

interface Topic<V extends Viewer> {
	readonly cohorts: Map<string, Cohort<V>>;
	readonly unsubscribe: () => void;
}

export class Cohorts<V extends Viewer> {
	readonly #listen: Topics['subscribe'];
	readonly #options: CohortOptions<V>;
	readonly #topics = new Map<string, Topic<V>>();
	#anonymous = 0;

	constructor(listen: Topics['subscribe'], options: CohortOptions<V>) {
		this.#listen = listen;
		this.#options = options;
	}

	/** Cohorts that have subscribers now. */
	get size(): number {
		return this.#topics.values().reduce((count, topic) => count + topic.cohorts.size, 0);
	}

	join({ subscribable, shape, variables, caller, sink }: Joining<V>): Subscriber {
		const cohort = this.#cohort(subscribable.topic, {
			shape,
			variables: Object.fromEntries(
				shape.variables.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
			),
			viewerClass: subscribable.viewerClass,
			kinds: subscribable.kinds,
			caller: shape.shared ? null : caller,
		});
		const subscriber = new Subscriber(cohort, subscribable, sink, caller.viewer?.userId);
		cohort.join(subscriber);
		subscriber.begin();
		return subscriber;
	}

	#cohort(name: string, plan: Plan<V>): Cohort<V> {
		const topic = this.#topic(name);
		const key = this.#key(plan);
		let cohort = topic.cohorts.get(key);
		if (!cohort) {
			cohort = new Cohort(plan, this.#options, () => {
				topic.cohorts.delete(key);
				if (topic.cohorts.size > 0) return;
				this.#topics.delete(name);
				topic.unsubscribe();
			});
			topic.cohorts.set(key, cohort);
		}
		return cohort;
	}

	#topic(name: string): Topic<V> {
		let topic = this.#topics.get(name);
		if (!topic) {
			const cohorts = new Map<string, Cohort<V>>();
			const unsubscribe = this.#listen(name, (entry) => {
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

/** The same text for the same variables, in whatever order their fields were sent. */
function canonical(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(canonical);
	if (typeof value !== 'object' || value === null) return value;
	return Object.entries(value)
		.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
		.map(([name, field]) => [name, canonical(field)]);
}
