import type { GraphQLFormattedError } from 'graphql';
import type { JsonObject, Subscribable } from './engine.ts';
import type { Payload } from './payload.ts';

/** Where the results of one operation go: frames on a socket, events on an SSE stream. */
export interface Sink {
	next(payload: Payload): void;
	/** The operation is over. */
	complete(): void;
	/** The operation is over, and this is why. */
	refuse(errors: readonly GraphQLFormattedError[]): void;
	/** Waits while what was sent is not read; undefined where it is. */
	ready(): Promise<void> | undefined;
}

export interface SubscriberOptions {
	readonly userId: string | undefined;
	readonly subscribable: Subscribable<JsonObject>;
	readonly sink: Sink;
	readonly heldEvents: number;
	readonly execute: (event: JsonObject) => Payload | Promise<Payload>;
	/** What the client is told when the replay throws. */
	readonly explain: (error: unknown) => GraphQLFormattedError;
	/** Called once when it is over. */
	readonly left: () => void;
}

/** How long what was replayed is remembered: the stream may tell of a post well after REST listed it. */
const rememberReplayed = 60_000;

/** One operation of one client in a cohort: replays what it missed, then passes on what the cohort gets, nothing twice. */
export class Subscriber {
	readonly userId: string | undefined;
	readonly #options: SubscriberOptions;
	/** Live results that wait for the end of the replay; undefined when there is none. */
	#held: { key: string; payload: Payload }[] | undefined;
	#replayed: { readonly keys: Set<string>; forgetAt: number } | undefined;
	#over = false;

	constructor(options: SubscriberOptions) {
		this.userId = options.userId;
		this.#options = options;
	}

	begin(): void {
		const { signal, replay } = this.#options.subscribable;
		if (signal?.aborted) this.#withdrawn();
		signal?.addEventListener('abort', this.#withdrawn);
		if (replay && !this.#over) {
			this.#held = [];
			void this.#replay(replay);
		}
	}

	next(key: string, payload: Payload): void {
		if (this.#held) {
			if (this.#held.length < this.#options.heldEvents) this.#held.push({ key, payload });
			else this.end('too much happened while the past was replayed');
		} else if (!this.#replayed || !this.#wasReplayed(key)) this.#options.sink.next(payload);
	}

	/** Ends the operation from our side, with a reason that the client gets. */
	end(message: string): void {
		this.#refuse({ message, extensions: { code: 'SUBSCRIPTION_ENDED' } });
	}

	/** The client does not want more. */
	stop(): void {
		this.#leave();
	}

	readonly #withdrawn = (): void => {
		const reason: unknown = this.#options.subscribable.signal?.reason;
		this.end(reason instanceof Error ? reason.message : 'the subscription was ended');
	};

	#refuse(error: GraphQLFormattedError): void {
		if (this.#over) return;
		this.#leave();
		this.#options.sink.refuse([error]);
	}

	#leave(): void {
		if (this.#over) return;
		this.#over = true;
		const { subscribable, left } = this.#options;
		subscribable.signal?.removeEventListener('abort', this.#withdrawn);
		left();
		subscribable.ended?.();
	}

	async #replay(replay: AsyncIterable<{ readonly key: string; readonly event: JsonObject }>): Promise<void> {
		const { execute, sink } = this.#options;
		const keys = new Set<string>();
		try {
			for await (const { key, event } of replay) {
				if (this.#over) return;
				if (keys.has(key)) continue;
				keys.add(key);
				const payload = await execute(event);
				await sink.ready();
				if (this.#over) return;
				sink.next(payload);
			}
		} catch (error) {
			return this.#refuse(this.#options.explain(error));
		}
		const held = this.#held ?? [];
		this.#held = undefined;
		this.#replayed = { keys, forgetAt: performance.now() + rememberReplayed };
		for (const { key, payload } of held) if (!this.#over) this.next(key, payload);
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
