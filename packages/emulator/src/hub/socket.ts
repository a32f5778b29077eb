// The WebSocket side of a connection: upgrade, authentication, pings, and the frames that a client sends.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { isId } from '../ids.ts';
import { sessionFor, tokenOf } from '../session.ts';
import type { Site } from '../site.ts';
import { act } from './actions.ts';
import type { Connection } from './connection.ts';
import type { Resume } from './hub.ts';

export class Sockets {
	readonly #site: Site;
	readonly #server: WebSocketServer;
	readonly #open = new Map<WebSocket, Opened>();

	constructor(site: Site) {
		this.#site = site;
		this.#server = new WebSocketServer({
			noServer: true,
			clientTracking: false,
			maxPayload: site.settings.hub.frame,
			perMessageDeflate: false,
		});
	}

	/** Takes `/api/v4/websocket`. False: not for us. */
	upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): boolean {
		const url = new URL(request.url ?? '/', 'http://emulator');
		if (!url.pathname.endsWith('/api/v4/websocket')) return false;
		this.#server.handleUpgrade(request, stream, head, (socket) => this.#opened(socket, stream, request, url));
		return true;
	}

	/** Sockets end without a closing handshake. @param userId default: all of them */
	terminate(userId?: string): void {
		for (const [socket, { user }] of this.#open) if (userId === undefined || user() === userId) socket.terminate();
	}

	/** Sockets stay open, but nothing gets through any more, in either direction, until the server's deadline for a pong. */
	halfOpen(userId?: string): void {
		for (const { user, mute } of this.#open.values()) if (userId === undefined || user() === userId) mute();
	}

	#opened(socket: WebSocket, stream: Duplex, request: IncomingMessage, url: URL): void {
		const limits = this.#site.settings.hub;
		let connection: Connection | undefined;

		const pinging = setInterval(() => socket.ping(), limits.ping).unref();
		const mute = () => {
			clearInterval(pinging);
			connection?.mute();
			socket.pause();
		};
		this.#open.set(socket, { user: () => connection?.userId, mute });
		const deadline = setTimeout(() => socket.terminate(), limits.deadline).unref();
		socket.on('pong', () => deadline.refresh());
		const unauthenticated = setTimeout(() => {
			if (!connection) socket.terminate();
		}, limits.authentication);
		socket.on('close', () => {
			clearInterval(pinging);
			clearTimeout(deadline);
			clearTimeout(unauthenticated);
			this.#open.delete(socket);
			if (connection?.socket === socket) this.#site.hub.closed(connection);
		});
		// A frame over the limit, or one that is not UTF-8: ws closes the socket, there is nothing to answer.
		socket.on('error', () => socket.terminate());

		const authenticate = (token: string, resume?: Resume) => {
			const session = sessionFor(this.#site, token);
			if (!session) return undefined;
			clearTimeout(unauthenticated);
			connection = this.#site.hub.connect(socket, stream, session, resume);
			return connection;
		};

		const resume = resumeAsked(url);
		if (resume === 'malformed') {
			socket.terminate();
			return;
		}
		const token = tokenOf(request);
		if (token !== undefined) authenticate(token, resume);

		socket.on('message', (message, isBinary) => {
			const frame = isBinary ? undefined : parse(message);
			// msgpack, which the real server reads, is refused like anything that is not JSON.
			if (!frame) return socket.terminate();
			if (connection) return act(this.#site, connection, frame);
			if (frame.action !== 'authentication_challenge') return;
			// A connection that authenticates by a challenge is always a new one: `connection_id` is not looked at.
			const secret = frame.data.token;
			const authenticated = typeof secret === 'string' ? authenticate(secret) : undefined;
			if (!authenticated) return socket.terminate();
			authenticated.reply({ status: 'OK', seq_reply: frame.seq });
		});
	}
}

interface Opened {
	/** undefined until it is authenticated. */
	user(): string | undefined;
	mute(): void;
}

export interface ClientFrame {
	readonly seq: number;
	readonly action: string;
	readonly data: Readonly<Record<string, unknown>>;
}

function parse(message: RawData): ClientFrame | undefined {
	try {
		const { seq, action, data } = JSON.parse(String(message)) as Partial<ClientFrame>;
		return {
			seq: typeof seq === 'number' ? seq : 0,
			action: typeof action === 'string' ? action : '',
			data: typeof data === 'object' && data !== null ? data : {},
		};
	} catch {
		return undefined;
	}
}

function resumeAsked({ searchParams }: URL): Resume | 'malformed' | undefined {
	const connectionId = searchParams.get('connection_id') ?? '';
	if (connectionId === '') return undefined;
	const number = searchParams.get('sequence_number') ?? '';
	if (!isId(connectionId) || !/^\d{1,15}$/.test(number)) return 'malformed';
	return { connectionId, from: Number(number) };
}
