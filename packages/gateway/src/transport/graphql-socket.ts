import type { Duplex } from 'node:stream';
import { type RawData, WebSocket } from 'ws';
import { closeCodes } from './close-codes.ts';
import type { Wire, WireUser } from './wire.ts';

/** Close reasons are at most 123 bytes (RFC 6455, 5.5). */
const longestReason = 123;

/** A `ws` socket that also lets frames be written which were made once for many. */
export class GraphQLSocket extends WebSocket implements Wire {
	/** The TCP or TLS socket of the upgrade. ws writes to it at once too (there is no compression), so the two never mix within a frame. */
	#raw: Duplex | undefined;
	user: WireUser | undefined;

	/** Tells `user` what comes from now on. The listeners are the same functions for all sockets: closures would cost memory for each. */
	attach(raw: Duplex, user: WireUser): void {
		this.#raw = raw;
		this.user = user;
		this.on('message', onMessage);
		this.on('pong', onPong);
		// A broken frame, or one too large: ws answers with the right code, and `close` follows.
		this.on('error', onError);
		this.on('close', onClose);
	}

	get buffered(): number {
		return this.#raw?.writableLength ?? 0;
	}

	write(frames: Buffer): void {
		if (this.readyState === WebSocket.OPEN) this.#raw?.write(frames);
	}

	drained(): Promise<void> {
		const raw = this.#raw;
		if (!raw?.writableNeedDrain) return Promise.resolve();
		return new Promise((resolve) => {
			const done = () => {
				raw.off('drain', done);
				raw.off('close', done);
				resolve();
			};
			raw.on('drain', done);
			raw.on('close', done);
		});
	}

	override close(code?: number, reason?: string | Buffer): void {
		const bytes = Buffer.from(reason ?? '');
		// Cut between characters: half a character would not be UTF-8.
		const text = bytes
			.subarray(0, longestReason)
			.toString()
			.replace(/\uFFFD$/, '');
		super.close(code, bytes.length > longestReason ? text : bytes);
	}
}

function userOf(socket: WebSocket): WireUser | undefined {
	return socket instanceof GraphQLSocket ? socket.user : undefined;
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
	const user = userOf(this);
	user?.heard();
	if (isBinary) user?.close(closeCodes.badMessage, 'binary messages are not taken');
	// The default binaryType is 'nodebuffer'.
	else user?.receive((data as Buffer).toString());
}

function onPong(this: WebSocket): void {
	userOf(this)?.heard();
}

function onError(this: WebSocket): void {
	userOf(this)?.stop();
}

function onClose(this: WebSocket, code: number): void {
	userOf(this)?.gone(code);
}
