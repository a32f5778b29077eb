// One socket of one client, whatever the subprotocol: who it is, and when it must end.
import { GraphQLError } from 'graphql';
import type { Caller } from '../engine/context.ts';
import type { Viewer } from '../engine/engine.ts';
import { limitError } from '../engine/errors.ts';
import { type CloseCode, closeCodes } from './close-codes.ts';
import { BadMessage, type Codec } from './codec.ts';
import { Deadlines, type Due } from './deadlines.ts';
import type { Peer } from './socket-operation.ts';
import { SocketOperations } from './socket-operations.ts';
import type { Arrival, SessionSurroundings } from './surroundings.ts';
import { tokenIn } from './token.ts';
import type { Wire, WireUser } from './wire.ts';

export class Session<V extends Viewer> implements Caller<V>, Peer, WireUser {
	readonly codec: Codec;
	readonly requestId: string;
	readonly address: string;
	/** Who it is; null before the ack, and for a client without a token. */
	viewer: V | null = null;
	readonly refusal = null;
	readonly operations: SocketOperations<V>;
	readonly #wire: Wire;
	readonly #surroundings: SessionSurroundings<V>;
	/** Forgotten once it was used. */
	#authorization: string | undefined;
	readonly #deadlines: Deadlines;
	#state: 'new' | 'authenticating' | 'open' | 'closed' = 'new';

	constructor(
		wire: Wire,
		{ codec, authorization, requestId, address, now }: Arrival,
		surroundings: SessionSurroundings<V>,
	) {
		this.#wire = wire;
		this.#surroundings = surroundings;
		this.codec = codec;
		this.requestId = requestId;
		this.address = address;
		this.#authorization = authorization;
		this.#deadlines = new Deadlines(surroundings.limits, now);
		this.operations = new SocketOperations(this, surroundings, now);
	}

	get closed(): boolean {
		return this.#state === 'closed';
	}

	/** Bytes that wait for the reader. */
	get queuedBytes(): number {
		return this.#wire.buffered;
	}

	heard(): void {
		this.#deadlines.heard();
	}

	receive(text: string): void {
		if (this.closed) return;
		try {
			this.#take(text);
		} catch (error) {
			if (error instanceof BadMessage) this.close(closeCodes.badMessage, error.message);
			else this.#failed(error);
		}
	}

