import type { GraphQLFormattedError } from 'graphql';
import type { Running } from '../operations.ts';
import type { Delivery } from '../payload.ts';
import type { Sink } from '../subscriber.ts';
import type { Codec, OperationId } from './codec.ts';

/** The session as its operations see it. */
interface Owner {
	readonly codec: Codec;
	readonly requestId: string;
	write(frames: Buffer): void;
	sendAll(texts: readonly string[]): void;
	ready(): Promise<void> | undefined;
	forget(id: OperationId, operation: SocketOperation): void;
}

/** One open operation of a socket: frames its results with its id. */
export class SocketOperation implements Sink {
	readonly #id: OperationId;
	readonly #owner: Owner;
	readonly #prefix: string;
	#running: Running | undefined;

	constructor(id: OperationId, owner: Owner) {
		this.#id = id;
		this.#owner = owner;
		this.#prefix = owner.codec.resultPrefix(id);
	}

	get requestId(): string {
		return this.#owner.requestId;
	}

	/** Whether it is a query or mutation under way. */
	get answering(): boolean {
		return this.#running !== undefined && this.#running.kind !== 'subscription';
	}

	run(running: Running): void {
		this.#running = running;
	}

	next(delivery: Delivery): void {
		this.#owner.write(delivery.frames(this.#prefix));
	}

	complete(): void {
		this.#owner.forget(this.#id, this);
		this.#owner.sendAll([this.#owner.codec.complete(this.#id)]);
	}

	refuse(errors: readonly GraphQLFormattedError[]): void {
		this.#owner.forget(this.#id, this);
		this.#owner.sendAll(this.#owner.codec.refuse(this.#id, errors));
	}

	ready(): Promise<void> | undefined {
		return this.#owner.ready();
	}

	/** Stopped from the client's side, or because the socket ends. */
	stop(): void {
		this.#owner.forget(this.#id, this);
		this.#running?.stop();
	}
}
