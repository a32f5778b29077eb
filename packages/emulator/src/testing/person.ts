// Somebody who talks to an emulator over REST and hears its events: for the tests of this room.
import { WebSocket } from 'ws';

export interface Heard {
	readonly event: string;
	readonly data: Readonly<Record<string, unknown>>;
	readonly broadcast: Readonly<Record<string, unknown>>;
	readonly seq: number;
}

export interface Answered {
	readonly status: number;
	readonly headers: Headers;
	/** The JSON of the answer, whatever its form; undefined where it is none. */
	// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes, and a wrong guess fails the test
	readonly body: any;
	readonly text: string;
}

export class Person implements AsyncDisposable {
	readonly id: string;
	readonly username: string;
	readonly heard: Heard[] = [];
	readonly #url: string;
	readonly token: string;
	#socket: WebSocket | undefined;
	#pings = 0;

	constructor(url: string, { id, username, token }: { id: string; username: string; token: string }) {
		this.#url = url;
		this.token = token;
		this.id = id;
		this.username = username;
	}

	/** Signs up and logs in. */
	static async signUp(url: string, username: string): Promise<Person> {
		const nobody = new Person(url, { id: '', username: '', token: '' });
		const password = 'Passw0rd!x';
		const { body } = await nobody.post('/users', { username, email: `${username}@example.com`, password });
		const { headers } = await nobody.post('/users/login', { login_id: username, password });
		return new Person(url, { id: body.id, username, token: headers.get('token') ?? '' });
	}

	get = (path: string, headers?: Record<string, string>) => this.ask('GET', path, undefined, headers);
	post = (path: string, body?: unknown, headers?: Record<string, string>) => this.ask('POST', path, body, headers);
	put = (path: string, body?: unknown) => this.ask('PUT', path, body);
	patch = (path: string, body?: unknown) => this.ask('PATCH', path, body);
	delete = (path: string, body?: unknown) => this.ask('DELETE', path, body);

	/** @param path below /api/v4, or from /hooks on */
	async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
		// What is not below /api/v4: incoming webhooks, answers of commands, public files.
		const base = /^\/hooks\/(?!incoming|outgoing)|^\/files\/\w+\/public/.test(path) ? this.#url : `${this.#url}/api/v4`;
		const isPlain =
			body === undefined || typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array;
		const response = await fetch(base + path, {
			method,
			redirect: 'manual',
			headers: {
				...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
				...(isPlain ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			...(body === undefined ? {} : { body: isPlain ? (body as string) : JSON.stringify(body) }),
		});
		const text = await response.text();
		return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
	}

	/** Opens a WebSocket and waits for `hello`. */
	async listen(): Promise<this> {
		const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/api/v4/websocket`, {
			headers: { authorization: `Bearer ${this.token}` },
		});
		this.#socket = socket;
		await new Promise<void>((resolve, reject) => {
			socket.on('error', reject);
			socket.on('message', (text) => {
				const frame = JSON.parse(text.toString()) as Heard | { seq_reply: number };
				if (!('event' in frame)) return;
				this.heard.push(frame);
				if (frame.event === 'hello') resolve();
			});
		});
		return this;
	}

	/** Waits until everything has come that was on its way. */
	async settled(): Promise<void> {
		const socket = this.#socket;
		if (!socket) return;
		const seq = ++this.#pings;
		await new Promise<void>((resolve) => {
			const onMessage = (text: unknown) => {
				if ((JSON.parse(String(text)) as { seq_reply?: number }).seq_reply !== seq) return;
				socket.off('message', onMessage);
				resolve();
			};
			socket.on('message', onMessage);
			socket.send(JSON.stringify({ seq, action: 'ping' }));
		});
	}

	/** What was heard of one kind since the last call of `forget`. */
	heardOf(event: string): Heard[] {
		return this.heard.filter((each) => each.event === event);
	}

	forget(): void {
		this.heard.length = 0;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#socket?.terminate();
	}
}

function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
