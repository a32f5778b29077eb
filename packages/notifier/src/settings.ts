// What environment variables set of the notifier beside server, bot and channel. All have a default.
import { z } from 'zod';
import type { NotifierOptions } from './options.ts';
import { dmPolicies } from './outbox/tables.ts';
import { parseDuration } from './timing/duration.ts';
import { isTimeZone } from './timing/time-zone.ts';

type Names =
	| 'appBaseUrl'
	| 'reconnectInterval'
	| 'maxReconnectAttempts'
	| 'dmPolicy'
	| 'fallback'
	| 'templateFolder'
	| 'timeZone'
	| 'idempotencyWindow'
	| 'cleanupInterval'
	| 'retention'
	| 'retry'
	| 'rate'
	| 'quietPeriod'
	| 'privateWebhooks';

/** Only what is set: the defaults are those of NotifierOptions. */
export type NotifierSettings = Pick<NotifierOptions, Names>;

const text = z.string().trim();
const wholeNumber = text.regex(/^[1-9]\d{0,8}$/, 'must be a whole number above 0').transform(Number);
/** Timers take no more than 2^31 milliseconds. */
const duration = (longest: string) =>
	text
		.transform((given) => parseDuration(given) ?? Number.NaN)
		.refine((milliseconds) => milliseconds >= 1 && milliseconds <= (parseDuration(longest) ?? 0), {
			error: `must be a duration such as 90s, 10m, 1h or 30d, at most ${longest}`,
		});
const fallback = z.enum(['dm', 'channel'], { error: 'must be dm or channel, or both with a comma between them' });

const variables = z.object({
	APP_BASE_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
	MATTERMOST_WS_RECONNECT_INTERVAL: wholeNumber.optional(),
	MATTERMOST_WS_MAX_RECONNECT_ATTEMPTS: wholeNumber.optional(),
	MATTERKIT_DM_POLICY: text
		.pipe(z.enum(dmPolicies, { error: 'must be after-first-message, always or never' }))
		.optional(),
	MATTERKIT_FALLBACK: text
		.transform((list) => list.split(/[\s,]+/))
		.pipe(z.array(fallback))
		.optional(),
	MATTERKIT_TEMPLATES: text.optional(),
	MATTERKIT_TIME_ZONE: text.refine(isTimeZone, 'must be a time zone such as Europe/Vienna').optional(),
	MATTERKIT_IDEMPOTENCY_WINDOW: duration('365d').optional(),
	MATTERKIT_CLEANUP_INTERVAL: duration('24d').optional(),
	MATTERKIT_RETENTION: duration('9999d').optional(),
	MATTERKIT_RETRY_ATTEMPTS: wholeNumber.optional(),
	MATTERKIT_MATTERMOST_RATE: wholeNumber.optional(),
	MATTERKIT_QUIET_PERIOD: duration('1h').optional(),
	MATTERKIT_PRIVATE_WEBHOOKS: text
		.pipe(z.enum(['true', 'false'], { error: 'must be true or false' }))
		.transform((given) => given === 'true')
		.optional(),
});

/** An empty variable is one that is not set. */
export const setIn = (environment: Readonly<Record<string, string | undefined>>) =>
	Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));

/** `problems`: what is wrong with each variable that is, never its value. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): {
	settings: NotifierSettings;
	problems: string[];
} {
	const parsed = variables.safeParse(setIn(environment));
	if (!parsed.success) {
		const problems = parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`);
		return { settings: {}, problems: [...new Set(problems)] };
	}
	const { data } = parsed;
	const settings: { [Name in Names]: NotifierSettings[Name] | undefined } = {
		appBaseUrl: data.APP_BASE_URL?.replace(/\/+$/, ''),
		reconnectInterval: data.MATTERMOST_WS_RECONNECT_INTERVAL,
		maxReconnectAttempts: data.MATTERMOST_WS_MAX_RECONNECT_ATTEMPTS,
		dmPolicy: data.MATTERKIT_DM_POLICY,
		fallback: data.MATTERKIT_FALLBACK,
		templateFolder: data.MATTERKIT_TEMPLATES,
		timeZone: data.MATTERKIT_TIME_ZONE,
		idempotencyWindow: data.MATTERKIT_IDEMPOTENCY_WINDOW,
		cleanupInterval: data.MATTERKIT_CLEANUP_INTERVAL,
		retention: data.MATTERKIT_RETENTION,
		retry: data.MATTERKIT_RETRY_ATTEMPTS === undefined ? undefined : { attempts: data.MATTERKIT_RETRY_ATTEMPTS },
		rate: data.MATTERKIT_MATTERMOST_RATE === undefined ? undefined : { perSecond: data.MATTERKIT_MATTERMOST_RATE },
		quietPeriod: data.MATTERKIT_QUIET_PERIOD,
		privateWebhooks: data.MATTERKIT_PRIVATE_WEBHOOKS,
	};
	const given = Object.entries(settings).filter(([, value]) => value !== undefined);
	return { settings: Object.fromEntries(given) as NotifierSettings, problems: [] };
}
