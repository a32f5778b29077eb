// Real servers on loopback for the tests of this package: one that answers as told, and one that is no HTTP server at all.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Received {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
	/** When its headers arrived, on the clock of `performance.now()`. */
	readonly at: number;
}

export interface TestServer extends AsyncDisposable {
	readonly url: string;
	/** Every request that came in whole, in order. */
	readonly requests: Received[];
}

/** @param answer is given the request with its whole body, and how many came before it. */
export async function serve(
	answer: (request: Received, response: ServerResponse, before: number) => unknown,
): Promise<TestServer> {
	const requests: Received[] = [];
	const server = createServer(async (incoming, response) => {
		const at = performance.now();
		const body = await buffer(incoming).catch(() => undefined);
		if (body === undefined) return;
		const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body, at };
		await answer(request, response, requests.push(request) - 1);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		async [Symbol.asyncDispose]() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

export function json(
	response: ServerResponse,
	status: number,
	body: unknown,
	headers: Record<string, string> = {},
): void {
	response.writeHead(status, { 'content-type': 'application/json', ...headers });
	response.end(JSON.stringify(body));
}

export interface RawServer extends AsyncDisposable {
	readonly url: string;
	readonly port: number;
	/** Connections that were ever opened. */
	readonly sockets: Socket[];
}

/** @param talk is given the socket and what arrived on it, each time something did; and how many sockets came before. */
export async function serveRaw(talk: (socket: Socket, text: string, before: number) => void): Promise<RawServer> {
	const sockets: Socket[] = [];
	const server = createTcpServer((socket) => {
		const before = sockets.push(socket) - 1;
		socket.on('error', () => {});
		socket.on('data', (chunk) => talk(socket, chunk.toString('latin1'), before));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		port,
		sockets,
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			server.close();
			await once(server, 'close');
		},
	};
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
	try {
		await promise;
	} catch (error) {
		return error;
	}
	throw new Error('should have failed, and did not');
}
