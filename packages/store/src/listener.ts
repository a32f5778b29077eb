// LISTEN on a connection of its own, made anew when it is lost.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { StoreLog } from './store.ts';

/** Milliseconds before a lost connection is tried again; doubles up to the second number. */
const firstWait = 100;
const longestWait = 5_000;

export class Listener {
	readonly #config: pg.ClientConfig;
	readonly #log: StoreLog;
	readonly #channels = new Map<string, Set<() => void>>();
	readonly #closed = new AbortController();
	#client: pg.Client | undefined;
	#connecting: Promise<void> | undefined;

	constructor(config: pg.ClientConfig, log: StoreLog) {
		this.#config = config;
		this.#log = log;
	}

	async add(channel: string, wake: () => void): Promise<AsyncDisposable> {
		const wakes = this.#channels.get(channel) ?? new Set();
		this.#channels.set(channel, wakes.add(wake));
		try {
			await this.#listen(channel);
		} catch (error) {
			// Whoever is told so may ask again.
			wakes.delete(wake);
			throw error;
		}
		return {
			[Symbol.asyncDispose]: async () => {
				// The channel stays listened to: a later listener of it comes back at no cost, and nobody else is woken.
				wakes.delete(wake);
			},
		};
	}

	async close(): Promise<void> {
		this.#closed.abort();
		await this.#connecting?.catch(() => {});
		const client = this.#client;
		this.#client = undefined;
		await client?.end();
	}

	async #listen(channel: string): Promise<void> {
		if (!this.#client) {
			this.#connecting ??= this.#whileConnecting(this.#connect());
			await this.#connecting;
		}
		// Also after a connect: one that was under way may have begun before the channel was known. Listening twice is harmless.
		await this.#client?.query(`listen ${pg.escapeIdentifier(channel)}`);
	}

	#whileConnecting(connecting: Promise<void>): Promise<void> {
		return connecting.finally(() => {
			this.#connecting = undefined;
		});
	}

	async #connect(): Promise<void> {
		const client = new pg.Client({ ...this.#config, query_timeout: 30_000 });
		client.on('error', (error) => this.#lost(client, error));
		client.on('end', () => this.#lost(client, new Error('the server closed it')));
		client.on('notification', ({ channel }) => this.#wake(channel));
		try {
			await client.connect();
			for (const channel of this.#channels.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
			this.#closed.signal.throwIfAborted();
			this.#client = client;
		} catch (error) {
			// Nobody awaits a half-open client: what it still says goes to the handlers above, which ignore it.
			void client.end().catch(() => {});
			throw error;
		}
	}

	#wake(channel: string): void {
		for (const wake of this.#channels.get(channel) ?? []) wake();
	}

	#lost(client: pg.Client, error: Error): void {
		if (this.#client !== client) return;
		this.#client = undefined;
		if (this.#closed.signal.aborted) return;
		this.#log.warn({ error: error.message }, 'the listening connection to PostgreSQL was lost');
		// Destroys the socket of a connection that failed but is still open.
		void client.end().catch(() => {});
		this.#connecting = this.#whileConnecting(this.#reconnect());
	}

	async #reconnect(): Promise<void> {
		for (let wait = firstWait; !this.#closed.signal.aborted; wait = Math.min(wait * 2, longestWait)) {
			await delay(wait * (0.5 + Math.random() / 2), undefined, { signal: this.#closed.signal }).catch(() => {});
			try {
				if (this.#closed.signal.aborted) return;
				await this.#connect();
				this.#log.info({}, 'listening to PostgreSQL again');
				for (const channel of this.#channels.keys()) this.#wake(channel);
				return;
			} catch {
				// Said once when it was lost.
			}
		}
	}
}
