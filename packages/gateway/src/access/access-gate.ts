// Between the topics and those who listen: what was published after somebody may have lost the right to hear waits until that was
// looked up. Whoever holds it up bounds the time, so what waits is bounded too.
import type { Logger } from 'pino';
import type { Entry, Topics } from '../engine/engine.ts';

/** A look-up that is under way. Without a topic it concerns all of them. */
interface Barrier {
	readonly number: number;
	readonly topic: string | undefined;
}

/** The entries of one listener that wait, in order. */
interface Line {
	readonly topic: string;
	readonly listener: (entry: Entry) => void;
	readonly held: { readonly entry: Entry; readonly behind: number }[];
}

export class AccessGate {
	readonly #topics: Pick<Topics, 'subscribe'>;
	readonly #logger: Logger;
	readonly #barriers = new Set<Barrier>();
	/** Those in which something waits. */
	readonly #lines = new Set<Line>();
	#count = 0;

	constructor(topics: Pick<Topics, 'subscribe'>, logger: Logger) {
		this.#topics = topics;
		this.#logger = logger;
	}

	/** Entries that wait. */
	get held(): number {
		return this.#lines.values().reduce((count, { held }) => count + held.length, 0);
	}

	/** The events that wait on a topic, each once: of what was published before, only they are still to come. */
	waiting(topic: string): ReadonlySet<string> {
		const lines = this.#lines.values().filter((line) => line.topic === topic);
		const entries = lines.flatMap(({ held }) => held.map(({ entry }) => entry));
		return new Set(entries.flatMap((entry) => (entry.type === 'event' ? [entry.key] : [])));
	}

	/** As that of the topics, in the same order. */
	subscribe(topic: string, listener: (entry: Entry) => void): () => void {
		const line: Line = { topic, listener, held: [] };
		const stop = this.#topics.subscribe(topic, (entry) => this.#take(line, entry));
		return () => {
			stop();
			line.held.length = 0;
			this.#lines.delete(line);
		};
	}

	/**
	 * What comes from now on (on one topic, or on any) waits until the promise is settled: called in the turn in which the reason for it
	 * was heard. Several at a time are waited for each for what came after it.
	 */
	hold(until: Promise<unknown>, topic?: string): void {
		const barrier = { number: ++this.#count, topic };
		this.#barriers.add(barrier);
		const lift = () => {
			this.#barriers.delete(barrier);
			for (const line of this.#lines) this.#flush(line);
		};
		until.then(lift, lift);
	}

	#take(line: Line, entry: Entry): void {
		let behind = 0;
		for (const { topic, number } of this.#barriers) {
			if (topic === undefined || topic === line.topic) behind = number;
		}
		if (behind === 0) {
			line.listener(entry);
			return;
		}
		line.held.push({ entry, behind });
		this.#lines.add(line);
	}

	#flush(line: Line): void {
		for (let next = line.held[0]; next && !this.#isHeld(line.topic, next.behind); next = line.held[0]) {
			line.held.shift();
			try {
				line.listener(next.entry);
			} catch (error) {
				this.#logger.error({ err: error, topic: line.topic, type: next.entry.type }, 'a listener of a topic failed');
			}
		}
		if (line.held.length === 0) this.#lines.delete(line);
	}

	#isHeld(topic: string, behind: number): boolean {
		return this.#barriers
			.values()
			.some((barrier) => barrier.number <= behind && (barrier.topic === undefined || barrier.topic === topic));
	}
}
