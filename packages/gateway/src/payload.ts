import { textFrame } from './transport/frame.ts';

/** One result on its way to any number of subscribers: serialised once, encoded once, framed once for all that share an operation id. */
export class Payload {
	readonly json: string;
	#bytes: Buffer | undefined;
	#prefix = '';
	#frame: Buffer | undefined;

	constructor(json: string) {
		this.json = json;
	}

	get bytes(): Buffer {
		this.#bytes ??= Buffer.from(this.json);
		return this.#bytes;
	}

	/** The WebSocket frame `<prefix><json>}`. */
	frame(prefix: string): Buffer {
		// Legacy clients count their operations from "1", so in a cohort of theirs nearly all prefixes are the same.
		if (this.#frame && this.#prefix === prefix) return this.#frame;
		this.#prefix = prefix;
		this.#frame = textFrame(prefix, this.bytes);
		return this.#frame;
	}
}
