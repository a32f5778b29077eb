import type { Dispatcher, Pool } from 'undici';
import type { Attempt } from './attempt.ts';
import { exchange } from './exchange.ts';
import { Secret } from './secret.ts';

export interface ConnectionOptions {
	/** Milliseconds for opening a connection, TLS included. */
	readonly connectTimeout: number;
	readonly verifyTls: boolean;
	readonly ca: string | Buffer | readonly (string | Buffer)[] | undefined;
	readonly proxy: string | URL | Secret | undefined;
}

/** The open connections of a client and all that were made from it by `with`. */
export class Connections {
	readonly #options: ConnectionOptions;
	readonly #dispatchers = new Map<string, Dispatcher>();
	#undici: typeof import('undici') | undefined;
	#closed = false;

	constructor(options: ConnectionOptions) {
		this.#options = options;
	}

	/** undici is loaded by the first attempt: it takes 50–100 ms, which a program that only imports this package need not wait for. */
	readonly carry = (attempt: Attempt) => {
		const open = this.#dispatchers.get(attempt.origin);
		return open ? exchange(open, attempt) : this.#open(attempt);
	};

	async close(): Promise<void> {
		this.#closed = true;
		await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
	}

	async #open(attempt: Attempt) {
		this.#undici ??= await import('undici');
		if (this.#closed) return { failed: 'aborted', sent: false } as const;
		let dispatcher = this.#dispatchers.get(attempt.origin);
		if (!dispatcher) {
			dispatcher = this.#dispatcher(this.#undici, attempt.origin);
			this.#dispatchers.set(attempt.origin, dispatcher);
		}
		return exchange(dispatcher, attempt);
	}

	#dispatcher(undici: typeof import('undici'), origin: string): Dispatcher {
		const { connectTimeout, verifyTls, ca, proxy } = this.#options;
		const tls = { rejectUnauthorized: verifyTls, ...(ca === undefined ? {} : { ca: [ca].flat() }) };
		const options: Pool.Options = {
			connectTimeout,
			// One timer per attempt, ours, covers headers and body.
			headersTimeout: 0,
			bodyTimeout: 0,
			// With HTTP/2 one broken connection would fail all requests in flight.
			allowH2: false,
		};
		if (proxy === undefined) return new undici.Pool(origin, { ...options, connect: tls });
		const uri = proxy instanceof Secret ? proxy.reveal() : String(proxy);
		return new undici.ProxyAgent({ ...options, uri, requestTls: tls, proxyTls: tls });
	}
}
