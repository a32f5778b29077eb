import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { isSystemAdmin } from '../permissions.ts';
import { sessionFor } from '../session.ts';
import type { Site } from '../site.ts';
import { setOffline, setOnline } from '../status.ts';
import { serverVersion } from '../version.ts';
import type { Session } from '../world/sessions.ts';
import { Connection } from './connection.ts';
import { type Broadcast, type EventData, HubEvent, type PerUser } from './event.ts';

export interface Resume {
	readonly connectionId: string;
	/** The number of the next event that the client has not seen. */
	readonly from: number;
}

/** Knows the WebSocket connections of all users and hands each event to those who may see it. */
export class Hub {
	readonly #site: Site;
	readonly #connections = new Map<string, Connection>();
	readonly #byUser = new Map<string, Set<Connection>>();

	constructor(parts: Omit<Site, 'hub'>) {
		this.#site = { ...parts, hub: this };
	}

	get site(): Site {
		return this.#site;
	}

	get connections(): Iterable<Connection> {
		return this.#connections.values();
	}

	/**
	 * Sends an event to all who may see it. Keys of `data` in any order; values that Mattermost sends as JSON inside JSON are
	 * strings already (`post: JSON.stringify(post)`). `perUser` adds what only that user gets.
	 */
	publish(name: string, data: EventData, broadcast: Broadcast, perUser?: PerUser): void {
		if (this.#connections.size === 0) return;
		const event = new HubEvent(name, data, broadcast, perUser);
		// Nobody may hear of what a SIGKILL could still undo.
		this.#site.world.commit();
		for (const connection of this.#receivers(event)) {
			if (this.#isLost(connection)) connection.skip();
			else connection.send(event);
		}
	}

	#isLost({ userId, lost }: Connection): boolean {
		const { faults, world } = this.#site;
		return !faults.none && faults.losesEvent(world.users.get(userId)?.username ?? '', lost);
	}

	/** Begins a connection, or goes on with one that was closed. */
	connect(socket: WebSocket, stream: Duplex, session: Session, resume?: Resume): Connection {
		const now = this.#site.clock.now();
		const known = resume && this.#resumable(resume.connectionId, session, now);
		if (known) {
			known.token = session.token;
			known.activeAt = now;
			known.attach(socket, stream);
			const before = known.id;
			if (known.resume(resume.from)) known.flush();
			else {
				this.#connections.delete(before);
				this.#connections.set(known.id, known);
				this.#greet(known);
			}
			return known;
		}
		const connection = new Connection(session.user_id, session.token, now, this.#site.settings.hub, (slow) =>
			this.drop(slow),
		);
		connection.attach(socket, stream);
		this.#connections.set(connection.id, connection);
		const own = this.#byUser.get(session.user_id) ?? new Set();
		this.#byUser.set(session.user_id, own.add(connection));
		this.#greet(connection);
		// Not at once: the answer to `authentication_challenge` and to a first `ping` come before `status_change`.
		setTimeout(() => setOnline(this.#site, session.user_id), this.#site.settings.hub.online).unref();
		return connection;
	}

	/** The socket is gone; what is sent from now on waits for the client to come back. */
	closed(connection: Connection): void {
		connection.detach();
		for (const other of this.#byUser.get(connection.userId) ?? []) if (other.open) return;
		const timer = setTimeout(() => setOffline(this.#site, connection.userId), this.#site.settings.hub.offline);
		timer.unref();
	}

	/** Ends a connection for good: it can't be resumed. */
	drop(connection: Connection): void {
		this.#connections.delete(connection.id);
		const own = this.#byUser.get(connection.userId);
		own?.delete(connection);
		if (own?.size === 0) this.#byUser.delete(connection.userId);
		connection.socket?.terminate();
	}

	/** A request in a session keeps the session's connections resumable. */
	active(session: Session): void {
		for (const connection of this.#byUser.get(session.user_id) ?? []) {
			if (connection.token === session.token) connection.activeAt = this.#site.clock.now();
		}
	}

	/** Forgets connections that can't be resumed any more. */
	sweep(): void {
		const oldest = this.#site.clock.now() - this.#site.settings.hub.resume;
		for (const connection of this.#connections.values()) {
			if (!connection.open && connection.activeAt < oldest) this.drop(connection);
		}
	}

	/** As after a restart of the server: all sockets closed, nothing can be resumed. */
	forget(): void {
		for (const connection of [...this.#connections.values()]) this.drop(connection);
	}

	/** A connection that is once found without a session stays so, even if its token opens one again: the client must come anew. */
	isAuthenticated(connection: Connection): boolean {
		if (connection.token !== '' && sessionFor(this.#site, connection.token)) return true;
		connection.token = '';
		return false;
	}

	#resumable(id: string, session: Session, now: number): Connection | undefined {
		const connection = this.#connections.get(id);
		if (!connection || connection.open || connection.userId !== session.user_id) return undefined;
		if (now - connection.activeAt <= this.#site.settings.hub.resume) return connection;
		this.drop(connection);
		return undefined;
	}

	#greet(connection: Connection): void {
		const data = { connection_id: connection.id, server_hostname: 'emulator', server_version: serverVersion };
		connection.sendFirst(new HubEvent('hello', data, { user_id: connection.userId }));
	}

	*#receivers({ name, broadcast: to }: HubEvent): Iterable<Connection> {
		const { world } = this.#site;
		for (const connection of this.#candidates(to)) {
			const { userId } = connection;
			if (!this.isAuthenticated(connection)) continue;
			if (to.contains_sanitized_data && isSystemAdmin(this.#site, userId)) continue;
			if (to.contains_sensitive_data && !isSystemAdmin(this.#site, userId)) continue;
			if (to.omit_connection_id && connection.id === to.omit_connection_id) continue;
			if (to.connection_id || to.user_id) yield connection;
			else if (to.omit_users?.[userId]) continue;
			else if (to.channel_id) {
				if (world.channels.isMember(to.channel_id, userId) && interested(connection, name, to.channel_id))
					yield connection;
			} else if (!to.team_id || world.teams.isMember(to.team_id, userId)) yield connection;
		}
	}

	#candidates({ connection_id, user_id }: Broadcast): Iterable<Connection> {
		if (connection_id) {
			const connection = this.#connections.get(connection_id);
			return connection ? [connection] : [];
		}
		return user_id ? (this.#byUser.get(user_id) ?? []) : this.#connections.values();
	}
}

const scoped = new Set(['typing', 'reaction_added', 'reaction_removed']);

/** Some events go only to who looks at the channel, when the client says where it looks. */
function interested({ presence }: Connection, name: string, channelId: string): boolean {
	if (!presence || !scoped.has(name)) return true;
	return presence.channelId === channelId || presence.threadChannelId === channelId;
}
