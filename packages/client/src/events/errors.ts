/** The server does not know the token (any more): revoked, expired, or its user is deactivated. The stream has ended. */
export class TokenRefusedError extends Error {
	override readonly name = 'TokenRefusedError' as const;
}

/** What stood in the way of the WebSocket upgrade. */
export type UpgradeObstacle =
	| 'unauthorized'
	| 'forbidden'
	| 'not-found'
	| 'unavailable'
	| 'not-websocket'
	| 'tls'
	| 'unreachable'
	| 'timeout';

/** The WebSocket could not be opened. */
export class UpgradeError extends Error {
	override readonly name = 'UpgradeError' as const;
	readonly obstacle: UpgradeObstacle;
	/** HTTP status of the answer to the upgrade, if there was one. */
	readonly status: number | undefined;
	/** The system's code (`ECONNREFUSED`, `CERT_HAS_EXPIRED`, …), if there was one. */
	readonly code: string | undefined;

	constructor(obstacle: UpgradeObstacle, message: string, details: { status?: number; code?: string } = {}) {
		super(message);
		this.obstacle = obstacle;
		this.status = details.status;
		this.code = details.code;
	}

	/**
	 * Would the same fail again until someone changes the set-up? At the first connection that ends the stream; later it is
	 * waited out, since it worked before (a proxy in maintenance answers 404 or a page).
	 */
	get lasting(): boolean {
		return this.obstacle !== 'unavailable' && this.obstacle !== 'unreachable' && this.obstacle !== 'timeout';
	}
}

/** An open connection was lost. `stream.on('state')` shows it; the stream goes on by itself. */
export class ConnectionLostError extends Error {
	override readonly name = 'ConnectionLostError' as const;
}

/** An action (`typing`, `statuses`, `presence`) could not be sent or answered: the stream is closed or was cut meanwhile. */
export class StreamClosedError extends Error {
	override readonly name = 'StreamClosedError' as const;
}

/** The server refused an action. */
export class ActionError extends Error {
	override readonly name = 'ActionError' as const;
	/** Mattermost's error id. */
	readonly id: string;
	readonly status: number;

	constructor(action: string, error: { id: string; message: string; status_code: number }) {
		super(`the server refused "${action}": ${error.message} (${error.id})`);
		this.id = error.id;
		this.status = error.status_code;
	}
}

/** An action of more than 8,192 bytes was not sent: the server would close the connection. */
export class ActionTooLargeError extends Error {
	override readonly name = 'ActionTooLargeError' as const;
}
