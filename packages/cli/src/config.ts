// The one place where environment variables are read. Names are those of the documents matterkit implements.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type NotifierSettings, readSettings } from '@matterkit/notifier';
import { z } from 'zod';
import { UsageError } from './usage-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Who administers Mattermost for the gateway. */
export type AdminCredentials = { readonly token: string } | { readonly loginId: string; readonly password: string };

/** A Mattermost server of the user's own. */
export interface MattermostServer {
	/** Any scheme, port and sub-path; no trailing slash. */
	readonly url: string;
	/** What the chat server needs; undefined: no chat server. */
	readonly chat: { readonly admin: AdminCredentials; readonly team: string } | undefined;
	/** What the notification service needs; undefined: no notification service. */
	readonly notifications:
		| { readonly botToken: string; readonly botUserId: string | undefined; readonly channelId: string }
		| undefined;
}

export interface Config {
	/** undefined: the emulator. */
	readonly mattermost: MattermostServer | undefined;
	readonly databaseUrl: string | undefined;
	readonly redisUrl: string | undefined;
	/** Signs and seals; undefined: generated once and kept in the data folder. */
	readonly secret: string | undefined;
	/** The one before it, still good for reading. */
	readonly previousSecret: string | undefined;
	/** What the notification endpoints take as `Authorization: Bearer`; undefined: as `secret`. */
	readonly notificationsKey: string | undefined;
	readonly signup: 'open' | 'invite' | 'closed';
	/** Pages of these origins may ask; undefined: of any. */
	readonly origins: readonly string[] | undefined;
	/** So many proxies stand before the server, each adding to X-Forwarded-For. */
	readonly proxies: number;
	/** Chat sockets of one user; undefined: the gateway's default. */
	readonly socketsPerUser: number | undefined;
	/** Milliseconds over which sockets are closed at the end, and again as many for what is in flight; undefined: the gateway's default. */
	readonly drain: number | undefined;
	/** What is set of the notification service beside its server. */
	readonly notifier: NotifierSettings;
	readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

const text = z
	.string()
	.trim()
	.transform((value) => value || undefined)
	.optional();
const httpUrl = z
	.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
	.transform((url) => url.replace(/\/+$/, ''));
const wholeNumber = z
	.string()
	.regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0')
	.transform(Number);

/** As browsers send it: without a path, in lower case. */
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

const variables = z.object({
	MATTERMOST_SERVER_URL: text.pipe(httpUrl.optional()),
	MATTERMOST_ADMIN_LOGIN_ID: text,
	MATTERMOST_ADMIN_LOGIN_PASSWORD: text,
	MATTERMOST_ADMIN_TOKEN: text,
	MATTERMOST_TEAM_IDENTIFIER: text,
	MATTERMOST_BOT_TOKEN: text,
	MATTERMOST_BOT_USER_ID: text,
	MATTERMOST_NOTIFICATION_CHANNEL_ID: text,
	DATABASE_URL: text.pipe(z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional()),
	REDIS_URL: text.pipe(z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }).optional()),
	MATTERKIT_SECRET: text.pipe(z.string().min(16, 'must have at least 16 characters').optional()),
	DJANGO_SECRET_KEY: text.pipe(z.string().min(16, 'must have at least 16 characters').optional()),
	MATTERKIT_PREVIOUS_SECRET: text,
	MATTERKIT_NOTIFICATIONS_KEY: text.pipe(
		z
			.string()
			.regex(/^[!-~]{16,}$/, 'must have at least 16 characters, without spaces: it travels in a header')
			.optional(),
	),
	MATTERKIT_SIGNUP: text.pipe(
		z.enum(['open', 'invite', 'closed'], { error: 'must be open, invite or closed' }).optional(),
	),
	MATTERKIT_ORIGINS: text.pipe(
		z
			.string()
			.transform((list) => list.split(/[\s,]+/).filter(Boolean))
			.refine(
				(list) => list.every(isOrigin),
				'must be origins such as https://chat.example.com, with commas between them',
			)
			.optional(),
	),
	MATTERKIT_PROXIES: text.pipe(z.string().regex(/^\d$/, 'must be how many proxies there are: 0 to 9').default('0')),
	MATTERKIT_SOCKETS_PER_USER: text.pipe(wholeNumber.optional()),
	MATTERKIT_DRAIN_SECONDS: text.pipe(wholeNumber.optional()),
	MATTERKIT_LOG_LEVEL: text.pipe(
		z
			.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { error: 'must be a level such as info' })
			.default('warn'),
	),
});
type Variables = z.infer<typeof variables>;

