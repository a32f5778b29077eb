import { once } from 'node:events';
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Admin, ensureAdmin } from './admin.ts';
import {
	type BotOptions,
	Builders,
	type ChannelHandle,
	type SeenPost,
	seenPosts,
	type TeamHandle,
	type TeamOptions,
	type UserHandle,
	type UserOptions,
} from './builders.ts';
import { Clock } from './clock.ts';
import { EmulatorError, notImplemented } from './errors.ts';
import { Hub } from './hub/hub.ts';
import { Sockets } from './hub/socket.ts';
import { knownRoutes } from './known-routes.ts';
import { PendingPosts } from './posting.ts';
import { routes } from './rest/index.ts';
import { Router, route } from './router.ts';
import { runDue } from './scheduled-posts.ts';
import { plant, type Seed } from './seed.ts';
import { Server } from './server.ts';
import { type Settings, type SettingsOptions, settingsFrom } from './settings.ts';
import type { Site } from './site.ts';
import { type Snapshot, World } from './world/world.ts';

export interface EmulatorOptions {
	/** Default 0: any free one. */
	readonly port?: number;
	/** Default 127.0.0.1. Anything else lets others in, to a server that is made for tests. */
	readonly host?: string;
	/** False: it does not listen; mount `handle` and `upgrade` in a server of your own, and say where with `siteUrl`. */
	readonly listen?: boolean;
	/** What clients call the server, where that is not the address it listens at. */
	readonly siteUrl?: string;
	/** A journal that keeps the world: what was answered survives the death of the process. Default: in memory. */
	readonly file?: string;
	/** What a new world has. A world that a journal brings back is left as it is. */
	readonly seed?: Seed;
	readonly settings?: SettingsOptions;
}

/** Starts a Mattermost server inside this process. */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const emulator = new Emulator(options);
	try {
		await emulator.start();
	} catch (error) {
		await emulator.close();
		throw error;
	}
	return emulator;
}

export class Emulator implements AsyncDisposable {
	readonly #options: EmulatorOptions;
	readonly #site: Site;
	readonly #server: Server;
	readonly #sockets: Sockets;
	readonly #sweeping: NodeJS.Timeout;
	readonly #due: NodeJS.Timeout;
	#http: HttpServer | undefined;
	#admin: Admin | undefined;
	#builders: Builders | undefined;

	constructor(options: EmulatorOptions) {
		this.#options = options;
		const settings = settingsFrom(options.siteUrl ?? '', options.settings);
		this.#site = new Hub({
			world: new World(options.file),
			clock: new Clock(),
			settings,
			pending: new PendingPosts(),
		}).site;
		this.#server = new Server(this.#site, makeRouter());
		this.#sockets = new Sockets(this.#site);
		this.#sweeping = setInterval(() => this.#site.hub.sweep(), 60_000).unref();
		this.#due = setInterval(() => void runDue(this.#site), 1_000).unref();
		this.#site.clock.onMove(() => void runDue(this.#site));
	}

	/** Where clients find it, without a slash at the end. */
	get url(): string {
		return this.settings.siteUrl;
	}

	/** The system administrator. */
	get admin(): Admin {
		if (!this.#admin) throw new EmulatorError('the emulator has not started');
		return this.#admin;
	}

	/** Changes hold from the next request on. */
	get settings(): Settings {
		return this.#site.settings;
	}

	/** The server's time, which tests can move. */
	get clock(): Clock {
		return this.#site.clock;
	}

	/** For `createEmulator`, which calls it once. */
	async start(): Promise<void> {
		const { listen = true, port = 0, host = '127.0.0.1' } = this.#options;
		const isNew = this.#site.world.users.table.size === 0;
		this.#admin = await ensureAdmin(this.#site);
		this.#builders = new Builders(this.#site, this.#admin.id);
		if (isNew && this.#options.seed) await plant(this.#builders, this.#options.seed);
		this.#site.world.commit();
		if (!listen) return;
		const http = createServer((request, response) => void this.handle(request, response));
		http.on('upgrade', (request, socket, head) => {
			if (!this.upgrade(request, socket, head)) socket.destroy();
		});
		// Connections that clients keep open are the client's business, as on the real server.
		http.keepAliveTimeout = 60_000;
		this.#http = http;
		try {
			await once(http.listen(port, host), 'listening');
		} catch (error) {
			throw cannotListen(error, host, port);
		}
		const address = http.address() as AddressInfo;
		const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
		if (!this.settings.siteUrl) this.settings.siteUrl = `http://${shown}:${address.port}`;
	}

	/** Answers a request, for a server of your own: give it `/api/v4/*` and `/hooks/*`. */
	handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		return this.#server.handle(request, response);
	}

	/** Takes the upgrade of `/api/v4/websocket`. False: not for the emulator. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
		return this.#sockets.upgrade(request, socket, head);
	}

	/** The team of that name, made where there is none. */
	team(name: string, options?: TeamOptions): TeamHandle {
		return this.#build.team(name, options);
	}

	/** The user of that name, made where there is none: with an id, a password and a token. */
	user(username: string, options?: UserOptions): UserHandle {
		return this.#build.user(username, options);
	}

	bot(username: string, options?: BotOptions): UserHandle {
		return this.#build.bot(username, options);
	}

	/** The direct channel of two users. */
	direct(one: UserHandle | string, other: UserHandle | string): ChannelHandle {
		return this.#build.direct(one, other);
	}

	/** What users have posted anywhere and not deleted, in the order in which it was made. */
	posts(): SeenPost[] {
		return seenPosts(this.#site);
	}

	get #build(): Builders {
		if (!this.#builders) throw new EmulatorError('the emulator has not started');
		return this.#builders;
	}

	/** Everything but who is connected. Plain JSON. */
	snapshot(): Snapshot {
		return this.#site.world.snapshot();
	}

	restore(snapshot: Snapshot): void {
		this.#site.world.restore(snapshot);
	}

	async close(): Promise<void> {
		clearInterval(this.#sweeping);
		clearInterval(this.#due);
		this.#sockets.terminate();
		const http = this.#http;
		this.#http = undefined;
		if (http?.listening) {
			http.close();
			http.closeAllConnections();
			await once(http, 'close');
		}
		this.#site.world.close();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}

/** All routes of the real server; those that are missing answer 501. */
export function makeRouter(): Router {
	const router = new Router();
	for (const known of knownRoutes) {
		// In the table by its pattern; what comes without an upgrade is answered like the rest.
		const name = known.replace('{websocket}', 'websocket');
		const missing = () => {
			throw notImplemented(name);
		};
		router.add(route(name, missing, { open: true }));
	}
	for (const route of routes) router.add(route);
	return router;
}

function cannotListen(error: unknown, host: string, port: number): EmulatorError {
	const { code } = error as NodeJS.ErrnoException;
	const reason =
		code === 'EADDRINUSE' ? 'is in use: give another `port`, or 0 for any free one' : `can't be had: ${code}`;
	return new EmulatorError(`${host}:${port} ${reason}`, { cause: error });
}
