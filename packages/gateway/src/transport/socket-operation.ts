import type { GraphQLFormattedError } from 'graphql';
import type { Running } from '../engine/operations.ts';
import type { Delivery } from '../engine/payload.ts';
import type { Sink } from '../engine/subscriber.ts';
import type { CloseCode } from './close-codes.ts';
import type { Codec, OperationId } from './codec.ts';

/** The session as its operations see it. */
export interface Peer {
	readonly codec: Codec;
	readonly requestId: string;
	write(frames: Buffer): void;
	sendAll(texts: readonly string[]): void;
	ready(): Promise<void> | undefined;
	close(code: CloseCode, reason: string): void;
}

/** Where it is counted. */
interface Home {
	readonly peer: Peer;
	forget(id: OperationId, operation: SocketOperation): void;
}

/** One open operation of a socket: frames its results with its id. */
export class SocketOperation implements Sink {
	readonly #id: OperationId;
	readonly #home: Home;
	readonly #prefix: string;
	#running: Running | undefined;

	constructor(id: OperationId, home: Home) {
		this.#id = id;
		this.#home = home;
		this.#prefix = home.peer.codec.resultPrefix(id);
	}

	get requestId(): string {
		return this.#home.peer.requestId;
	}

	/** Whether it is a query or mutation under way. */
	get answering(): boolean {
		return this.#running !== undefined && this.#running.kind !== 'subscription';
	}

	run(running: Running): void {
		this.#running = running;
	}

	next(delivery: Delivery): void {
		this.#home.peer.write(delivery.frames(this.#prefix));
	}

	complete(): void {
		this.#home.forget(this.#id, this);
		this.#home.peer.sendAll([this.#home.peer.codec.complete(this.#id)]);
	}

	refuse(errors: readonly GraphQLFormattedError[]): void {
		this.#home.forget(this.#id, this);
		this.#home.peer.sendAll(this.#home.peer.codec.refuse(this.#id, errors));
	}

	ready(): Promise<void> | undefined {
		return this.#home.peer.ready();
	}

	/** Stopped from the client's side, or because the socket ends. */
	stop(): void {
		this.#home.forget(this.#id, this);
		this.#running?.stop();
	}
}
