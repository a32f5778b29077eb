import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Frame, JsonObject } from './recordings.ts';

/** Seq of the pings that are no part of a recording: their replies tell that nothing more is on its way. */
const barrier = 900_000;

/** A socket that keeps what it receives, in the form of the recordings. */
export class OpenSocket {
	readonly received: Frame[] = [];
	readonly #socket: WebSocket;
	readonly #since = performance.now();
	#barriers = 0;
	/** Calls of those who wait for something to come. */
	#waiting: (() => void)[] = [];
	#gaveUp = false;

	constructor(url: string, bearer: string | undefined) {
		this.#socket = new WebSocket(url, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} });
		this.#socket.on('message', (text) => this.#receive(JSON.parse(text.toString()) as JsonObject));
		this.#socket.on('close', (code) => this.#keep({ at: this.#now(), closed: code }));
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

	/** Waits until so much has been received; after one wait in vain nobody waits for this socket any more. */
	async arrived(count: number, timeout: number): Promise<void> {
		if (!this.#gaveUp) this.#gaveUp = !(await this.#until(() => this.received.length >= count, timeout));
	}

	/** Waits for the reply to a ping, which comes after everything that was on its way. Sockets never signed in get none. */
	async settled(timeout: number): Promise<void> {
		if (this.#socket.readyState !== WebSocket.OPEN || this.received.length === 0) return;
		const before = this.#barriers;
		this.send(JSON.stringify({ seq: barrier + before, action: 'ping' }));
		await this.#until(() => this.#barriers > before, timeout);
	}

	async #until(isSo: () => boolean, timeout: number): Promise<boolean> {
		const deadline = AbortSignal.timeout(timeout);
		while (!isSo() && !deadline.aborted) {
			await new Promise<void>((resolve) => {
				this.#waiting.push(resolve);
				deadline.addEventListener('abort', () => resolve(), { once: true });
			});
		}
		return isSo();
	}

	#receive(frame: JsonObject): void {
		if (Number(frame.seq_reply) >= barrier) {
			this.#barriers++;
			this.#wake();
		} else this.#keep({ at: this.#now(), in: frame });
	}

	#keep(frame: Frame): void {
		this.received.push(frame);
		this.#wake();
	}

	#wake(): void {
		for (const resolve of this.#waiting.splice(0)) resolve();
	}

	#now(): number {
		return performance.now() - this.#since;
	}
}
