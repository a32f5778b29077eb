// A world in a few words, for tests: `emulator.team('eng').channel('ops').user('ada')`. What is named is found or made.
import { insertUser } from './accounts.ts';
import { createBot } from './bots.ts';
import { directChannel, joinChannel } from './channel-membership.ts';
import { createChannel } from './channels.ts';
import { EmulatorError } from './errors.ts';
import { callOutgoing } from './integrations/outgoing.ts';
import { hashedAtOnce } from './passwords.ts';
import { createPost } from './posting.ts';
import { type SeenPost, seen, seenPosts } from './seen-posts.ts';
import type { Site } from './site.ts';
import { createTeam, joinTeam } from './teams.ts';
import { UserHandle } from './user-handle.ts';
import type { Channel } from './world/channels.ts';
import type { Team } from './world/teams.ts';
import type { User } from './world/users.ts';

/** Of users that are made without one. */
export const defaultPassword = 'Passw0rd!';

export interface UserOptions {
	/** Default `Passw0rd!`. */
	readonly password?: string;
	/** Default `<username>@example.com`. */
	readonly email?: string;
	readonly first_name?: string;
	readonly last_name?: string;
	readonly nickname?: string;
	/** A system administrator. Default false. */
	readonly admin?: boolean;
}

export interface BotOptions {
	readonly display_name?: string;
	readonly description?: string;
}

export interface TeamOptions {
	readonly display_name?: string;
	/** Anybody may join. Default true. */
	readonly open?: boolean;
}

export interface ChannelOptions {
	readonly display_name?: string;
	readonly private?: boolean;
	readonly header?: string;
	readonly purpose?: string;
}

export interface PostOptions {
	/** Default: the administrator. */
	readonly by?: UserHandle | string;
	/** The root of the thread. */
	readonly replyTo?: string;
	readonly props?: Readonly<Record<string, unknown>>;
	/** Milliseconds since 1970. Default: now. */
	readonly create_at?: number;
}

export class Builders {
	readonly #site: Site;
	readonly #adminId: string;

	constructor(site: Site, adminId: string) {
		this.#site = site;
		this.#adminId = adminId;
	}

