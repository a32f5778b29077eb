import type { GraphQLFormattedError } from 'graphql';
import { askedBy } from '../asked-by.ts';
import type { JsonObject, Subscribable } from './engine.ts';
import type { Delivery, Payload } from './payload.ts';

/** Where the results of one operation go: frames on a socket, events on an SSE stream. */
export interface Sink {
	/** Of what the client sent: a request, or the upgrade of its socket. */
	readonly requestId: string;
	next(delivery: Delivery): void;
	/** The operation is over. */
	complete(): void;
	/** The operation is over, and this is why. */
	refuse(errors: readonly GraphQLFormattedError[]): void;
	/** Waits while what was sent is not read; undefined where it is. */
	ready(): Promise<void> | undefined;
}

/** The cohort, as its subscribers see it. */
export interface SubscriberHome {
	/** Live events that may wait for a replay. */
	readonly heldEvents: number;
	execute(event: JsonObject): Payload | Promise<Payload>;
	/** What the client is told when the replay throws. */
	explain(error: unknown, requestId: string): GraphQLFormattedError;
	/** Delivers what was executed so far: it came before whatever asks for this. */
	flush(): void;
	/** Called once when it is over. */
	leave(subscriber: Subscriber): void;
}

export interface Result {
	/** Of the entry that it is of. */
	readonly key: string;
	readonly payload: Payload;
}

/** How long what was replayed is remembered: the stream may tell of a post well after REST listed it. */
const rememberReplayed = 60_000;

/** One operation of one client in a cohort: replays what it missed, then passes on what the cohort gets, nothing twice. */
export class Subscriber {
	readonly userId: string | undefined;
	readonly #home: SubscriberHome;
	readonly #subscribable: Subscribable<JsonObject>;
	readonly #sink: Sink;
	/** Live results that wait for the end of the replay; undefined when there is none. */
	#held: Result[] | undefined;
	#replayed: { readonly keys: Set<string>; forgetAt: number } | undefined;
	#over = false;

	constructor(home: SubscriberHome, subscribable: Subscribable<JsonObject>, sink: Sink, userId: string | undefined) {
		this.#home = home;
		this.#subscribable = subscribable;
		this.#sink = sink;
		this.userId = userId;
	}

	begin(): void {
		const { signal, replay } = this.#subscribable;
		if (signal?.aborted) this.handleEvent();
		signal?.addEventListener('abort', this);
		if (replay && !this.#over) {
			this.#held = [];
			void askedBy(this.#sink.requestId, () => this.#replay(replay));
		}
	}

	/** The signal of the subscribable was aborted. A listener object, because a closure for each subscriber would cost memory. */
	handleEvent(): void {
		this.#home.flush();
		const reason: unknown = this.#subscribable.signal?.reason;
		this.end(reason instanceof Error ? reason.message : 'the subscription was ended');
	}

	/** @param together all of the results as one piece */
	next(results: readonly Result[], together: Delivery): void {
		if (this.#held || this.#replayed) for (const result of results) this.#nextOne(result);
		else this.#sink.next(together);
	}

	#nextOne(result: Result): void {
		if (this.#over) return;
		if (this.#held) {
			if (this.#held.length < this.#home.heldEvents) this.#held.push(result);
			else this.end('too much happened while the past was replayed');
		} else if (!this.#replayed || !this.#wasReplayed(result.key)) this.#sink.next(result.payload);
	}

	/** Ends the operation from our side, with a reason that the client gets. */
	end(message: string): void {
		this.#refuse({ message, extensions: { code: 'SUBSCRIPTION_ENDED' } });
	}

	/** The client does not want more. */
	stop(): void {
		this.#leave();
	}

	#refuse(error: GraphQLFormattedError): void {
		if (this.#over) return;
		this.#leave();
		this.#sink.refuse([error]);
	}

	#leave(): void {
		if (this.#over) return;
		this.#over = true;
		this.#subscribable.signal?.removeEventListener('abort', this);
		this.#home.leave(this);
		this.#subscribable.ended?.();
	}

	async #replay(replay: NonNullable<Subscribable<JsonObject>['replay']>): Promise<void> {
		const keys = new Set<string>();
		try {
			for await (const { key, event } of replay) {
				if (this.#over) return;
				if (keys.has(key)) continue;
				keys.add(key);
				if (!event) continue;
				const payload = await this.#home.execute(event);
				await this.#sink.ready();
				if (this.#over) return;
				this.#sink.next(payload);
			}
		} catch (error) {
			return this.#refuse(this.#home.explain(error, this.#sink.requestId));
		}
		const held = this.#held ?? [];
		this.#held = undefined;
		this.#replayed = { keys, forgetAt: performance.now() + rememberReplayed };
		for (const result of held) this.#nextOne(result);
	}

	#wasReplayed(key: string): boolean {
		if (!this.#replayed) return false;
		if (performance.now() > this.#replayed.forgetAt) {
			this.#replayed = undefined;
			return false;
		}
		return this.#replayed.keys.has(key);
	}
}
