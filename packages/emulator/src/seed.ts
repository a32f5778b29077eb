// A world as a plain object: what a new emulator begins with.
import type { BotOptions, Builders, ChannelHandle, ChannelOptions, TeamOptions, UserOptions } from './builders.ts';
import { EmulatorError } from './errors.ts';

export interface SeedPost {
	/** User name. Default: the administrator. */
	readonly by?: string;
	readonly message: string;
	readonly props?: Readonly<Record<string, unknown>>;
	/** Milliseconds since 1970. Default: now. */
	readonly create_at?: number;
	readonly replies?: readonly Omit<SeedPost, 'replies'>[];
}

export interface SeedChannel extends ChannelOptions {
	readonly name: string;
	/** User names; they join the team too. */
	readonly members?: readonly string[];
	readonly posts?: readonly SeedPost[];
}

export interface SeedTeam extends TeamOptions {
	readonly name: string;
	readonly members?: readonly string[];
	readonly channels?: readonly SeedChannel[];
}

export interface SeedUser extends UserOptions {
	readonly username: string;
}

export interface SeedBot extends BotOptions {
	readonly username: string;
}

export interface Seed {
	readonly users?: readonly SeedUser[];
	readonly bots?: readonly SeedBot[];
	readonly teams?: readonly SeedTeam[];
}

export async function plant(builders: Builders, seed: Seed): Promise<void> {
	checkObject(seed, shape, 'seed');
	for (const { username, ...options } of seed.users ?? [])
		at('users', username, () => builders.user(username, options));
	for (const { username, ...options } of seed.bots ?? []) at('bots', username, () => builders.bot(username, options));
	const people = new Map<string, 'user' | 'bot'>();
	for (const { username } of seed.users ?? []) people.set(username, 'user');
	for (const { username } of seed.bots ?? []) people.set(username, 'bot');
	const kindOf = (username: string, where: string) => {
		const kind = people.get(username);
		if (!kind) throw new EmulatorError(`${where}: there is no user or bot ${username} in the seed`);
		return kind;
	};
	for (const { name, members = [], channels = [], ...options } of seed.teams ?? []) {
		const team = at('teams', name, () => builders.team(name, options));
		for (const username of members) team[kindOf(username, `seed.teams ${name}`)](username);
		for (const { name: channelName, members: inside = [], posts = [], ...channelOptions } of channels) {
			const where = `seed.teams ${name}, channel ${channelName}`;
			const channel = at('channels', channelName, () => team.channel(channelName, channelOptions));
			for (const username of inside) channel[kindOf(username, where)](username);
			for (const { replies = [], ...post } of posts) {
				if (post.by !== undefined) kindOf(post.by, where);
				const root = await add(channel, post);
				for (const reply of replies) await add(channel, reply, root.id);
			}
		}
	}
}

function add(channel: ChannelHandle, { message, ...options }: Omit<SeedPost, 'replies'>, replyTo?: string) {
	return channel.post(message, { ...options, ...(replyTo === undefined ? {} : { replyTo }) });
}

/** What the server refuses (a bad name, a short password) is said with the place in the seed. */
function at<T>(list: string, name: string, make: () => T): T {
	try {
		return make();
	} catch (error) {
		throw new EmulatorError(`seed.${list} ${name}: ${(error as Error).message}`, { cause: error });
	}
}

type Check = 'string' | 'number' | 'boolean' | 'object' | readonly [Check] | Shape;
interface Shape {
	readonly [key: string]: Check;
}

const post: Shape = { by: 'string', message: 'string', props: 'object', create_at: 'number' };

const shape: Shape = {
	users: [
		{
			username: 'string',
			password: 'string',
			email: 'string',
			first_name: 'string',
			last_name: 'string',
			nickname: 'string',
			admin: 'boolean',
		},
	],
	bots: [{ username: 'string', display_name: 'string', description: 'string' }],
	teams: [
		{
			name: 'string',
			display_name: 'string',
			open: 'boolean',
			members: ['string'],
			channels: [
				{
					name: 'string',
					display_name: 'string',
					private: 'boolean',
					header: 'string',
					purpose: 'string',
					members: ['string'],
					posts: [{ ...post, replies: [post] }],
				},
			],
		},
	],
};

/** These must be there. */
const required = new Set(['username', 'name', 'message']);

function checkObject(value: unknown, shape: Shape, where: string): void {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where, 'an object', value);
	const given = value as Record<string, unknown>;
	for (const key of Object.keys(given)) {
		if (!(key in shape))
			throw new EmulatorError(`${where}.${key} is unknown: known are ${Object.keys(shape).join(', ')}`);
	}
	for (const [key, kind] of Object.entries(shape)) {
		if (given[key] !== undefined) checkValue(given[key], kind, `${where}.${key}`);
		else if (required.has(key)) throw new EmulatorError(`${where}.${key} is missing`);
	}
}

function checkValue(value: unknown, kind: Check, where: string): void {
	if (typeof kind === 'string') {
		if (typeof value !== kind || value === null) throw wrong(where, `a ${kind}`, value);
	} else if (isList(kind)) {
		if (!Array.isArray(value)) throw wrong(where, 'a list', value);
		for (const [index, item] of value.entries()) checkValue(item, kind[0], `${where}[${index}]`);
	} else checkObject(value, kind, where);
}

const isList = (kind: readonly [Check] | Shape): kind is readonly [Check] => Array.isArray(kind);

const wrong = (where: string, what: string, value: unknown) =>
	new EmulatorError(`${where} should be ${what}, but is ${JSON.stringify(value)?.slice(0, 60)}`);
