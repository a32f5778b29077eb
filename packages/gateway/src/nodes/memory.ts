import type { Logger } from 'pino';
import type { Entry, Lease, Topics } from '../engine/engine.ts';
import { HeldLease } from './held-lease.ts';
import { Listeners } from './listeners.ts';
import { RecentKeys } from './recent-keys.ts';

/** What is known of a topic while somebody listens to it or holds its lease. */
interface TopicState {
	readonly keys: RecentKeys;
	lease: HeldLease | undefined;
	/** Callbacks of those who wait for the lease, first come first served. */
	readonly queue: (() => void)[];
}

/** Topics of one node. Everything is delivered before `publish` returns. */
export function memoryTopics({ logger }: { logger: Logger }): Topics {
	return new MemoryTopics(logger);
}

class MemoryTopics implements Topics {
	readonly alone = false;
	readonly #listeners: Listeners;
	readonly #topics = new Map<string, TopicState>();
	#fence = 0;

	constructor(logger: Logger) {
		this.#listeners = new Listeners(logger);
	}

	async publish(topic: string, entry: Entry, lease?: Lease): Promise<boolean> {
		if (lease?.signal.aborted) return false;
		if (entry.type === 'event') {
			const state = this.#topics.get(topic);
			if (state && !state.keys.add(entry.key)) return true;
		}
		this.#listeners.call(topic, entry);
		return true;
	}

	subscribe(topic: string, listener: (entry: Entry) => void): () => void {
		this.#state(topic);
		const remove = this.#listeners.add(topic, listener);
		return () => {
			remove();
			this.#forget(topic);
		};
	}

	known(topic: string, keys: Iterable<string>): void {
		const state = this.#topics.get(topic);
		for (const key of keys) state?.keys.add(key);
	}

	async lease(topic: string, signal: AbortSignal): Promise<Lease> {
		const state = this.#state(topic);
		while (state.lease) await turn(state.queue, signal, () => this.#forget(topic));
		signal.throwIfAborted();
		const lease = new HeldLease(topic, ++this.#fence, () => {
			state.lease = undefined;
			state.queue.shift()?.();
			this.#forget(topic);
		});
		state.lease = lease;
		return lease;
	}

	async heldElsewhere(): Promise<boolean> {
		return false;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const { lease } of this.#topics.values()) await lease?.[Symbol.asyncDispose]();
	}

	#state(topic: string): TopicState {
		let state = this.#topics.get(topic);
		if (!state) {
			state = { keys: new RecentKeys(), lease: undefined, queue: [] };
			this.#topics.set(topic, state);
		}
		return state;
	}

	#forget(topic: string): void {
		const state = this.#topics.get(topic);
		if (!state || state.lease || state.queue.length > 0) return;
		if (!this.#listeners.has(topic)) this.#topics.delete(topic);
	}
}

/** Waits for one's turn in a queue; leaves it when the signal aborts. */
function turn(queue: (() => void)[], signal: AbortSignal, left: () => void): Promise<void> {
	signal.throwIfAborted();
	return new Promise((resolve, reject) => {
		const come = () => {
			signal.removeEventListener('abort', leave);
			resolve();
		};
		const leave = () => {
			queue.splice(queue.indexOf(come), 1);
			reject(signal.reason);
			left();
		};
		queue.push(come);
		signal.addEventListener('abort', leave, { once: true });
	});
}
