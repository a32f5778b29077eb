// Everything that a network does to connections, on demand.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameFilter } from './frame-filter.ts';

interface Pair {
	readonly client: Socket;
	readonly server: Socket;
	readonly filter: FrameFilter;
	frozen: boolean;
}

export class FaultyProxy implements AsyncDisposable {
	/** Port of the server behind it, on loopback. */
	target: number;
	/** Milliseconds that every chunk takes longer. */
	delay = 0;
	/** What comes in is not served: `refuse` cuts it, `page` answers with an HTML page of a proxy. */
	answer: 'server' | 'refuse' | 'page' = 'server';
	readonly #listener: Server;
	readonly #pairs = new Set<Pair>();

	private constructor(target: number) {
		this.target = target;
		this.#listener = createServer((client) => this.#accept(client));
	}

	static async start(target: number): Promise<FaultyProxy> {
		const proxy = new FaultyProxy(target);
		proxy.#listener.listen(0, '127.0.0.1');
		await once(proxy.#listener, 'listening');
		return proxy;
	}

	get port(): number {
		return (this.#listener.address() as AddressInfo).port;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** Every connection ends with a reset. */
	cut(): void {
		for (const { client, server } of this.#pairs) {
			client.resetAndDestroy();
			server.destroy();
		}
		this.#pairs.clear();
	}

	/** Every connection stays open, and nothing goes through any more in either direction. */
	halfOpen(): void {
		for (const pair of this.#pairs) pair.frozen = true;
	}

	/** The next events on each WebSocket are lost. */
	loseEvents(count: number): void {
		for (const { filter } of this.#pairs) filter.swallow = count;
	}

	#accept(client: Socket): void {
		client.on('error', () => {});
		if (this.answer === 'refuse') {
			client.resetAndDestroy();
			return;
		}
		if (this.answer === 'page') {
			client.resume();
			client.end(
				'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 12\r\nConnection: close\r\n\r\n<h1>502</h1>',
			);
			return;
		}
		const server = connect(this.target, '127.0.0.1');
		const pair: Pair = { client, server, filter: new FrameFilter(), frozen: false };
		this.#pairs.add(pair);
		server.on('error', () => {});
		const close = () => {
			// Half-open: the other side does not hear of it until everything is cut.
			if (pair.frozen) return;
			this.#pairs.delete(pair);
			client.destroy();
			server.destroy();
		};
		client.on('close', close);
		server.on('close', close);
		const toServer = this.#pipe(pair, server);
		const toClient = this.#pipe(pair, client);
		client.on('data', toServer);
		server.on('data', (chunk: Buffer) => toClient(pair.filter.pass(chunk)));
	}

	/** Hands chunks on in their order, also while the delay changes. */
	#pipe(pair: Pair, to: Socket): (chunk: Buffer) => void {
		let last: Promise<unknown> | undefined;
		const send = (chunk: Buffer) => {
			if (!pair.frozen && !to.destroyed) to.write(chunk);
		};
		return (chunk) => {
			if (this.delay === 0 && !last) {
				send(chunk);
				return;
			}
			const arrived = Promise.all([last, sleep(this.delay)]).then(() => {
				send(chunk);
				if (last === arrived) last = undefined;
			});
			last = arrived;
		};
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.cut();
		this.#listener.close();
		await once(this.#listener, 'close');
	}
}
