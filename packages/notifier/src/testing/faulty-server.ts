// An emulated Mattermost behind a door that does what networks, proxies and restarts do.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createEmulator, type Emulator } from '@matterkit/emulator';

/**
 * What happens to one request:
 * - `drop`: Mattermost acts, and its answer is lost
 * - `refuse`: the connection is cut before Mattermost hears of it
 * - `hang`: Mattermost acts, and its answer never comes
 * - `stall`: the request never gets through, and nobody says so
 * - an answer of someone else's, instead of Mattermost's
 */
export type Fault =
	| 'drop'
	| 'refuse'
	| 'hang'
	| 'stall'
	| { status: number; body?: string; headers?: Record<string, string> };

export interface FaultyServer extends AsyncDisposable {
	readonly url: string;
	readonly emulator: Emulator;
	/** Asked for each request; undefined lets it pass. */
	fault: (request: IncomingMessage) => Fault | undefined;
	/** While true nothing gets through, and open sockets are cut. */
	away: boolean;
	/** `POST /api/v4/posts` and the like, of all requests that came, in order. */
	readonly requests: string[];
}

export async function startFaultyServer(): Promise<FaultyServer> {
	const emulator = await createEmulator({ listen: false });
	const sockets = new Set<Socket>();
	const http = createServer((request, response) => void answer(request, response));
	http.on('connection', (socket) => {
		if (server.away) socket.destroy();
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	http.on('upgrade', (request, socket, head) => {
		const fault = server.fault(request);
		if (typeof fault === 'object') socket.end(`HTTP/1.1 ${fault.status} No\r\ncontent-length: 0\r\n\r\n`);
		else if (fault || !emulator.upgrade(request, socket, head)) socket.destroy();
	});
	await once(http.listen(0, '127.0.0.1'), 'listening');
	const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
	emulator.settings.siteUrl = url;

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		server.requests.push(`${request.method} ${request.url}`);
		const fault = server.fault(request);
		if (fault === 'refuse') return void request.socket.destroy();
		if (fault === 'stall') return;
		if (typeof fault === 'object') return void response.writeHead(fault.status, fault.headers).end(fault.body);
		// Node would tell this machine's time, whatever the emulator's clock was set to.
		response.setHeader('date', new Date(emulator.clock.now()).toUTCString());
		if (fault === 'drop') {
			response.end = () => {
				request.socket.destroy();
				return response;
			};
		}
		if (fault === 'hang') response.end = () => response;
		await emulator.handle(request, response);
	}

	let away = false;
	const server: FaultyServer = {
		url,
		emulator,
		fault: () => undefined,
		requests: [],
		get away() {
			return away;
		},
		set away(now) {
			away = now;
			if (now) for (const socket of sockets) socket.destroy();
		},
		async [Symbol.asyncDispose]() {
			for (const socket of sockets) socket.destroy();
			http.close();
			await emulator.close();
		},
	};
	return server;
}