/** The environment with what `.env` in `folder` adds; a variable that is set in the environment wins. */
export function withDotEnv(environment: Environment, folder: string): Environment {
	let file: string;
	try {
		file = readFileSync(join(folder, '.env'), 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return environment;
		throw new UsageError(`${join(folder, '.env')} cannot be read: ${(error as Error).message}`);
	}
	return { ...parseEnv(file), ...environment };
}

/**
 * Reads the configuration.
 * @throws UsageError that names every wrong or missing variable at once, never a value.
 */
export function readConfig(environment: Environment): Config {
	const parsed = variables.safeParse(environment);
	const notifier = readSettings(environment);
	const problems = [
		...(parsed.success
			? missing(parsed.data)
			: parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)),
		...notifier.problems,
	];
	if (!parsed.success || problems.length > 0) {
		throw new UsageError(
			`the configuration is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
		);
	}
	const set = parsed.data;
	const mattermost = mattermostServer(set);
	return {
		mattermost,
		databaseUrl: set.DATABASE_URL,
		redisUrl: set.REDIS_URL,
		secret: set.MATTERKIT_SECRET ?? set.DJANGO_SECRET_KEY,
		previousSecret: set.MATTERKIT_PREVIOUS_SECRET,
		notificationsKey: set.MATTERKIT_NOTIFICATIONS_KEY,
		signup: set.MATTERKIT_SIGNUP ?? (mattermost ? 'closed' : 'open'),
		origins: set.MATTERKIT_ORIGINS,
		proxies: Number(set.MATTERKIT_PROXIES),
		socketsPerUser: set.MATTERKIT_SOCKETS_PER_USER,
		drain: set.MATTERKIT_DRAIN_SECONDS && set.MATTERKIT_DRAIN_SECONDS * 1000,
		notifier: notifier.settings,
		logLevel: set.MATTERKIT_LOG_LEVEL,
	};
}

const wantsChat = (set: Variables) =>
	Boolean(
		set.MATTERMOST_ADMIN_TOKEN ??
			set.MATTERMOST_ADMIN_LOGIN_ID ??
			set.MATTERMOST_ADMIN_LOGIN_PASSWORD ??
			set.MATTERMOST_TEAM_IDENTIFIER,
	);
const wantsNotifications = (set: Variables) =>
	Boolean(set.MATTERMOST_BOT_TOKEN ?? set.MATTERMOST_BOT_USER_ID ?? set.MATTERMOST_NOTIFICATION_CHANNEL_ID);

/** What must be set because something else is. Chat and notifications are each all or nothing. */
function missing(set: Variables): string[] {
	const problems: string[] = [];
	const need = (condition: boolean, problem: string) => condition && problems.push(problem);
	const shared = set.DATABASE_URL ? 'DATABASE_URL' : set.REDIS_URL ? 'REDIS_URL' : undefined;
	if (shared) {
		const why = `is missing: with ${shared} several servers work together and must share it`;
		need(!set.MATTERKIT_SECRET && !set.DJANGO_SECRET_KEY, `MATTERKIT_SECRET ${why}`);
		need(!set.MATTERKIT_NOTIFICATIONS_KEY, `MATTERKIT_NOTIFICATIONS_KEY ${why}`);
	}
	const chat = wantsChat(set);
	const notifications = wantsNotifications(set);
	if (!set.MATTERMOST_SERVER_URL) {
		need(chat || notifications, 'MATTERMOST_SERVER_URL is missing: other MATTERMOST_ variables are set');
		return problems;
	}
	if (chat || !notifications) {
		const login = set.MATTERMOST_ADMIN_LOGIN_ID !== undefined || set.MATTERMOST_ADMIN_LOGIN_PASSWORD !== undefined;
		if (!set.MATTERMOST_ADMIN_TOKEN) {
			need(
				!login,
				'MATTERMOST_ADMIN_TOKEN is missing (or MATTERMOST_ADMIN_LOGIN_ID with MATTERMOST_ADMIN_LOGIN_PASSWORD)',
			);
			need(login && !set.MATTERMOST_ADMIN_LOGIN_ID, 'MATTERMOST_ADMIN_LOGIN_ID is missing');
			need(login && !set.MATTERMOST_ADMIN_LOGIN_PASSWORD, 'MATTERMOST_ADMIN_LOGIN_PASSWORD is missing');
		}
		need(!set.MATTERMOST_TEAM_IDENTIFIER, 'MATTERMOST_TEAM_IDENTIFIER is missing (a team id or name)');
	}
	if (notifications || !chat) {
		need(!set.MATTERMOST_BOT_TOKEN, 'MATTERMOST_BOT_TOKEN is missing');
		need(!set.MATTERMOST_NOTIFICATION_CHANNEL_ID, 'MATTERMOST_NOTIFICATION_CHANNEL_ID is missing');
	}
	return problems;
}

function mattermostServer(set: Variables): MattermostServer | undefined {
	if (!set.MATTERMOST_SERVER_URL) return undefined;
	return {
		url: set.MATTERMOST_SERVER_URL,
		chat: chatSettings(set),
		notifications:
			set.MATTERMOST_BOT_TOKEN && set.MATTERMOST_NOTIFICATION_CHANNEL_ID
				? {
						botToken: set.MATTERMOST_BOT_TOKEN,
						botUserId: set.MATTERMOST_BOT_USER_ID,
						channelId: set.MATTERMOST_NOTIFICATION_CHANNEL_ID,
					}
				: undefined,
	};
}

function chatSettings(set: Variables): MattermostServer['chat'] {
	const {
		MATTERMOST_ADMIN_TOKEN: token,
		MATTERMOST_ADMIN_LOGIN_ID: loginId,
		MATTERMOST_ADMIN_LOGIN_PASSWORD: password,
	} = set;
	const team = set.MATTERMOST_TEAM_IDENTIFIER;
	if (!team) return undefined;
	if (token) return { admin: { token }, team };
	return loginId && password ? { admin: { loginId, password }, team } : undefined;
}
