// What `npm start` begins with: a small world on the emulated Mattermost, made through its REST API as a person would make it.
import { randomBytes } from 'node:crypto';
import { Mattermost } from '@matterkit/client';
import { z } from 'zod';
import type { MattermostServer } from './config.ts';
import type { DataFolder } from './data-folder.ts';

const person = z.object({ username: z.string(), password: z.string() });
const demoFile = z.object({
	users: z.array(person),
	botToken: z.string(),
	channelId: z.string(),
});
type Demo = z.infer<typeof demoFile>;

export interface DemoWorld {
	readonly users: readonly z.infer<typeof person>[];
	readonly server: MattermostServer;
}

const fileName = 'demo.json';
const teamName = 'demo';
const people = [
	{ username: 'ada', first_name: 'Ada', last_name: 'Lovelace' },
	{ username: 'grace', first_name: 'Grace', last_name: 'Hopper' },
	{ username: 'linus', first_name: 'Linus', last_name: 'Pauling' },
];
const talk: readonly [author: string, message: string][] = [
	['ada', 'Welcome! This Mattermost is emulated: everything here is yours to try.'],
	['grace', 'Posts made by REST, by GraphQL or by a bot all arrive live.'],
	['linus', 'And what was acknowledged survives `kill -9` :tada:'],
];

/** The demo world of `data`, made now where there is none. A start that was cut short in between is completed. */
export async function demoWorld(data: DataFolder, url: string, adminToken: string): Promise<DemoWorld> {
	const demo = data.read(fileName, demoFile) ?? (await make(data, url, adminToken));
	const { users, botToken, channelId } = demo;
	return {
		users,
		server: {
			url,
			chat: { admin: { token: adminToken }, team: teamName },
			notifications: { botToken, botUserId: undefined, channelId },
		},
	};
}

async function make(data: DataFolder, url: string, adminToken: string): Promise<Demo> {
	await using admin = await Mattermost.connect({ url, token: adminToken });
	const me = await admin.users.getMe();
	const team =
		(await admin.teams.getByName(teamName)) ??
		(await admin.teams.create({ name: teamName, display_name: 'Demo', allow_open_invite: true }));
	await admin.teams.addMember(team.id, me.id);

	const users: { username: string; password: string }[] = [];
	const password = () => `${randomBytes(6).toString('base64url')}-Aa1`;
	const townSquare = await admin.channels.getByName(team.id, 'town-square');
	if (!townSquare) throw new Error('bug: the emulated team has no town-square');
	for (const profile of people) {
		const login = { username: profile.username, password: password() };
		const existing = await admin.users.getByUsername(profile.username);
		// Nobody knows the password that an earlier start, cut short, had given.
		if (existing) await admin.users.setPassword(existing.id, login.password);
		const user =
			existing ?? (await admin.users.create({ ...profile, ...login, email: `${profile.username}@example.com` }));
		await admin.teams.addMember(team.id, user.id);
		users.push(login);
	}
	const channel =
		(await admin.channels.getByName(team.id, 'notifications')) ??
		(await admin.channels.create({
			team_id: team.id,
			name: 'notifications',
			display_name: 'Notifications',
			type: 'O',
		}));
	const botUserId =
		(await admin.users.getByUsername('matterkit'))?.id ??
		(await admin.bots.create({ username: 'matterkit', display_name: 'matterkit' })).user_id;
	await admin.teams.addMember(team.id, botUserId);
	await admin.channels.addMember(channel.id, botUserId);
	const { token } = await admin.tokens.create(botUserId, 'matterkit notifications');
	if (!token) throw new Error('bug: the emulator made an access token and kept it to itself');
	await converse(admin, users, townSquare.id);

	const demo = { users, botToken: token, channelId: channel.id };
	data.writePrivately(fileName, demo);
	return demo;
}

async function converse(
	admin: Mattermost,
	users: readonly { username: string; password: string }[],
	channelId: string,
): Promise<void> {
	for (const [author, message] of talk) {
		const user = users.find(({ username }) => username === author);
		if (!user) continue;
		await using mm = await Mattermost.connect({ url: admin.url, login: { loginId: author, password: user.password } });
		await mm.posts.create({ channel_id: channelId, message });
	}
}