	team(name: string, options: TeamOptions = {}): TeamHandle {
		const { display_name = name, open = true } = options;
		const given = { name, display_name, type: open ? 'O' : 'I', allow_open_invite: open };
		const team = this.#site.world.teams.named(name) ?? createTeam(this.#site, this.admin, given);
		this.#site.world.commit();
		return new TeamHandle(this, this.#site, team);
	}

	user(username: string, options: UserOptions = {}): UserHandle {
		const { password = defaultPassword, email = `${username}@example.com`, admin = false, ...names } = options;
		let user = this.#site.world.users.named(username);
		if (!user) {
			const roles = admin ? 'system_admin system_user' : 'system_user';
			const hash = hashedAtOnce(password, this.#site.settings.passwordCost);
			user = insertUser(this.#site, { username, email, roles, ...names }, hash);
			this.#site.world.commit();
		}
		return new UserHandle(this.#site, user, password);
	}

	bot(username: string, options: BotOptions = {}): UserHandle {
		const found = this.#site.world.users.named(username);
		if (found && !found.is_bot) throw new EmulatorError(`${username} is a user, not a bot`);
		const { display_name = username, description = '' } = options;
		const { user_id } = found
			? { user_id: found.id }
			: createBot(this.#site, { username, display_name, description, owner_id: this.#adminId });
		const user = this.#person({ id: user_id, username });
		this.#site.world.commit();
		return new UserHandle(this.#site, user, '');
	}

	/** The channel of two users. */
	direct(one: UserHandle | string, other: UserHandle | string): ChannelHandle {
		const channel = directChannel(this.#site, this.#person(one), this.#person(other));
		this.#site.world.commit();
		return new ChannelHandle(this, this.#site, channel);
	}

	get admin(): User {
		const admin = this.#site.world.users.get(this.#adminId);
		if (!admin) throw new EmulatorError('the administrator is gone: was it a snapshot of another emulator?');
		return admin;
	}

	author(by: UserHandle | string | undefined): User {
		return by === undefined ? this.admin : this.#person(by);
	}

	#person(who: Pick<UserHandle, 'id' | 'username'> | string): User {
		const found = typeof who === 'string' ? this.#site.world.users.named(who) : this.#site.world.users.get(who.id);
		if (!found) throw new EmulatorError(`there is no user ${typeof who === 'string' ? who : who.username}`);
		return found;
	}
}

export class TeamHandle {
	readonly id: string;
	readonly name: string;
	readonly #builders: Builders;
	readonly #site: Site;
	readonly #team: Team;

	constructor(builders: Builders, site: Site, team: Team) {
		this.#builders = builders;
		this.#site = site;
		this.#team = team;
		this.id = team.id;
		this.name = team.name;
	}

	channel(name: string, options: ChannelOptions = {}): ChannelHandle {
		const { display_name = name, private: isPrivate = false, header = '', purpose = '' } = options;
		const given = { team_id: this.id, name, display_name, type: isPrivate ? 'P' : 'O', header, purpose };
		let channel = this.#site.world.channels.named(this.id, name);
		if (!channel) {
			createChannel(this.#site, this.#builders.admin, given);
			channel = this.#site.world.channels.named(this.id, name);
		}
		if (!channel) throw new EmulatorError(`bug: the channel ${name} was not made`);
		this.#site.world.commit();
		return new ChannelHandle(this.#builders, this.#site, channel);
	}

	/** Finds or makes the user, who joins the team. */
	user(username: string, options: UserOptions = {}): UserHandle {
		return this.#joined(this.#builders.user(username, options));
	}

	bot(username: string, options: BotOptions = {}): UserHandle {
		return this.#joined(this.#builders.bot(username, options));
	}

	#joined(handle: UserHandle): UserHandle {
		joinTeam(this.#site, this.#team, this.#builders.author(handle));
		this.#site.world.commit();
		return handle;
	}
}

export class ChannelHandle {
	readonly id: string;
	readonly name: string;
	readonly #builders: Builders;
	readonly #site: Site;
	readonly #channel: Channel;

	constructor(builders: Builders, site: Site, channel: Channel) {
		this.#builders = builders;
		this.#site = site;
		this.#channel = channel;
		this.id = channel.id;
		this.name = channel.name;
	}

	/** Finds or makes the user, who joins the team and the channel. */
	user(username: string, options: UserOptions = {}): UserHandle {
		return this.#joined(this.#builders.user(username, options));
	}

	bot(username: string, options: BotOptions = {}): UserHandle {
		return this.#joined(this.#builders.bot(username, options));
	}

	#joined(handle: UserHandle): UserHandle {
		const user = this.#builders.author(handle);
		const team = this.#site.world.teams.get(this.#channel.team_id);
		if (team) joinTeam(this.#site, team, user);
		joinChannel(this.#site, this.#channel, user, this.#builders.admin);
		this.#site.world.commit();
		return handle;
	}

	/** As if a client had posted it: events go out, mentions count, outgoing webhooks are called. */
	async post(message: string, options: PostOptions = {}): Promise<SeenPost> {
		const author = this.#builders.author(options.by);
		const { post } = await createPost(this.#site, author, {
			channel_id: this.id,
			message,
			...(options.replyTo === undefined ? {} : { root_id: options.replyTo }),
			...(options.props === undefined ? {} : { props: options.props }),
			...(options.create_at === undefined ? {} : { create_at: options.create_at }),
		});
		this.#site.world.commit();
		callOutgoing(this.#site, post, author);
		return seen(this.#site, post);
	}

	/** What users have posted here, the oldest first. */
	posts(): SeenPost[] {
		return seenPosts(this.#site, this.id);
	}

	/**
	 * The next post here that is new from now on and passes: what a test of a bot waits for.
	 * @param timeout milliseconds. Default 5,000.
	 */
	nextPost(passes: (post: SeenPost) => boolean = () => true, { timeout = 5_000 } = {}): Promise<SeenPost> {
		const site = this.#site;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				stop();
				const last = this.posts()
					.slice(-3)
					.map(({ username, message }) => `${username}: ${message}`);
				reject(
					new EmulatorError(
						`no such post in ${this.name} within ${timeout} ms; the last there: ${last.join(' | ') || 'none'}`,
					),
				);
			}, timeout);
			const stop = site.world.posts.onNew((post) => {
				if (post.channel_id !== this.id || post.type !== '' || !passes(seen(site, post))) return;
				clearTimeout(timer);
				stop();
				resolve(seen(site, post));
			});
		});
	}
}