	/** A mistake of ours: it ends this socket, not the process with all the others. */
	#failed(error: unknown): void {
		const { requestId } = this;
		this.#surroundings.logger.error({ err: error, requestId }, 'a message on a socket could not be taken');
		this.close(closeCodes.internal, `An unknown error occurred (request ${requestId}).`);
	}

	#take(text: string): void {
		const message = this.codec.decode(text);
		switch (message.kind) {
			case 'init':
				this.#init(message.payload);
				break;
			case 'start':
				if (this.#state === 'open') this.operations.start(message.id, message.request);
				else if (this.codec.holdsOperations) this.operations.hold(message.id, message.request);
				else this.close(closeCodes.unauthorized, 'subscribe before connection_ack');
				break;
			case 'stop':
				this.operations.stop(message.id);
				break;
			case 'ping': {
				const pong = this.codec.pong(message.payload);
				if (pong) this.#send(pong);
				this.#renew(message.payload);
				break;
			}
			case 'pong':
				this.#renew(message.payload);
				break;
			case 'terminate':
				this.close(closeCodes.normal, '');
		}
	}

	#init(payload: unknown): void {
		if (this.#state === 'new') {
			this.#state = 'authenticating';
			void this.#open(payload);
		} else if (!this.codec.takesSecondInit) this.close(closeCodes.tooMany, 'too many connection_init');
		else if (this.#state === 'open') {
			this.#send(this.codec.ack);
			this.#renew(payload);
		}
	}

	async #open(payload: unknown): Promise<void> {
		const authorization = tokenIn(payload) ?? this.#authorization;
		this.#authorization = undefined;
		if (authorization !== undefined) {
			const viewer = await this.#viewerOf(authorization);
			if (this.closed) return;
			if (viewer instanceof GraphQLError) {
				this.sendAll(this.codec.refuseInit(viewer.message));
				return this.close(closeCodes.forbidden, viewer.message);
			}
			if (viewer instanceof Error) return this.close(closeCodes.tryAgainLater, viewer.message);
			if (!this.#adopt(viewer)) return;
		}
		this.#state = 'open';
		this.#send(this.codec.ack);
		this.operations.startHeld();
	}

	/** A GraphQLError where the token was refused, another error where that could not be found out; the client may read either. */
	async #viewerOf(authorization: string): Promise<V | Error> {
		try {
			return await this.#surroundings.authenticate(authorization, this);
		} catch (error) {
			const { metrics, logger } = this.#surroundings;
			const { requestId } = this;
			if (error instanceof GraphQLError) {
				metrics.tokenRefused();
				return error;
			}
			logger.error({ err: error, requestId }, 'a token could not be looked up');
			return new Error(`An unknown error occurred (request ${requestId}).`);
		}
	}

	#adopt(viewer: V): boolean {
		if (!this.#surroundings.admit(viewer, this)) {
			const { metrics, limits } = this.#surroundings;
			const { errors, message } = limitError('socketsPerUser', limits.socketsPerUser, 'one socket more of this user');
			metrics.refused(errors);
			this.close(closeCodes.tooMany, message);
			return false;
		}
		this.viewer = viewer;
		return true;
	}

	/** Takes a fresh token of the same user; whoever had none may bring one as well. */
	#renew(payload: unknown): void {
		const authorization = tokenIn(payload);
		if (authorization === undefined || this.#state !== 'open') return;
		void this.#viewerOf(authorization).then((viewer) => {
			if (this.closed) return;
			if (viewer instanceof Error) return this.#send(this.codec.notice({ token: 'refused', message: viewer.message }));
			if (this.viewer && this.viewer.userId !== viewer.userId)
				return this.close(closeCodes.forbidden, 'the fresh token is of another user');
			if (this.viewer) this.viewer = viewer;
			else if (!this.#adopt(viewer)) return;
			this.#deadlines.renewed();
			this.#send(this.codec.notice({ token: 'renewed', expiresAt: viewer.expiresAt }));
		});
	}

	#send(text: string): void {
		if (!this.closed && !this.#cutSlowReader()) this.#wire.send(text);
	}

	write(frames: Buffer): void {
		if (!this.closed && !this.#cutSlowReader()) this.#wire.write(frames);
	}

	/**
	 * A reader that lets more than `limits.queueBytes` wait is cut off (true): memory for it is bounded, and it can come back and ask
	 * with `after`. Looked at before something is added, so that one answer larger than that still reaches who reads.
	 */
	#cutSlowReader(): boolean {
		if (this.#wire.buffered <= this.#surroundings.limits.queueBytes) return false;
		this.close(closeCodes.tryAgainLater, 'too slow a reader: come back and ask for what was missed');
		return true;
	}

	sendAll(texts: readonly string[]): void {
		for (const text of texts) this.#send(text);
	}

	/** Waits while much is not read yet; undefined when there is no need. */
	ready(): Promise<void> | undefined {
		return this.#wire.buffered > this.#surroundings.limits.queueBytes / 4 ? this.#wire.drained() : undefined;
	}

	/** Called about every second, with milliseconds since 1970. */
	tick(now: number): void {
		if (this.closed) return;
		const expiresAt = this.viewer?.expiresAt;
		const { idleSince } = this.operations;
		for (const due of this.#deadlines.due({ isOpen: this.#state === 'open', idleSince, expiresAt }, now)) this.#do(due);
	}

	#do(due: Due): void {
		switch (due) {
			case 'init-timeout':
				this.close(closeCodes.timeout, 'no connection_init in time (limit "initTimeout")');
				break;
			case 'idle':
				this.close(closeCodes.timeout, 'no operation for long (limit "idleTimeout")');
				break;
			case 'expired':
				this.close(closeCodes.forbidden, 'the token has expired');
				break;
			case 'warn':
				if (this.viewer) this.#send(this.codec.notice({ token: 'expires', expiresAt: this.viewer.expiresAt }));
				break;
			case 'keep-alive':
				if (this.codec.keepAlive) this.#send(this.codec.keepAlive);
				break;
			case 'ping':
				this.#wire.ping();
				break;
			case 'dead':
				this.#wire.terminate();
		}
	}

	close(code: CloseCode, reason: string): void {
		if (this.closed) return;
		this.stop();
		this.#wire.close(code, reason);
	}

	gone(code: number): void {
		this.stop();
		this.#surroundings.gone(this, code);
	}

	stop(): void {
		if (this.closed) return;
		this.#state = 'closed';
		this.operations.stopAll();
		if (this.viewer) this.#surroundings.leave(this.viewer);
	}
}
