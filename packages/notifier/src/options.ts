import type { Store } from '@matterkit/store';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Fallback } from './delivering/target.ts';
import type { RateLimit } from './mattermost/rate.ts';
import type { DmPolicy } from './outbox/tables.ts';
import type { Template } from './templates/definition.ts';
import type { RetryPolicy } from './timing/retry.ts';

export interface NotifierOptions {
	/** Open; its tables are made at `start`. Closed by whoever opened it. */
	readonly store: Store;
	readonly mattermost: {
		/** With its sub-path, if it has one. */
		readonly url: string;
		readonly botToken: string;
		/** Default: asked of the server. */
		readonly botUserId?: string;
	};
	/** The notification channel, in which people are mentioned. The bot must be a member. */
	readonly channelId: string;
	/** Where the links in messages lead. Default `http://localhost:8080`. */
	readonly appBaseUrl?: string;
	/** For `POST /api/notifications`, beside those of the folder: see `defineTemplate`. Default: none. */
	readonly templates?: readonly Template[];
	/** A folder of templates as `.json` files, read at `start`. Default: none. */
	readonly templateFolder?: string;
	/** IANA name, for people who did not say theirs. Default UTC. */
	readonly timeZone?: string;
	/** What the endpoints take as `Authorization: Bearer`. */
	readonly key: string;
	/** Default `after-first-message`. */
	readonly dmPolicy?: DmPolicy;
	/** What becomes of notifications to people who can't be reached as decided, in order. Default: none, they end as dead. */
	readonly fallback?: readonly Fallback[];
	/** When a delivery is tried again, and given up. Each notification may say otherwise. Default: never given up, waits from 0.5 s to 30 s. */
	readonly retry?: Partial<RetryPolicy>;
	/**
	 * What Mattermost may be asked, by all processes that share the database together. Below the server's own limit (RateLimitSettings)
	 * nothing is refused. Default: no limit, and a 429 is obeyed.
	 */
	readonly rate?: RateLimit;
	/** May webhooks lead to private addresses, and without TLS? Default false: whoever may make them could reach into our own network. */
	readonly privateWebhooks?: boolean;
	/** Milliseconds for which a repeat of a notification, or of an Idempotency-Key, is known. Default one hour. */
	readonly idempotencyWindow?: number;
	/** Milliseconds between clean-ups of keys and old deliveries. Default ten minutes. */
	readonly cleanupInterval?: number;
	/** Milliseconds for which finished deliveries are kept, at least the idempotency window. Default 30 days. */
	readonly retention?: number;
	/** Calls to Mattermost at once by this process. Default 16. */
	readonly slots?: number;
	/** Milliseconds a call to Mattermost may take. A lease is three times as long: another process takes over after that. Default 10,000. */
	readonly postTimeout?: number;
	/**
	 * Milliseconds after an attempt with unknown outcome before a post that was not found is made again. Default 0; 60,000 for a Mattermost
	 * cluster whose nodes do not share their cache, since there pending_post_id does not help.
	 */
	readonly quietPeriod?: number;
	/** Milliseconds after which a delivery that was tried more than once is looked at for a second post. Default 60,000. */
	readonly auditDelay?: number;
	/** MATTERMOST_WS_RECONNECT_INTERVAL: milliseconds of the longest first wait before the event stream reconnects. Default 5,000. */
	readonly reconnectInterval?: number;
	/** MATTERMOST_WS_MAX_RECONNECT_ATTEMPTS: failed attempts after which the status turns unhealthy. It never gives up. Default 10. */
	readonly maxReconnectAttempts?: number;
	/** Default: silent. */
	readonly logger?: Logger;
	/** Where the metrics go. Default: a registry of its own, `notifier.metrics`. */
	readonly metrics?: Registry;
}

export const defaults = {
	appBaseUrl: 'http://localhost:8080',
	templates: [],
	timeZone: 'UTC',
	dmPolicy: 'after-first-message',
	fallback: [],
	retry: {},
	privateWebhooks: false,
	idempotencyWindow: 3_600_000,
	cleanupInterval: 600_000,
	retention: 30 * 86_400_000,
	slots: 16,
	postTimeout: 10_000,
	quietPeriod: 0,
	auditDelay: 60_000,
	reconnectInterval: 5_000,
	maxReconnectAttempts: 10,
} as const satisfies Partial<NotifierOptions>;

type WithoutDefault = 'templateFolder' | 'rate' | 'logger' | 'metrics';

/** The options with their defaults. */
export type Settings = Required<Omit<NotifierOptions, WithoutDefault>> & Pick<NotifierOptions, WithoutDefault>;

export const settingsOf = (options: NotifierOptions): Settings => ({ ...defaults, ...options });
