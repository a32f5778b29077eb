// Seed 004's environment variables.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isTimeZone } from './api/general-request.ts';
import { defaults, type NotifierOptions } from './options.ts';

const text = z.string().trim().min(1, 'must not be empty');
const milliseconds = z
	.string()
	.regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0')
	.transform(Number);

const variables = z.object({
	MATTERMOST_SERVER_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
	MATTERMOST_BOT_TOKEN: text,
	MATTERMOST_NOTIFICATION_CHANNEL_ID: text,
	MATTERMOST_BOT_USER_ID: text.optional(),
	APP_BASE_URL: z
		.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
		.default(defaults.appBaseUrl),
	MATTERMOST_WS_RECONNECT_INTERVAL: milliseconds.default(defaults.reconnectInterval),
	MATTERMOST_WS_MAX_RECONNECT_ATTEMPTS: milliseconds.default(defaults.maxReconnectAttempts),
	MATTERKIT_DM_POLICY: z
		.enum(['after-first-message', 'always', 'never'], { error: 'must be after-first-message, always or never' })
		.default(defaults.dmPolicy),
	MATTERKIT_NOTIFICATIONS_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
	MATTERKIT_DATA: text.default('matterkit-data'),
	MATTERKIT_LOG_LEVEL: z
		.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { error: 'must be a level such as info' })
		.default('warn'),
	MATTERKIT_TEMPLATES: text.optional(),
	MATTERKIT_TIME_ZONE: z
		.string()
		.refine(isTimeZone, 'must be a time zone such as Europe/Vienna')
		.default(defaults.timeZone),
	DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }).optional(),
});

export interface Environment extends Omit<NotifierOptions, 'store' | 'logger' | 'metrics'> {
	readonly databaseUrl: string | undefined;
	/** Where the embedded database is. */
	readonly folder: string;
	readonly logLevel: string;
}

/** @throws Error that names every wrong or missing variable at once, never a value. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Environment {
	// An empty variable is one that is not set.
	const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
	const parsed = variables.safeParse(set);
	if (!parsed.success) {
		const problems = parsed.error.issues.map(({ path, message }) => {
			const name = path.join('.');
			return set[name] === undefined ? `${name} is not set` : `${name} ${message}`;
		});
		throw new Error(`the notification service is not configured: ${problems.join('; ')}`);
	}
	const { data } = parsed;
	return {
		mattermost: {
			url: data.MATTERMOST_SERVER_URL,
			botToken: data.MATTERMOST_BOT_TOKEN,
			...(data.MATTERMOST_BOT_USER_ID !== undefined && { botUserId: data.MATTERMOST_BOT_USER_ID }),
		},
		channelId: data.MATTERMOST_NOTIFICATION_CHANNEL_ID,
		appBaseUrl: data.APP_BASE_URL,
		reconnectInterval: data.MATTERMOST_WS_RECONNECT_INTERVAL,
		maxReconnectAttempts: data.MATTERMOST_WS_MAX_RECONNECT_ATTEMPTS,
		...(data.MATTERKIT_TEMPLATES !== undefined && { templateFolder: data.MATTERKIT_TEMPLATES }),
		timeZone: data.MATTERKIT_TIME_ZONE,
		dmPolicy: data.MATTERKIT_DM_POLICY,
		// Without one the endpoints, should they be mounted, take nobody's word.
		key: data.MATTERKIT_NOTIFICATIONS_KEY ?? randomBytes(32).toString('base64url'),
		folder: data.MATTERKIT_DATA,
		logLevel: data.MATTERKIT_LOG_LEVEL,
		databaseUrl: data.DATABASE_URL,
	};
}
