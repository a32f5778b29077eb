import { WebSocket } from 'ws';

export interface SubscribersOptions {
	readonly url: string;
	readonly protocol: 'graphql-transport-ws' | 'graphql-ws';
	readonly count: number;
	/** How many connect at a time. */
	readonly wave: number;
	/** One token for each user; subscribers take them in turn. */
	readonly tokens: readonly string[];
	readonly channel: string;
	/** Called with the text that begins after `marker` in a message. */
	readonly marker: string;
	readonly arrived: (rest: string, subscriber: number) => void;
	/** A socket closed, or the gateway refused: in one sentence. */
	readonly failed: (problem: string) => void;
}

const subscription = 'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){message{message}}}';
/** What is read after the marker. */
const restLength = 16;

/** Many sockets, each with one subscription. */
export class Subscribers {
	readonly #options: SubscribersOptions;
	readonly #sockets: WebSocket[] = [];
	#closing = false;

	constructor(options: SubscribersOptions) {
		this.#options = options;
	}

	/** In waves, so that the gateway is not met by all at once. Gives how many are connected. */
	async connect(progress: (connected: number) => void): Promise<number> {
		const { count, wave } = this.#options;
		let connected = 0;
		for (let begun = 0; begun < count; begun += wave) {
			const numbers = Array.from({ length: Math.min(wave, count - begun) }, (_, index) => begun + index);
			const outcomes = await Promise.all(numbers.map((number) => this.#connectOne(number)));
			connected += outcomes.filter(Boolean).length;
			progress(connected);
		}
		return connected;
	}

	close(): void {
		this.#closing = true;
		for (const socket of this.#sockets) socket.terminate();
	}

	#connectOne(number: number): Promise<boolean> {
		const { url, protocol, tokens, channel } = this.#options;
		const token = tokens[number % tokens.length];
		const socket = new WebSocket(url, protocol, { perMessageDeflate: false, handshakeTimeout: 30_000 });
		this.#sockets.push(socket);
		return new Promise((resolve) => {
			let problem = '';
			socket.on('open', () =>
				socket.send(
					JSON.stringify({ type: 'connection_init', payload: { headers: { Authorization: `JWT ${token}` } } }),
				),
			);
			socket.on('error', (error) => {
				problem = error.message;
			});
			socket.on('close', (code, reason) => {
				if (!this.#closing) this.#options.failed(problem || `a socket was closed with ${code} ${reason}`.trim());
				resolve(false);
			});
			socket.on('message', (data: Buffer) => {
				if (this.#took(data, number)) return;
				const message = JSON.parse(data.toString()) as { type: string; payload?: unknown };
				if (message.type === 'connection_ack') {
					const type = protocol === 'graphql-ws' ? 'start' : 'subscribe';
					socket.send(JSON.stringify({ id: '1', type, payload: { query: subscription, variables: { c: channel } } }));
					resolve(true);
				} else if (message.type === 'ping') socket.send('{"type":"pong"}');
				else if (data.includes('"errors"') || message.type.endsWith('error'))
					this.#options.failed(`the gateway refused: ${JSON.stringify(message.payload).slice(0, 200)}`);
			});
		});
	}

	/** Messages are looked at, not parsed: thousands a second would keep this process from measuring. */
	#took(data: Buffer, number: number): boolean {
		const { marker, arrived } = this.#options;
		const at = data.indexOf(marker);
		if (at < 0) return false;
		const start = at + marker.length;
		arrived(data.toString('latin1', start, start + restLength), number);
		return true;
	}
}
