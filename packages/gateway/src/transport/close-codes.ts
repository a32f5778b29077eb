/**
 * Why a socket was closed, as the client can act on it. The table for users is in docs/gateway-protocols.md.
 * 1002, 1007 and 1009 are sent by ws itself.
 */
export const closeCodes = {
	/** The client said it is done (legacy `connection_terminate`). */
	normal: 1000,
	/** The server stops at once. Come back. */
	goingAway: 1001,
	/** What came are no WebSocket frames. */
	noFrames: 1002,
	/** A text message that is not UTF-8. */
	noText: 1007,
	/** A message larger than `limits.messageBytes`. */
	tooBig: 1009,
	/** The server is being replaced. Come back, to another node. */
	restart: 1012,
	/** The client reads too slowly, or its token could not be looked up. Come back, and fetch what was missed with `after`. */
	tryAgainLater: 1013,
	/** What was sent is not a message of the protocol. A mistake in the client. */
	badMessage: 4400,
	/** `subscribe` before `connection_ack`. */
	unauthorized: 4401,
	/** The token was refused, has ended or was revoked. Come back with another. */
	forbidden: 4403,
	/** None of the offered subprotocols is spoken here. */
	badProtocol: 4406,
	/** No `connection_init` in time, no operation for long, or the oldest of too many sockets of nobody. Come back. */
	timeout: 4408,
	/** An operation with this id is open already. */
	duplicateId: 4409,
	/** A second `connection_init`, or too many sockets of one user. */
	tooMany: 4429,
	/** The server failed at this message; its log has it under the request id in the reason. */
	internal: 4500,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
