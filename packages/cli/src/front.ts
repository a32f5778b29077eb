import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { UsageError } from './usage-error.ts';

/** Who takes what comes in. */
export interface Doors {
	request(request: IncomingMessage, response: ServerResponse): void;
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): unknown;
}

export interface Front extends AsyncDisposable {
	readonly url: string;
	/** From now on these take what comes in. */
	take(doors: Doors): void;
}

/**
 * Listens at once, so that a port in use is found before anything is touched and the address is known to the rooms;
 * until `take` gives the rooms, a request is answered 503.
 */
export async function listen(host: string, port: number): Promise<Front> {
	const server = createServer((_request, response) => {
		response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain' }).end('starting\n');
	});
	const sockets = new Set<Socket>();
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.listen(port, host);
	try {
		await once(server, 'listening');
	} catch (error) {
		throw new UsageError(whyNotListening(error as NodeJS.ErrnoException, host, port));
	}
	return {
		url: addressOf(server, host),
		take(doors) {
			server.removeAllListeners('request');
			server.removeAllListeners('upgrade');
			server.on('request', doors.request);
			server.on('upgrade', (request, socket, head) => {
				// Node has taken its own listener off: a connection that is reset before a room has it would end the process.
				socket.on('error', () => {});
				doors.upgrade(request, socket, head);
			});
		},
		async [Symbol.asyncDispose]() {
			server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
}

function addressOf(server: Server, host: string): string {
	const { port } = server.address() as AddressInfo;
	const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
	return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function whyNotListening({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
	if (code === 'EADDRINUSE')
		return `port ${port} is in use on ${host}. Choose another with --port, or --port 0 for a free one`;
	if (code === 'EACCES')
		return `port ${port} needs rights that this process does not have. Choose one above 1023 with --port`;
	if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `--host ${host} is no address of this machine`;
	return `cannot listen on ${host}:${port}: ${message}`;
}
