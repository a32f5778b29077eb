import type { HttpClient, RequestOptions, Secret } from '@matterkit/http';
import { ValidationError } from '@matterkit/http';
import { Connection } from './connection.ts';
import type { EventStream, EventStreamOptions, EventType } from './events/index.ts';
import type { MattermostOptions } from './options.ts';
import type { PathParams, PathValues } from './path.ts';
import { ProfileAttributes } from './resources/attributes.ts';
import { Bookmarks } from './resources/bookmarks.ts';
import { Bots } from './resources/bots.ts';
import { Categories } from './resources/categories.ts';
import { Channels } from './resources/channels.ts';
import { Commands } from './resources/commands.ts';
import { Compliance } from './resources/compliance.ts';
import { Config } from './resources/config.ts';
import { Drafts, ScheduledPosts } from './resources/drafts.ts';
import { Emoji } from './resources/emoji.ts';
import { Exports, Imports } from './resources/exports.ts';
import { Files, Uploads } from './resources/files.ts';
import { Groups } from './resources/groups.ts';
import { Jobs } from './resources/jobs.ts';
import { OAuth } from './resources/oauth.ts';
import { Plugins } from './resources/plugins.ts';
import { Posts } from './resources/posts.ts';
import { Preferences } from './resources/preferences.ts';
import { Reactions } from './resources/reactions.ts';
import { Roles, Schemes } from './resources/roles.ts';
import { Sessions } from './resources/sessions.ts';
import { Status } from './resources/status.ts';
import { System } from './resources/system.ts';
import { Teams } from './resources/teams.ts';
import { Threads } from './resources/threads.ts';
import { Tokens } from './resources/tokens.ts';
import { Users } from './resources/users.ts';
import { IncomingWebhooks, OutgoingWebhooks } from './resources/webhooks.ts';
import { Room } from './room.ts';
import type { Route, Routes } from './routes.ts';

export type ConnectOptions = MattermostOptions & {
	/** Instead of a token: signs in, and holds the session's token. */
	readonly login?:
		| { readonly loginId: string; readonly password: string; readonly mfaToken?: string | undefined }
		| undefined;
	/** Gives up connecting. */
	readonly signal?: AbortSignal | undefined;
};

type RequestArguments<R extends string> =
	PathValues<R> extends readonly []
		? [path?: Readonly<Record<string, never>>, options?: RequestOptions]
		: [path: PathParams<R>, options?: RequestOptions];

/** A Mattermost server, as one user (or bot) sees it. */
export class Mattermost implements AsyncDisposable {
	readonly #connection: Connection;
	#teams: Promise<Routes['GET /api/v4/users/{user_id}/teams']> | undefined;
	#shared: { readonly stream: EventStream; handlers: number } | undefined;
	#connected = false;
	#closed = false;

	readonly users: Users;
	readonly status: Status;
	readonly preferences: Preferences;
	readonly tokens: Tokens;
	readonly sessions: Sessions;
	readonly teams: Teams;
	readonly channels: Channels;
	readonly bookmarks: Bookmarks;
	readonly categories: Categories;
	readonly posts: Posts;
	readonly threads: Threads;
	readonly reactions: Reactions;
	readonly drafts: Drafts;
	readonly scheduledPosts: ScheduledPosts;
	readonly files: Files;
	readonly uploads: Uploads;
	readonly bots: Bots;
	readonly incomingWebhooks: IncomingWebhooks;
	readonly outgoingWebhooks: OutgoingWebhooks;
	readonly commands: Commands;
	readonly emoji: Emoji;
	readonly groups: Groups;
	readonly roles: Roles;
	readonly schemes: Schemes;
	readonly jobs: Jobs;
	readonly plugins: Plugins;
	readonly oauth: OAuth;
	readonly profileAttributes: ProfileAttributes;
	readonly compliance: Compliance;
	readonly exports: Exports;
	readonly imports: Imports;
	readonly config: Config;
	readonly system: System;

