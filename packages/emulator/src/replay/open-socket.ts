import { once } from 'node:events';
import { until } from '@matterkit/testing';
import { WebSocket } from 'ws';
import type { Frame, JsonObject } from './recordings.ts';

/** Seq of the pings that are no part of a recording: their replies tell that nothing more is on its way. */
const barrier = 900_000;

/** A socket that keeps what it receives, in the form of the recordings. */
export class OpenSocket {
	readonly received: Frame[] = [];
	/** Something that the recording has did not come: nobody waits for this socket any more. */
	late = false;
	readonly #socket: WebSocket;
	readonly #since = performance.now();
	#barriers = 0;

	constructor(url: string, bearer: string | undefined) {
		this.#socket = new WebSocket(url, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} });
		this.#socket.on('message', (text) => this.#receive(JSON.parse(text.toString()) as JsonObject));
		this.#socket.on('close', (code) => this.received.push({ at: this.#now(), closed: code }));
		// An upgrade that is refused closes the socket as well, and that is what the recordings have.
		this.#socket.on('error', () => {});
	}

	/** Waits until the upgrade is answered. */
	async opened(): Promise<void> {
		if (this.#socket.readyState !== WebSocket.CONNECTING) return;
		await new Promise((resolve) => this.#socket.once('open', resolve).once('close', resolve));
	}

	send(text: string): void {
		this.#socket.send(text);
	}

	/** Ends the connection without a close frame, as a network does. */
	async cut(): Promise<void> {
		this.#socket.removeAllListeners('close');
		if (this.#socket.readyState === WebSocket.CLOSED) return;
		this.#socket.terminate();
		await once(this.#socket, 'close');
	}

	/** Waits for the reply to a ping, which comes after everything that was on its way. Sockets never signed in get none. */
	async settled(): Promise<void> {
		if (this.#socket.readyState !== WebSocket.OPEN || this.received.length === 0) return;
		const before = this.#barriers;
		this.send(JSON.stringify({ seq: barrier + before, action: 'ping' }));
		await until('a ping is answered', () => this.#barriers > before || this.#socket.readyState !== WebSocket.OPEN);
	}

	#receive(frame: JsonObject): void {
		if (Number(frame.seq_reply) >= barrier) this.#barriers++;
		else this.received.push({ at: this.#now(), in: frame });
	}

	#now(): number {
		return performance.now() - this.#since;
	}
}
