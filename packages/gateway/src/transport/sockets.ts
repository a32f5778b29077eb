// The WebSockets of an engine: from the HTTP upgrade to sessions, the timer that looks after them, and their orderly end.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Server, WebSocketServer } from 'ws';
import type { Viewer } from '../engine/engine.ts';
import { limitError } from '../engine/errors.ts';
import type { PerUser } from '../engine/per-user.ts';
import { requestId } from '../engine/request-id.ts';
import { untilOver } from '../until-over.ts';
import { closeCodes } from './close-codes.ts';
import type { Codec } from './codec.ts';
import { GraphQLSocket } from './graphql-socket.ts';
import { graphqlTransportWs } from './graphql-transport-ws.ts';
import { Session } from './session.ts';
import { subscriptionsTransportWs } from './subscriptions-transport-ws.ts';
import type { SessionSurroundings } from './surroundings.ts';

export interface SocketsOptions<V extends Viewer>
	extends Pick<SessionSurroundings<V>, 'limits' | 'operations' | 'authenticate' | 'metrics' | 'logger'> {
	readonly perUser: PerUser;
	readonly address: (request: IncomingMessage) => string;
	readonly origins?: readonly string[];
}

const paths: ReadonlySet<string> = new Set(['/graphql', '/graphql/', '/ws/graphql', '/ws/graphql/']);
const codecs: ReadonlyMap<string, Codec> = new Map(
	[graphqlTransportWs, subscriptionsTransportWs].map((codec) => [codec.protocol, codec]),
);

/** How long a closed socket may take to read what was sent before; then it is cut. Bounds the memory that a stalled reader holds. */
const closeTimeout = 5_000;
/** Time between looks at all sockets: so exact are the time limits. */
const tickInterval = 1_000;

export class Sockets<V extends Viewer> {
	readonly #options: SocketsOptions<V>;
	readonly #surroundings: SessionSurroundings<V>;
	readonly #sessions = new Set<Session<V>>();
	/** Those that have not said whose they are, the oldest first. */
	readonly #withoutUser = new Set<Session<V>>();
	readonly #server: Server<typeof GraphQLSocket>;
	readonly #timer: NodeJS.Timeout;
	#draining = false;

	constructor(options: SocketsOptions<V>) {
		this.#options = options;
		const { limits, operations, authenticate, metrics, logger, perUser } = options;
		this.#surroundings = {
			limits,
			operations,
			authenticate,
			admit: (viewer, session) => {
				const isAdmitted = perUser.admit(viewer);
				if (isAdmitted) this.#withoutUser.delete(session);
				return isAdmitted;
			},
			leave: (viewer) => perUser.leave(viewer),
			metrics,
			logger,
			gone: (session, code) => {
				this.#sessions.delete(session);
				this.#withoutUser.delete(session);
				metrics.closed(code);
			},
		};
		const serverOptions = {
			noServer: true,
			WebSocket: GraphQLSocket,
			clientTracking: false,
			// Compression costs more CPU and memory than everything else a socket does, and frames could not be shared.
			perMessageDeflate: false,
			maxPayload: limits.messageBytes,
			// Not in @types/ws yet.
			closeTimeout,
			handleProtocols: (offered: Set<string>) => offered.values().find((protocol) => codecs.has(protocol)) ?? false,
		};
		this.#server = new WebSocketServer(serverOptions);
		this.#timer = setInterval(() => {
			const now = Date.now();
			for (const session of this.#sessions) session.tick(now);
		}, tickInterval).unref();
		metrics.observeSockets(() => this.#counts());
	}

	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
		const path = request.url?.split('?', 1)[0] ?? '';
		if (!paths.has(path)) return false;
		const { origin } = request.headers;
		const { origins } = this.#options;
		if (this.#draining) refuseUpgrade(socket, '503 Service Unavailable');
		else if (origin !== undefined && origins && !origins.includes(origin)) refuseUpgrade(socket, '403 Forbidden');
		else this.#server.handleUpgrade(request, socket, head, (opened) => this.#accept(opened, request, socket));
		return true;
	}

	get queuedBytes(): number {
		return this.#sessions.values().reduce((sum, session) => sum + session.queuedBytes, 0);
	}

	*viewers(): Iterable<V> {
		for (const session of this.#sessions) if (session.viewer && !session.closed) yield session.viewer;
	}

	disconnect(matches: (viewer: V) => boolean, reason: string): number {
		let closed = 0;
		for (const session of [...this.#sessions]) {
			if (!session.viewer || session.closed || !matches(session.viewer)) continue;
			session.close(closeCodes.forbidden, reason);
			closed++;
		}
		return closed;
	}

	/** Closes all with 1012, one after the other over `window`, so that the clients don't all come back in one moment; each when its answers are sent. */
	async drain(window: number, grace: number): Promise<void> {
		this.#draining = true;
		const began = Date.now();
		const deadline = began + window + grace;
		const all = [...this.#sessions];
		for (const [index, session] of all.entries()) {
			const due = began + (window * index) / all.length;
			if (due > Date.now()) await delay(due - Date.now());
			if (session.operations.answering) void this.#closeWhenAnswered(session, deadline);
			else session.close(closeCodes.restart, 'the server is being replaced');
		}
		await untilOver(() => this.#sessions.size === 0, deadline);
	}

	async #closeWhenAnswered(session: Session<V>, deadline: number): Promise<void> {
		await untilOver(() => !session.operations.answering, deadline);
		session.close(closeCodes.restart, 'the server is being replaced');
	}

	close(): void {
		this.#draining = true;
		clearInterval(this.#timer);
		for (const session of [...this.#sessions]) session.close(closeCodes.goingAway, 'the server stops');
	}

	#accept(socket: GraphQLSocket, request: IncomingMessage, raw: Duplex): void {
		const codec = codecs.get(socket.protocol);
		if (!codec) {
			// It may still send what is no frame, and an error without a listener would end the process.
			socket.on('error', () => {});
			socket.on('close', (code) => this.#options.metrics.closed(code));
			socket.close(closeCodes.badProtocol, `speak ${[...codecs.keys()].join(' or ')}`);
			return;
		}
		const session = new Session(
			socket,
			{
				codec,
				authorization: request.headers.authorization,
				requestId: requestId(request),
				address: this.#options.address(request),
				now: Date.now(),
			},
			this.#surroundings,
		);
		this.#sessions.add(session);
		this.#withoutUser.add(session);
		socket.attach(raw, session);
		this.#boundWithoutUser();
	}

	#boundWithoutUser(): void {
		const { limits, metrics } = this.#options;
		const [oldest] = this.#withoutUser;
		if (!oldest || this.#withoutUser.size <= limits.socketsWithoutUser) return;
		const { errors, message } = limitError(
			'socketsWithoutUser',
			limits.socketsWithoutUser,
			'one socket more of nobody',
		);
		metrics.refused(errors);
		this.#withoutUser.delete(oldest);
		oldest.close(closeCodes.timeout, message);
	}

	#counts() {
		const sockets = new Map<string, number>();
		let subscriptions = 0;
		for (const session of this.#sessions) {
			sockets.set(session.codec.protocol, (sockets.get(session.codec.protocol) ?? 0) + 1);
			subscriptions += session.operations.size;
		}
		return { sockets, subscriptions };
	}
}

function refuseUpgrade(socket: Duplex, status: string): void {
	socket.on('error', () => {});
	socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
