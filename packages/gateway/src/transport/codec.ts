import type { GraphQLFormattedError } from 'graphql';
import { RequestError } from '../engine/errors.ts';
import { type GraphQLRequest, toRequest } from '../engine/request.ts';

export type OperationId = string | number;

/** What a client said, whatever the subprotocol. */
export type ClientMessage =
	| { readonly kind: 'init'; readonly payload: unknown }
	| { readonly kind: 'start'; readonly id: OperationId; readonly request: GraphQLRequest }
	| { readonly kind: 'stop'; readonly id: OperationId }
	| { readonly kind: 'ping'; readonly payload: unknown }
	| { readonly kind: 'pong'; readonly payload: unknown }
	| { readonly kind: 'terminate' };

/** One WebSocket subprotocol: how messages are written, and the few points of conduct in which the two differ. */
export interface Codec {
	readonly protocol: string;
	/** Operations sent before the ack wait for it (else the socket is closed with 4401). */
	readonly holdsOperations: boolean;
	/** A second connection_init brings a fresh token (else the socket is closed with 4429). */
	readonly takesSecondInit: boolean;
	/** An operation with the id of an open one replaces it (else the socket is closed with 4409). */
	readonly replacesOperations: boolean;
	/** The server confirms a stop with `complete`. */
	readonly confirmsStop: boolean;
	/** @throws BadMessage */
	decode(text: string): ClientMessage;
	readonly ack: string;
	/** What stands before the payload of a result; after it comes `}`. */
	resultPrefix(id: OperationId): string;
	complete(id: OperationId): string;
	/** The messages that end an operation with errors. */
	refuse(id: OperationId, errors: readonly GraphQLFormattedError[]): readonly string[];
	/** What is sent before the close when the token of connection_init is refused. */
	refuseInit(message: string): readonly string[];
	pong(payload: unknown): string | undefined;
	/** Tells the client something about its token, in a way that clients which don't care can ignore. */
	notice(notice: TokenNotice): string;
	/** Sent at intervals where clients of the protocol look for it; others have the WebSocket ping. */
	readonly keepAlive?: string;
}

export type TokenNotice =
	| { readonly token: 'expires' | 'renewed'; readonly expiresAt: number }
	| { readonly token: 'refused'; readonly message: string };

/** The client broke the protocol; the message says where. Ends the socket with 4400. */
export class BadMessage extends Error {
	override readonly name = 'BadMessage' as const;
}

export function parseMessage(text: string): { readonly [name: string]: unknown } {
	let message: unknown;
	try {
		message = JSON.parse(text);
	} catch {
		throw new BadMessage('the message is not JSON');
	}
	if (typeof message !== 'object' || message === null || Array.isArray(message))
		throw new BadMessage('a message is a JSON object');
	return message as { readonly [name: string]: unknown };
}

/** The payload of an operation. @throws BadMessage */
export function operationRequest(payload: unknown): GraphQLRequest {
	try {
		return toRequest(payload);
	} catch (error) {
		if (error instanceof RequestError) throw new BadMessage(`payload: ${error.message}`);
		throw error;
	}
}

/** Gives the same string for the same id as the call before: clients whose ids are counted share it, in memory and in `Delivery.frames`. */
export function lastKept(prefix: (id: OperationId) => string): (id: OperationId) => string {
	let last: { readonly id: OperationId; readonly prefix: string } | undefined;
	return (id) => {
		if (last?.id !== id) last = { id, prefix: prefix(id) };
		return last.prefix;
	};
}
