// One WebSocket connection, and what stood in its way when there is none: told apart here so that no one else looks at `ws`.
import type { IncomingMessage } from 'node:http';
import type { ClientOptions, WebSocket as Ws } from 'ws';
import type { EventConnection } from './connection.ts';
import { ConnectionLostError, UpgradeError } from './errors.ts';

export interface Socket {
	send(text: string): void;
	/** Ends it at once, without waiting for the other side. */
	drop(): void;
}

export interface SocketListener {
	opened(): void;
	frame(text: string): void;
	/** Once, at the end: it was never opened (UpgradeError) or is no more (ConnectionLostError). */
	ended(error: UpgradeError | ConnectionLostError): void;
}

export interface SocketTarget {
	readonly url: string;
	readonly token: string;
	readonly tls?: EventConnection['tls'];
	/** Resume this connection from this number on. */
	readonly resume?: { readonly connectionId: string; readonly seq: number };
}

export type OpenSocket = (target: SocketTarget, listener: SocketListener) => Socket;

/** `ws` is loaded with the first stream: whoever only uses REST does not pay for it. */
export async function loadSockets(): Promise<OpenSocket> {
	const { WebSocket } = await import('ws');
	return (target, listener) => {
		const options = {
			headers: { Authorization: `Bearer ${target.token}` },
			// The server compresses nothing; without the offer, no deflate context is held per socket.
			perMessageDeflate: false,
			followRedirects: false,
			...target.tls,
		} as ClientOptions;
		return listen(new WebSocket(address(target), options), listener);
	};
}

function address({ url, resume }: SocketTarget): URL {
	const at = new URL(`${url.replace(/\/+$/, '')}/api/v4/websocket`);
	at.protocol = at.protocol === 'https:' || at.protocol === 'wss:' ? 'wss:' : 'ws:';
	if (resume) {
		at.searchParams.set('connection_id', resume.connectionId);
		at.searchParams.set('sequence_number', String(resume.seq));
	}
	return at;
}

function listen(ws: Ws, listener: SocketListener): Socket {
	let open = false;
	let ended = false;
	const end = (error: UpgradeError | ConnectionLostError) => {
		if (ended) return;
		ended = true;
		listener.ended(error);
	};
	ws.on('open', () => {
		open = true;
		if (!ended) listener.opened();
	});
	ws.on('message', (bytes: Buffer, binary: boolean) => {
		if (!binary && !ended) listener.frame(bytes.toString());
	});
	ws.on('unexpected-response', (request, response: IncomingMessage) => {
		response.resume();
		end(refusal(response));
		request.destroy();
	});
	ws.on('error', (error: NodeJS.ErrnoException) => end(open ? new ConnectionLostError(error.message) : failure(error)));
	ws.on('close', (code) => end(new ConnectionLostError(`the connection was closed (code ${code})`)));
	return {
		send: (text) => ws.send(text),
		drop() {
			ended = true;
			ws.terminate();
		},
	};
}

/** The upgrade was answered like an ordinary request. */
function refusal(response: IncomingMessage): UpgradeError {
	const status = response.statusCode ?? 0;
	const html = /html/i.test(response.headers['content-type'] ?? '');
	const by = html ? ' (an HTML page: this is a proxy, not Mattermost)' : '';
	if (status === 401) return new UpgradeError('unauthorized', `the upgrade was refused: 401${by}`, { status });
	if (status === 429 || status >= 500) {
		return new UpgradeError('unavailable', `the server is not available: ${status}${by}`, { status });
	}
	if (status === 403) return new UpgradeError('forbidden', `the upgrade was forbidden: 403${by}`, { status });
	if (html || status < 400) {
		const message = `the answer to the WebSocket upgrade was ${status}${by}. Does the proxy pass upgrades of /api/v4/websocket on?`;
		return new UpgradeError('not-websocket', message, { status });
	}
	const message = `no WebSocket at /api/v4/websocket: ${status}. Is the address right, with its sub-path?`;
	return new UpgradeError('not-found', message, { status });
}

/** No HTTP answer at all. */
function failure(error: NodeJS.ErrnoException): UpgradeError {
	const code = error.code;
	const details = code ? { code } : {};
	if (code && /CERT|SSL|TLS|ALTNAME|SIGNED|ISSUER|SIGNATURE|EPROTO/.test(code)) {
		return new UpgradeError('tls', `no safe connection: ${error.message} (${code})`, details);
	}
	// `ws` has no code for an answer that is no HTTP, or an upgrade with a wrong key.
	if (!code || /^(HPE_|WS_)/.test(code)) {
		return new UpgradeError('not-websocket', `what answers there is no WebSocket: ${error.message}`, details);
	}
	return new UpgradeError('unreachable', `the server can't be reached: ${error.message}`, details);
}
