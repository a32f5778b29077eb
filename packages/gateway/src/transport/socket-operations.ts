// The operations of one socket, whatever the subprotocol: held until the ack, begun, stopped; and how many there may be.
import type { Caller } from '../engine/context.ts';
import type { Viewer } from '../engine/engine.ts';
import { limitError, RequestError } from '../engine/errors.ts';
import type { GraphQLRequest } from '../engine/request.ts';
import { closeCodes } from './close-codes.ts';
import type { OperationId } from './codec.ts';
import { type Peer, SocketOperation } from './socket-operation.ts';
import type { SessionSurroundings } from './surroundings.ts';

export class SocketOperations<V extends Viewer> {
	readonly peer: Peer & Caller<V>;
	readonly #surroundings: SessionSurroundings<V>;
	readonly #open = new Map<OperationId, SocketOperation>();
	#held: { readonly id: OperationId; readonly request: GraphQLRequest }[] | undefined;
	/** Settles when the subscriptions that were started have begun. */
	#beginning: Promise<unknown> | undefined;
	#idleSince: number;

	/** @param now milliseconds since 1970 */
	constructor(peer: Peer & Caller<V>, surroundings: SessionSurroundings<V>, now: number) {
		this.peer = peer;
		this.#surroundings = surroundings;
		this.#idleSince = now;
	}

	get size(): number {
		return this.#open.size;
	}

	/** Whether a query or mutation is being executed. */
	get answering(): boolean {
		return this.#open.values().some((operation) => operation.answering);
	}

	/** Since when there is none, in milliseconds since 1970; undefined while there is one. */
	get idleSince(): number | undefined {
		return this.#open.size === 0 ? this.#idleSince : undefined;
	}

	/** Keeps it until `startHeld`. */
	hold(id: OperationId, request: GraphQLRequest): void {
		this.#held ??= [];
		if (this.#held.length < this.#surroundings.limits.operationsPerSocket) this.#held.push({ id, request });
		else this.#refuseOneMore(id);
	}

	/** Starts what was held, in the order in which it came. */
	startHeld(): void {
		const held = this.#held ?? [];
		this.#held = undefined;
		for (const { id, request } of held) this.start(id, request);
	}

	start(id: OperationId, request: GraphQLRequest): void {
		const { peer } = this;
		const { limits, operations, metrics } = this.#surroundings;
		const open = this.#open.get(id);
		if (open && !peer.codec.replacesOperations) {
			peer.close(closeCodes.duplicateId, `an operation with id ${JSON.stringify(id)} is open`);
			return;
		}
		open?.stop();
		if (this.#open.size >= limits.operationsPerSocket) {
			this.#refuseOneMore(id);
			return;
		}
		const operation = new SocketOperation(id, this);
		this.#open.set(id, operation);
		try {
			const running = operations.start(request, peer, operation, this.#beginning);
			operation.run(running);
			if (running.begun) this.#await(running.begun);
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			metrics.refused(error.errors);
			operation.refuse(error.errors.map((each) => each.toJSON()));
		}
	}

	/** Stopped by the client, who may not know yet that it is over. */
	stop(id: OperationId): void {
		this.#held = this.#held?.filter((held) => held.id !== id);
		const operation = this.#open.get(id);
		if (!operation) return;
		operation.stop();
		const { codec } = this.peer;
		if (codec.confirmsStop) this.peer.sendAll([codec.complete(id)]);
	}

	stopAll(): void {
		this.#held = undefined;
		for (const operation of this.#open.values()) operation.stop();
	}

	/** It is over; the socket is idle from now on if it was the last. */
	forget(id: OperationId, operation: SocketOperation): void {
		if (this.#open.get(id) !== operation) return;
		this.#open.delete(id);
		if (this.#open.size === 0) this.#idleSince = Date.now();
	}

	#await(begun: Promise<void>): void {
		const all: Promise<unknown> = Promise.all([this.#beginning, begun]).then(() => {
			if (this.#beginning === all) this.#beginning = undefined;
		});
		this.#beginning = all;
	}

	#refuseOneMore(id: OperationId): void {
		const { metrics, limits } = this.#surroundings;
		const { operationsPerSocket } = limits;
		const { errors } = limitError('operationsPerSocket', operationsPerSocket, 'one operation more on this socket');
		metrics.refused(errors);
		const { codec } = this.peer;
		this.peer.sendAll(
			codec.refuse(
				id,
				errors.map((error) => error.toJSON()),
			),
		);
	}
}
