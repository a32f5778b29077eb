// What the stream sends: numbered requests, each answered by a reply with its number.
import { ActionError, ActionTooLargeError, StreamClosedError } from './errors.ts';
import type { Reply } from './frames.ts';

/** The server closes a connection on which a larger frame comes in. */
const maxFrameBytes = 8_192;

/** Called at once when the reply is read: a promise would put it behind events that came after it in the same chunk. */
interface Pending {
	readonly action: string;
	readonly resolve: (reply: Reply) => void;
	readonly reject: (error: Error) => void;
}

export class Actions {
	#seq = 0;
	readonly #pending = new Map<number, Pending>();

	/**
	 * @returns the text to send; the reply to it goes to `resolve`, a refusal or the end of the connection to `reject`
	 * @throws ActionTooLargeError
	 */
	request(action: string, body: object, resolve: Pending['resolve'], reject: Pending['reject']): string {
		const seq = this.#seq + 1;
		const text = JSON.stringify({ seq, action, data: body });
		const bytes = Buffer.byteLength(text);
		if (bytes > maxFrameBytes) {
			throw new ActionTooLargeError(`"${action}" has ${bytes} bytes; the server takes ${maxFrameBytes} at most`);
		}
		this.#seq = seq;
		this.#pending.set(seq, { action, resolve, reject });
		return text;
	}

	answered(reply: Reply): void {
		const pending = this.#pending.get(reply.seqReply);
		if (!pending) return;
		this.#pending.delete(reply.seqReply);
		if (reply.ok) pending.resolve(reply);
		else
			pending.reject(new ActionError(pending.action, reply.error ?? { id: '', message: 'no reason', status_code: 0 }));
	}

	/** The connection is gone: replies to what was sent on it will never come. */
	rejectAll(reason: string): void {
		for (const { action, reject } of this.#pending.values()) {
			reject(new StreamClosedError(`"${action}" was not answered: ${reason}`));
		}
		this.#pending.clear();
	}
}
