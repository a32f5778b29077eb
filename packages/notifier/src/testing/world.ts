// A Mattermost with a team, a notification channel, a bot and people, for the notifier's tests.
import { Mattermost } from '@matterkit/client';
import { type FaultyServer, startFaultyServer } from './faulty-server.ts';

export interface World extends AsyncDisposable {
	readonly server: FaultyServer;
	readonly url: string;
	readonly admin: Mattermost;
	readonly teamId: string;
	readonly channelId: string;
	readonly botToken: string;
	readonly botUserId: string;
	/** Makes a user, by default in the team. */
	person(username: string, options?: { inTeam?: boolean }): Promise<Person>;
	/** Messages in the notification channel, oldest first, without the system's. */
	channelMessages(): Promise<string[]>;
	/** Messages between the bot and a person, oldest first. */
	directMessages(person: Person): Promise<string[]>;
}

export interface Person {
	readonly id: string;
	readonly username: string;
	readonly mattermost: Mattermost;
	/** Writes to the bot. */
	writeToBot(message: string): Promise<void>;
}

const password = 'Testing-1-Testing';

export async function createWorld(): Promise<World> {
	await using opened = new AsyncDisposableStack();
	const server = opened.use(await startFaultyServer());
	const { url } = server;
	const admin = opened.use(new Mattermost({ url, token: server.emulator.admin.token }));
	const team = await admin.teams.create({ name: 'library', display_name: 'Library', type: 'O' });
	const channel = await admin.channels.create({
		team_id: team.id,
		name: 'notifications',
		display_name: 'Notifications',
	});
	const bot = await admin.bots.create({ username: 'librarian', display_name: 'Librarian' });
	const { token } = await admin.tokens.create(bot.user_id, 'notifier');
	await admin.teams.addMember(team.id, bot.user_id);
	await admin.channels.addMember(channel.id, bot.user_id);
	const messagesOf = async (channelId: string) => {
		const posts = await Array.fromAsync(admin.posts.list(channelId));
		return posts
			.filter(({ type }) => type === '')
			.map(({ message }) => message)
			.reverse();
	};
	const held = opened.move();
	return {
		server,
		url,
		admin,
		teamId: team.id,
		channelId: channel.id,
		botToken: token,
		botUserId: bot.user_id,
		async person(username, { inTeam = true } = {}) {
			const user = await admin.users.create({ username, email: `${username}@example.com`, password });
			if (inTeam) await admin.teams.addMember(team.id, user.id);
			const mattermost = held.use(await Mattermost.connect({ url, login: { loginId: username, password } }));
			return {
				id: user.id,
				username,
				mattermost,
				async writeToBot(message) {
					const { id } = await mattermost.channels.createDirect([user.id, bot.user_id]);
					await mattermost.posts.create({ channel_id: id, message });
				},
			};
		},
		channelMessages: () => messagesOf(channel.id),
		async directMessages(person) {
			const { id } = await person.mattermost.channels.createDirect([person.id, bot.user_id]);
			return messagesOf(id);
		},
		[Symbol.asyncDispose]: () => held.disposeAsync(),
	};
}
