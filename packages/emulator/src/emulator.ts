import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Admin, ensureAdmin } from './admin.ts';
import {
	type BotOptions,
	Builders,
	type ChannelHandle,
	type TeamHandle,
	type TeamOptions,
	type UserOptions,
} from './builders.ts';
import { Clock } from './clock.ts';
import { EmulatorError, notImplemented } from './errors.ts';
import type { Incident } from './faults/fault.ts';
import { Faults } from './faults/faults.ts';
import { faultRoutes } from './faults/routes.ts';
import { Hub } from './hub/hub.ts';
import { Sockets } from './hub/socket.ts';
import { knownRoutes } from './known-routes.ts';
import { Listener } from './listener.ts';
import { PendingPosts } from './pending-posts.ts';
import { routes } from './rest/index.ts';
import { Router, route } from './router.ts';
import { runDue } from './scheduled-posts.ts';
import { plant, type Seed } from './seed.ts';
import { type SeenPost, seenPosts } from './seen-posts.ts';
import { Server } from './server.ts';
import { type Settings, type SettingsOptions, settingsFrom } from './settings.ts';
import type { Site } from './site.ts';
import type { UserHandle } from './user-handle.ts';
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
	/** Faults may be turned on by `POST /_emulator/faults`, by anybody who reaches the server. Default false. */
	readonly faults?: boolean;
}

export interface RestartOptions {
	/** Milliseconds in which nobody can connect. Default 0. */
	readonly downFor?: number;
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
	readonly #listener = new Listener(this);
	readonly #sweeping: NodeJS.Timeout;
	readonly #due: NodeJS.Timeout;
	#isDown = false;
	#isClosed = false;
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
			faults: new Faults(),
		}).site;
		const router = makeRouter();
		const happen = (incident: Incident) => this.#happen(incident);
		if (options.faults) for (const route of faultRoutes(this.#site.faults, { happen })) router.add(route);
		this.#server = new Server(this.#site, router);
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

	/** What goes wrong on demand. */
	get faults(): Faults {
		return this.#site.faults;
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
		const url = await this.#listener.open(port, host);
		if (!this.settings.siteUrl) this.settings.siteUrl = url;
		if (!isLoopback(host))
			console.warn(`emulator: ${url} is open to others. It is made for tests, not for production.`);
	}

	/** Answers a request, for a server of your own: give it `/api/v4/*` and `/hooks/*`. */
	handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (!this.#isDown) return this.#server.handle(request, response);
		request.socket.destroy();
		return Promise.resolve();
	}

	/** Takes the upgrade of `/api/v4/websocket`. False: not for the emulator. */
	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
		if (this.#isDown) return false;
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

	/** WebSockets of users that are open. */
	get connected(): number {
		return [...this.#site.hub.connections].filter((connection) => connection.open).length;
	}

	/** Events that wait because clients do not read, of the connection that has most. */
	get waiting(): number {
		return Math.max(0, ...[...this.#site.hub.connections].map((connection) => connection.waiting));
	}

	/** Everything but who is connected. Plain JSON. */
	snapshot(): Snapshot {
		return this.#site.world.snapshot();
	}

	restore(snapshot: Snapshot): void {
		this.#site.world.restore(snapshot);
	}

	/** Cuts WebSockets. @param username default: everybody's */
	dropSockets(username?: string): void {
		this.#sockets.terminate(this.#idOf(username));
	}

	/** WebSockets stay open, but nothing gets through any more: a network that went away without a word. */
	halfOpenSockets(username?: string): void {
		this.#sockets.halfOpen(this.#idOf(username));
	}

	/**
	 * Ends all connections and forgets what a server has in memory only: no event stream can be resumed, a repeated
	 * `pending_post_id` makes a second post. The world stays.
	 */
	async restart({ downFor = 0 }: RestartOptions = {}): Promise<void> {
		this.#isDown = true;
		this.#site.hub.forget();
		this.#sockets.terminate();
		this.#site.pending.clear();
		await this.#listener.close();
		if (downFor > 0) await delay(downFor);
		this.#isDown = false;
		if (!this.#isClosed) await this.#listener.reopen();
	}

	#happen(incident: Incident): void {
		if (incident.fault === 'drop_sockets') this.dropSockets(incident.user);
		else if (incident.fault === 'half_open_sockets') this.halfOpenSockets(incident.user);
		else if (incident.fault === 'clock') this.clock.advance(incident.advance);
		else {
			// After the answer: a restart would cut it.
			const { milliseconds: downFor = 0 } = incident;
			setImmediate(() => void this.restart({ downFor }));
		}
	}

	#idOf(username: string | undefined): string | undefined {
		if (username === undefined) return undefined;
		const user = this.#site.world.users.named(username);
		if (!user) throw new EmulatorError(`there is no user ${username}`);
		return user.id;
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		clearInterval(this.#sweeping);
		clearInterval(this.#due);
		this.#sockets.terminate();
		await this.#listener.close();
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

function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
