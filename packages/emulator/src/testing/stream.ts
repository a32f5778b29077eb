// A client's event stream whose frames a test takes one by one: for the tests of this room.
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface StreamFrame {
	readonly event?: string;
	readonly data?: Readonly<Record<string, unknown>>;
	readonly seq?: number;
	readonly seq_reply?: number;
	readonly status?: string;
	readonly error?: { readonly id: string };
}

export interface StreamOptions {
	/** Default: none, authenticate by a challenge. */
	readonly token?: string;
	readonly resume?: { readonly id: string; readonly from: number };
	readonly query?: string;
}

export class Stream implements AsyncDisposable {
	readonly socket: WebSocket;
	readonly #frames: StreamFrame[] = [];
	#wake: () => void = () => {};

	constructor(url: string, { token, resume, query }: StreamOptions = {}) {
		const search = resume ? `?connection_id=${resume.id}&sequence_number=${resume.from}` : (query ?? '');
		const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
		this.socket = new WebSocket(`${url.replace('http', 'ws')}/api/v4/websocket${search}`, { headers });
		this.socket.on('message', (text) => {
			this.#frames.push(JSON.parse(String(text)) as StreamFrame);
			this.#wake();
		});
		this.socket.on('close', () => this.#wake());
		this.socket.on('error', () => {});
	}

	/** The next frame; undefined when the socket has closed. */
	async next(): Promise<StreamFrame | undefined> {
		while (this.#frames.length === 0 && this.socket.readyState !== WebSocket.CLOSED) {
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
		return this.#frames.shift();
	}

	/** Skips to the next event of that name. */
	async event(name: string): Promise<StreamFrame> {
		for (;;) {
			const frame = await this.next();
			if (!frame) throw new Error(`closed before ${name}`);
			if (frame.event === name) return frame;
		}
	}

	/** The connection's id, from `hello`. */
	async hello(): Promise<string> {
		return String((await this.event('hello')).data?.connection_id);
	}

	async opened(): Promise<void> {
		if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
	}

	async closed(): Promise<void> {
		if (this.socket.readyState !== WebSocket.CLOSED) await once(this.socket, 'close');
	}

	send(frame: object): void {
		this.socket.send(JSON.stringify(frame));
	}

	/** All frames that come before the reply to this ping, and the reply. */
	async ping(seq: number): Promise<{ readonly before: StreamFrame[]; readonly reply: StreamFrame }> {
		this.send({ seq, action: 'ping' });
		const before: StreamFrame[] = [];
		for (;;) {
			const frame = await this.next();
			if (!frame) throw new Error('closed before the reply to a ping');
			if (frame.seq_reply === seq) return { before, reply: frame };
			before.push(frame);
		}
	}

	/** Ends without a closing handshake, as a network does. */
	async cut(): Promise<void> {
		this.socket.terminate();
		await this.closed();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.socket.terminate();
	}
}

export const messageOf = (frame: StreamFrame | undefined) =>
	(JSON.parse(String(frame?.data?.post)) as { message: string }).message;
