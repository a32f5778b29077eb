import type { CloseCode } from './close-codes.ts';

/** What a session needs of the socket beneath. */
export interface Wire {
	send(text: string): void;
	/** Sends frames that are ready (see `textFrame`). */
	write(frames: Buffer): void;
	/** Bytes that were sent and that the network has not taken yet. */
	readonly buffered: number;
	/** Waits until the network took what was sent, or the socket is closed. */
	drained(): Promise<void>;
	ping(): void;
	/** Says why and closes; nothing is sent after it. */
	close(code: CloseCode, reason: string): void;
	/** Cuts the connection. */
	terminate(): void;
}

/** What a socket tells its session. */
export interface WireUser {
	receive(text: string): void;
	/** The other side is alive. */
	heard(): void;
	close(code: CloseCode, reason: string): void;
	/** Nothing can be sent any more. */
	stop(): void;
	/** The socket is closed. */
	gone(code: number): void;
}
