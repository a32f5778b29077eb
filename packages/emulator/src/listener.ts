// The emulator's own HTTP server, which a restart closes and opens again at the same address.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { EmulatorError } from './errors.ts';

export interface Listening {
	handle(request: IncomingMessage, response: ServerResponse): unknown;
	/** False: not for the emulator. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
}

export class Listener {
	readonly #handlers: Listening;
	#http: Server | undefined;
	#address: AddressInfo | undefined;

	constructor(handlers: Listening) {
		this.#handlers = handlers;
	}

	/** @throws EmulatorError when the address can't be had. */
	async open(port: number, host: string): Promise<string> {
		const http = createServer((request, response) => this.#handlers.handle(request, response));
		http.on('upgrade', (request, socket, head) => {
			if (!this.#handlers.upgrade(request, socket, head)) socket.destroy();
		});
		// Connections that clients keep open are the client's business, as on the real server.
		http.keepAliveTimeout = 60_000;
		try {
			await once(http.listen(port, host), 'listening');
		} catch (error) {
			throw cannotListen(error, host, port);
		}
		this.#http = http;
		this.#address = http.address() as AddressInfo;
		const { address, family } = this.#address;
		return `http://${family === 'IPv6' ? `[${address}]` : address}:${this.#address.port}`;
	}

	/** Where it was open before; nothing where it never was. */
	async reopen(): Promise<void> {
		if (this.#address && !this.#http) await this.open(this.#address.port, this.#address.address);
	}

	/** Cuts all connections. */
	async close(): Promise<void> {
		const http = this.#http;
		this.#http = undefined;
		if (!http) return;
		http.close();
		http.closeAllConnections();
		await once(http, 'close');
	}
}

function cannotListen(error: unknown, host: string, port: number): EmulatorError {
	const { code } = error as NodeJS.ErrnoException;
	const reason =
		code === 'EADDRINUSE' ? 'is in use: give another `port`, or 0 for any free one' : `can't be had: ${code}`;
	return new EmulatorError(`${host}:${port} ${reason}`, { cause: error });
}