	/** Asks nothing of the server yet; `Mattermost.connect` looks whether the token is valid. */
	constructor(options: MattermostOptions);
	/** @internal Made by `as`. */
	constructor(connection: Connection);
	constructor(options: MattermostOptions | Connection) {
		const connection = options instanceof Connection ? options : Connection.open(options);
		this.#connection = connection;
		this.users = new Users(connection);
		this.status = new Status(connection);
		this.preferences = new Preferences(connection);
		this.tokens = new Tokens(connection);
		this.sessions = new Sessions(connection);
		this.teams = new Teams(connection);
		this.channels = new Channels(connection);
		this.bookmarks = new Bookmarks(connection);
		this.categories = new Categories(connection);
		this.posts = new Posts(connection);
		this.threads = new Threads(connection);
		this.reactions = new Reactions(connection);
		this.drafts = new Drafts(connection);
		this.scheduledPosts = new ScheduledPosts(connection);
		this.files = new Files(connection);
		this.uploads = new Uploads(connection);
		this.bots = new Bots(connection);
		this.incomingWebhooks = new IncomingWebhooks(connection);
		this.outgoingWebhooks = new OutgoingWebhooks(connection);
		this.commands = new Commands(connection);
		this.emoji = new Emoji(connection);
		this.groups = new Groups(connection);
		this.roles = new Roles(connection);
		this.schemes = new Schemes(connection);
		this.jobs = new Jobs(connection);
		this.plugins = new Plugins(connection);
		this.oauth = new OAuth(connection);
		this.profileAttributes = new ProfileAttributes(connection);
		this.compliance = new Compliance(connection);
		this.exports = new Exports(connection);
		this.imports = new Imports(connection);
		this.config = new Config(connection);
		this.system = new System(connection);
	}

	/**
	 * Signs in where it must, and makes sure that the server takes the token.
	 * @throws AuthenticationError the token or the password is wrong.
	 */
	static async connect({ login, signal, ...options }: ConnectOptions): Promise<Mattermost> {
		if (!options.token && !login) throw new ValidationError('connect: give a token, or a login');
		let mm = new Mattermost(options);
		try {
			if (login && !options.token) {
				const { token } = await mm.users.login(login.loginId, login.password, { mfaToken: login.mfaToken, signal });
				await mm.close();
				mm = new Mattermost({ ...options, token });
			}
			await mm.#connection.me({ signal });
			mm.#connected = true;
			return mm;
		} catch (error) {
			await mm.close();
			throw error;
		}
	}

	/** The server's address, without a slash at its end. */
	get url(): string {
		return this.#connection.url;
	}

	/** Plain requests below the server's address, with this token: for what no route of the REST API is, such as plugins. */
	get http(): HttpClient {
		return this.#connection.http;
	}

	get token(): Secret | undefined {
		return this.#connection.token;
	}

	/** Was the token found to be valid by `connect`, and is the client still open? */
	get isConnected(): boolean {
		return this.#connected && !this.#closed;
	}

	/** The same server as another user. Connections are shared; they are closed with this `Mattermost`, not with the new one. */
	as(token: string | Secret): Mattermost {
		return new Mattermost(this.#connection.as(token));
	}

	/** The id of the user or bot whose token this is; asked once. */
	async botUserId(): Promise<string> {
		return (await this.#connection.me()).id;
	}

	/** The teams that this user or bot is in; asked once. */
	botTeams() {
		this.#teams ??= this.teams.getForUser('me').catch((error) => {
			this.#teams = undefined;
			throw error;
		});
		return this.#teams;
	}

	/** A channel to post in. */
	channel(channelId: string): Room {
		return new Room(this.#connection, this.posts, channelId);
	}

	/** What happens on the server, as it happens; nothing is lost when the connection is. */
	events<T extends EventType = EventType>(options?: EventStreamOptions<T>): EventStream<T> {
		return this.#connection.events(options);
	}

	/**
	 * Calls `handler` for each event of a type, as `on` of an event stream does. All handlers share one stream, which is opened
	 * for the first of them and closed after the last. @returns stops it
	 */
	readonly on = ((name: EventType, handler: () => unknown) => {
		// One that was refused says nothing any more: the token may be good again.
		if (this.#shared?.stream.state === 'refused') this.#shared = undefined;
		this.#shared ??= { stream: this.events(), handlers: 0 };
		const shared = this.#shared;
		shared.handlers++;
		const stop = shared.stream.on(name, handler);
		let stopped = false;
		return () => {
			if (stopped) return;
			stopped = true;
			stop();
			if (--shared.handlers > 0) return;
			if (this.#shared === shared) this.#shared = undefined;
			void shared.stream.close();
		};
		// The overloads are those of the stream, and what they say of name and handler holds for it.
	}) as EventStream['on'];

	/** Any route of the REST API: `mm.request('GET /api/v4/users/{user_id}', { user_id })`. */
	request<R extends Route>(route: R, ...[path, options]: RequestArguments<R>): Promise<Routes[R]> {
		// Without parameters, PathParams is {}.
		return this.#connection.request(route, (path ?? {}) as PathParams<R>, options);
	}

	/** Closes the event streams and the connections; requests under way fail with AbortError. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#connection.close();
	}

	[Symbol.asyncDispose](): Promise<void> {
		return this.close();
	}
}
