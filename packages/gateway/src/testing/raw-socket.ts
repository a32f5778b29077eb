import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

export interface Closing {
	readonly code: number;
	readonly reason: string;
}

/** A WebSocket that keeps what it gets until the test asks for it. */
export class RawSocket implements AsyncDisposable {
	readonly socket: WebSocket;
	readonly #queue: unknown[] = [];
	#waiting: ((message: unknown) => void) | undefined;
	readonly closed: Promise<Closing>;

	constructor(url: string, protocols: string | string[] = [], options: ClientOptions = {}) {
		this.socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
		this.closed = new Promise((resolve) =>
			this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
		);
		this.socket.on('message', (data) => {
			const message: unknown = JSON.parse(data.toString());
			if (this.#waiting) this.#waiting(message);
			else this.#queue.push(message);
			this.#waiting = undefined;
		});
	}

	static async open(...args: ConstructorParameters<typeof RawSocket>): Promise<RawSocket> {
		const raw = new RawSocket(...args);
		await once(raw.socket, 'open');
		return raw;
	}

	send(...messages: unknown[]): void {
		for (const message of messages) this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
	}

	/** The next message, in the order they came. Rejects when the socket closes first. */
	next(): Promise<unknown> {
		if (this.#queue.length > 0) return Promise.resolve(this.#queue.shift());
		return Promise.race([
			new Promise((resolve) => {
				this.#waiting = resolve;
			}),
			this.closed.then(({ code, reason }) => {
				throw new Error(`closed with ${code} ${reason}`);
			}),
		]);
	}

	/** What came and was not asked for yet. */
	get unread(): readonly unknown[] {
		return this.#queue;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.socket.terminate();
		await this.closed;
	}
}
