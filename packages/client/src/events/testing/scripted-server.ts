// A WebSocket server for tests that says what the test tells it to, over real sockets.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EventConnection } from '../connection.ts';

export const me = 'me000000000000000000000000';

interface Action {
	readonly seq: number;
	readonly action: string;
	readonly data: Record<string, unknown>;
}

/** The server's end of one connection. */
export class Peer {
	readonly query: URLSearchParams;
	readonly authorization: string | undefined;
	/** Answer pings by itself. Set to false to be a server that went silent. */
	answersPings = true;
	/** The server's clock in its pongs. */
	serverTime = 1_000_000;
	readonly #socket: WebSocket;
	readonly #actions: Action[] = [];
	#wake: () => void = () => {};
	#seq = 0;

	constructor(socket: WebSocket, request: IncomingMessage) {
		this.#socket = socket;
		this.query = new URL(request.url ?? '', 'http://server').searchParams;
		this.authorization = request.headers.authorization;
		this.#seq = Number(this.query.get('sequence_number') ?? 0);
		socket.on('message', (bytes) => {
			const action: Action = JSON.parse(String(bytes));
			if (action.action === 'ping' && this.answersPings) {
				this.reply(action.seq, { text: 'pong', version: '11.6.0', server_time: this.serverTime, node_id: '' });
			}
			this.#actions.push(action);
			this.#wake();
		});
	}

	/** The next action with this name, waited for. */
	async action(name: string): Promise<Action> {
		for (;;) {
			const at = this.#actions.findIndex(({ action }) => action === name);
			const [found] = at === -1 ? [] : this.#actions.splice(at, 1);
			if (found) return found;
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
	}

	hello(connectionId: string): void {
		this.#seq = 0;
		this.event('hello', { connection_id: connectionId, server_version: '11.6.0' }, { user_id: me });
	}

	/** Sends an event under the next number. */
	event(type: string, data: object, broadcast: object = {}): void {
		const to = {
			omit_users: null,
			user_id: '',
			channel_id: '',
			team_id: '',
			connection_id: '',
			omit_connection_id: '',
		};
		this.text(JSON.stringify({ event: type, data, broadcast: { ...to, ...broadcast }, seq: this.#seq++ }));
	}

	/** Numbers are left out, as if events had been lost. */
	skip(count: number): void {
		this.#seq += count;
	}

	reply(seq: number, data: object): void {
		this.text(JSON.stringify({ status: 'OK', seq_reply: seq, data }));
	}

	fail(seq: number, id: string, status: number): void {
		const error = { id, message: 'no', detailed_error: '', status_code: status };
		this.text(JSON.stringify({ status: 'FAIL', seq_reply: seq, error }));
	}

	text(text: string): void {
		this.#socket.send(text);
	}

	/** Cuts the connection, as a network does. */
	cut(): void {
		this.#socket.terminate();
	}

	async gone(): Promise<void> {
		if (this.#socket.readyState !== this.#socket.CLOSED) await once(this.#socket, 'close');
	}
}

export interface ScriptedServer extends AsyncDisposable {
	readonly url: string;
	/** The next connection that is made, waited for. */
	peer(): Promise<Peer>;
	/** Answers the next upgrade like an ordinary request. */
	refuseNext(status: number, contentType?: string): void;
	/** How many connections are open now. */
	open(): number;
	/** A connection of a client whose reads are answered by `read`. */
	connection(read?: EventConnection['read']): EventConnection;
}

/** Nothing was kept from the token; nothing else can be read. */
const sameSessions: EventConnection['read'] = async (_method, path) =>
	(path === '/api/v4/users/me/sessions' ? [] : {}) as never;

export async function scriptedServer(server: Server = createServer()): Promise<ScriptedServer> {
	const sockets = new WebSocketServer({ noServer: true });
	const peers: Peer[] = [];
	const refusals: { status: number; contentType: string }[] = [];
	let wake = () => {};
	server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		const refusal = refusals.shift();
		if (refusal) {
			const { status, contentType } = refusal;
			socket.end(
				`HTTP/1.1 ${status} No\r\nContent-Type: ${contentType}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno`,
			);
			return;
		}
		sockets.handleUpgrade(request, socket, head, (webSocket) => {
			peers.push(new Peer(webSocket, request));
			wake();
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const scheme = 'key' in server ? 'https' : 'http';
	const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url,
		async peer() {
			for (;;) {
				const peer = peers.shift();
				if (peer) return peer;
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
		},
		refuseNext: (status, contentType = 'application/json') => refusals.push({ status, contentType }),
		open: () => sockets.clients.size,
		connection: (read = sameSessions) => ({ url, token: () => 'the-token', read }),
		async [Symbol.asyncDispose]() {
			for (const client of sockets.clients) client.terminate();
			server.close();
			if ('closeAllConnections' in server) server.closeAllConnections();
			await once(server, 'close');
		},
	};
}
