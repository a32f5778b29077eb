import { textFrame } from '../transport/frame.ts';

/** What a subscriber is sent: one result, or several that came in one turn of the event loop. */
export interface Delivery {
	/** WebSocket frames, each `<prefix><json>}`, in one buffer. Made once for all who ask with the same prefix. */
	frames(prefix: string): Buffer;
	/** Server-sent events. */
	readonly events: string;
}

/** Kept for the next subscriber: clients count their operations from "1", so in a cohort nearly all prefixes are the same. */
interface Framed {
	readonly prefix: string;
	readonly frames: Buffer;
}

/** One result on its way to any number of subscribers: serialised once, encoded once, framed once for all that share an operation id. */
export class Payload implements Delivery {
	readonly json: string;
	#bytes: Buffer | undefined;
	#last: Framed | undefined;
	#events: string | undefined;

	constructor(json: string) {
		this.json = json;
	}

	frames(prefix: string): Buffer {
		if (this.#last?.prefix !== prefix) {
			this.#bytes ??= Buffer.from(this.json);
			this.#last = { prefix, frames: textFrame(prefix, this.#bytes) };
		}
		return this.#last.frames;
	}

	get events(): string {
		this.#events ??= `event: next\ndata: ${this.json}\n\n`;
		return this.#events;
	}
}

/** Several results as one piece: a server that falls behind writes once for all that came meanwhile, and so catches up. */
export class Payloads implements Delivery {
	readonly #payloads: readonly Payload[];
	#last: Framed | undefined;
	#events: string | undefined;

	constructor(payloads: readonly Payload[]) {
		this.#payloads = payloads;
	}

	get events(): string {
		this.#events ??= this.#payloads.map(({ events }) => events).join('');
		return this.#events;
	}

	frames(prefix: string): Buffer {
		if (this.#last?.prefix !== prefix)
			this.#last = { prefix, frames: Buffer.concat(this.#payloads.map((payload) => payload.frames(prefix))) };
		return this.#last.frames;
	}
}
