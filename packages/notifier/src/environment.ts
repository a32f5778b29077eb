// Seed 004's environment variables, for programs that only import the functions.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { NotifierOptions } from './options.ts';
import { type NotifierSettings, readSettings, setIn } from './settings.ts';

const text = z.string().trim();

const variables = z.object({
	MATTERMOST_SERVER_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
	MATTERMOST_BOT_TOKEN: text,
	MATTERMOST_NOTIFICATION_CHANNEL_ID: text,
	MATTERMOST_BOT_USER_ID: text.optional(),
	MATTERKIT_NOTIFICATIONS_KEY: z
		.string()
		.regex(/^[!-~]{16,}$/, 'must have at least 16 characters, without spaces: it travels in a header')
		.optional(),
	MATTERKIT_DATA: text.default('matterkit-data'),
	MATTERKIT_LOG_LEVEL: z
		.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { error: 'must be a level such as info' })
		.default('warn'),
	DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
});

export interface Environment extends NotifierSettings, Pick<NotifierOptions, 'mattermost' | 'channelId' | 'key'> {
	readonly databaseUrl: string | undefined;
	/** Where the embedded database is. */
	readonly folder: string;
	readonly logLevel: string;
}

/** @throws Error that names every wrong or missing variable at once, never a value. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Environment {
	const set = setIn(environment);
	const parsed = variables.safeParse(set);
	const { settings, problems: wrongSettings } = readSettings(environment);
	const wrong = (parsed.error?.issues ?? []).map(({ path, message }) => {
		const name = path.join('.');
		return set[name] === undefined ? `${name} is not set` : `${name} ${message}`;
	});
	const problems = [...wrong, ...wrongSettings];
	if (!parsed.success || problems.length > 0)
		throw new Error(`the notification service is not configured: ${problems.join('; ')}`);
	const { data } = parsed;
	return {
		...settings,
		mattermost: {
			url: data.MATTERMOST_SERVER_URL,
			botToken: data.MATTERMOST_BOT_TOKEN,
			...(data.MATTERMOST_BOT_USER_ID !== undefined && { botUserId: data.MATTERMOST_BOT_USER_ID }),
		},
		channelId: data.MATTERMOST_NOTIFICATION_CHANNEL_ID,
		// Without one the endpoints, should they be mounted, take nobody's word.
		key: data.MATTERKIT_NOTIFICATIONS_KEY ?? randomBytes(32).toString('base64url'),
		folder: data.MATTERKIT_DATA,
		logLevel: data.MATTERKIT_LOG_LEVEL,
		databaseUrl: data.DATABASE_URL,
	};
}
