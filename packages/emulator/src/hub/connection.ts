// One client's event stream: its numbers, what waits to be written, and what was written last. It outlives the socket for
// some minutes, so that the client can come back for what it missed.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { newId } from '../ids.ts';
import type { HubLimits } from '../settings.ts';
import type { HubEvent } from './event.ts';

interface Written {
	readonly seq: number;
	readonly frame: Buffer;
}

/** Dropped without a gap in the numbers when a client is slow. */
const droppable = new Set(['typing', 'status_change', 'multiple_channels_viewed']);

export class Connection {
	id = newId();
	readonly userId: string;
	/** The session's; its end silences the connection without closing it. Empty: it was found without a session. */
	token: string;
	/** The server's time of the user's last request or frame in this session. */
	activeAt: number;
	/** What the client said it is looking at; undefined: it never did, and gets everything. */
	presence: { readonly channelId: string; readonly threadChannelId: string } | undefined;
	/** How many events each fault has lost here. */
	readonly lost = new Map<string, number>();
	#isMute = false;
	readonly #limits: HubLimits;
	readonly #overflow: (connection: Connection) => void;
	#socket: WebSocket | undefined;
	#stream: Duplex | undefined;
	#next = 0;
	#waiting: (HubEvent | string)[] = [];
	#written: Written[] = [];

	constructor(
		userId: string,
		token: string,
		now: number,
		limits: HubLimits,
		overflow: (connection: Connection) => void,
	) {
		this.userId = userId;
		this.token = token;
		this.activeAt = now;
		this.#limits = limits;
		this.#overflow = overflow;
	}

	get open(): boolean {
		return this.#socket !== undefined;
	}

	get socket(): WebSocket | undefined {
		return this.#socket;
	}

	/** Events and replies that wait to be written. */
	get waiting(): number {
		return this.#waiting.length;
	}

	/** @param stream what carries the WebSocket: it tells when more can be written. */
	attach(socket: WebSocket, stream: Duplex): void {
		this.#socket = socket;
		this.#stream = stream;
		stream.on('drain', () => {
			if (this.#socket === socket) this.flush();
		});
	}

	detach(): void {
		this.#socket = undefined;
		this.#stream = undefined;
		this.#isMute = false;
	}

	/** What is written from now on does not arrive, and nobody notices: the network behind the socket is gone. */
	mute(): void {
		this.#isMute = true;
	}

	/**
	 * Goes on from that number, when all from there on is still had: what was written is written again, `flush` does the rest.
	 * False: something is lost. Then the connection begins anew, with a new id; what waits is kept.
	 */
	resume(from: number): boolean {
		if (from === this.#next || this.#written.some(({ seq }) => seq === from)) {
			for (const { seq, frame } of this.#written) if (seq >= from) this.#transmit(frame);
			return true;
		}
		this.id = newId();
		this.#next = 0;
		this.#written = [];
		return false;
	}

	/** Numbers an event that is lost: the client sees a gap. */
	skip(): void {
		this.#next++;
	}

	send(event: HubEvent): void {
		if (this.#waiting.length >= this.#limits.slow && droppable.has(event.name)) return;
		this.#add(event);
	}

	/** Before all that waits. */
	sendFirst(event: HubEvent): void {
		this.#waiting.unshift(event);
		this.flush();
	}

	/** An answer to an action: no number, and not to be had again. */
	reply(reply: object): void {
		this.#add(JSON.stringify(reply));
	}

	flush(): void {
		while (this.#waiting.length > 0 && this.#writable()) {
			const item = this.#waiting.shift();
			if (item !== undefined) this.#write(item);
		}
	}

	#add(item: HubEvent | string): void {
		if (this.#waiting.length === 0 && this.#writable()) this.#write(item);
		else if (this.#waiting.length >= this.#limits.queue) this.#overflow(this);
		else this.#waiting.push(item);
	}

	#writable(): boolean {
		return this.#stream !== undefined && !this.#stream.writableNeedDrain;
	}

	#write(item: HubEvent | string): void {
		if (typeof item === 'string') {
			this.#transmit(item);
			return;
		}
		const seq = this.#next++;
		const frame = item.frame(this.userId, seq);
		this.#written.push({ seq, frame });
		if (this.#written.length > this.#limits.deadQueue) this.#written.shift();
		this.#transmit(frame);
	}

	#transmit(frame: Buffer | string): void {
		if (!this.#isMute) this.#socket?.send(frame, { binary: false }, ignore);
	}
}

/** A frame that could not be written is noticed as the socket's close. */
function ignore(): void {}
