import type { State } from './states.ts';

/** Times are milliseconds since 1970 by the clock of the store (PostgreSQL's own, or this machine's), where nothing else is said. */
export interface NotifierTables {
	notifier_delivery: DeliveryTable;
	notifier_key: KeyTable;
	notifier_recipient: RecipientTable;
	notifier_contact: ContactTable;
	notifier_preference: PreferenceTable;
	notifier_digest: DigestTable;
	notifier_digest_item: DigestItemTable;
	notifier_mark: { name: string; value: string };
	notifier_event: EventTable;
	notifier_api_key: ApiKeyTable;
	/** Microseconds, see mattermost/rate.ts. */
	notifier_rate: { name: string; full_at: number };
	notifier_webhook: WebhookTable;
	notifier_webhook_message: WebhookMessageTable;
}

export interface DeliveryTable {
	/** Sorts by time of acceptance. Also `pending_post_id` and `props.notification_id` of the post. */
	id: string;
	/** `notification:{action}:{requestId}:{userId}` or `welcome:{mattermost user id}`. */
	key: string;
	/** Mattermost username in lower case: the line in which this delivery stands. */
	recipient: string;
	/** What renders the text: BORROW, or `name@version` of a template of the program's own. */
	template: string;
	/** JSON of what the template is given. */
	variables: string;
	/** The language the caller asked for; null: the person's. */
	locale: string | null;
	state: State;
	/** 1: first in the line of its recipient, see line.ts. Only that one is claimed, which keeps each person's messages in order. */
	turn: number;
	/** 0, 1 or 2: low, normal, high. */
	priority: number;
	/** JSON of its own policy of retries, see timing/retry.ts; null: the service's. */
	retry: string | null;
	accepted_at: number;
	/** When it was to go out: its place in the line. */
	due_at: number;
	/** When it is tried (again). */
	next_at: number;
	/** Not wanted any more after that; null: always. */
	expires_at: number | null;
	/** Grows by one with each claim. Every write of a worker names it, so one that lost its lease changes nothing. */
	fence: number;
	/** 0: nobody holds it. */
	lease_until: number;
	/** Posts tried. */
	attempts: number;
	/** Tries without a clear answer: sets the wait before the next one. */
	failures: number;
	target: 'dm' | 'channel' | null;
	channel_id: string | null;
	message: string | null;
	/** The earlier delivery in whose thread this one is said; null: in none. */
	reply_to: string | null;
	/** The earlier delivery whose place this one takes, itself in its own place; null: it has a post of its own. */
	updates: string | null;
	/** Mattermost's id of the thread's first post, decided with the target; null: no thread. */
	root_id: string | null;
	/** JSON of Mattermost's message attachments; null: none. */
	attachments: string | null;
	/** When the first attempt began. */
	sending_at: number | null;
	/** The same by Mattermost's clock, as it was known then. */
	first_attempt_at: number | null;
	/** When the last attempt began. */
	last_attempt_at: number | null;
	post_id: string | null;
	/** Why it is dead. */
	reason: string | null;
	finished_at: number | null;
	/** When the auditor looks for a second post of this delivery; null: it need not, or has. */
	audit_at: number | null;
}

export interface KeyTable {
	key: string;
	delivery_id: string;
	/** SHA-256 of the body; null: any body counts as the same request. */
	body_hash: string | null;
	created_at: number;
	expires_at: number;
}

/** Programs that are told when a status changes. */
export interface WebhookTable {
	id: string;
	url: string;
	/** As it is: signing needs it. */
	secret: string;
	/** JSON. */
	events: string;
	description: string | null;
	created_at: number;
	/** When the receiver said that it is gone. */
	disabled_at: number | null;
}

/** What is told to a webhook: an outbox of its own. */
export interface WebhookMessageTable {
	/** The receiver knows a repeat by it. */
	id: string;
	webhook_id: string;
	event: string;
	/** JSON, as it is sent. */
	body: string;
	state: 'pending' | 'delivered' | 'dead';
	created_at: number;
	next_at: number;
	/** Grows by one with each claim. */
	fence: number;
	lease_until: number;
	attempts: number;
	/** HTTP status of the last answer. */
	status: number | null;
	error: string | null;
	finished_at: number | null;
}

/** Keys of programs. */
export interface ApiKeyTable {
	id: string;
	name: string;
	/** SHA-256 of the key, in hex. */
	hash: string;
	/** JSON. */
	scopes: string;
	created_at: number;
	expires_at: number | null;
	last_used_at: number | null;
	revoked_at: number | null;
}

/** See events.ts. */
export interface EventTable {
	delivery_id: string;
	/** From 1. */
	number: number;
	at: number;
	kind: 'retry' | 'found' | 'replayed' | 'dead';
	detail: string | null;
}

/** Who is notified, by the name the application uses (see requests/address.ts). The row is also the lock of its line of deliveries. */
export interface RecipientTable {
	username: string;
	app_user_id: string | null;
	mattermost_user_id: string | null;
	/** As the server last told. */
	mattermost_username: string | null;
	/** When the name was last looked up; null: look it up before the next delivery. */
	resolved_at: number | null;
	/** When the membership in the notification channel was last made sure of; null: make sure again. */
	member_at: number | null;
	created_at: number;
}

/** Who has written to the bot. */
export interface ContactTable {
	mattermost_user_id: string;
	username: string;
	dm_channel_id: string;
	/** Time of the message that was heard first. */
	ready_at: number;
}

/**
 * - `after-first-message` (default): a direct message to those who have written to the bot, a mention in the notification channel to others
 * - `always`: direct messages to everyone; a real server lets bots write first
 * - `never`: mentions only
 */
export const dmPolicies = ['after-first-message', 'always', 'never'] as const;
export type DmPolicy = (typeof dmPolicies)[number];

/** How a person wants to be told; null: as everyone. */
export interface PreferenceTable {
	/** As Mattermost has it, however a notification names the person. */
	username: string;
	locale: string | null;
	/** IANA name. */
	time_zone: string | null;
	/** Minutes of the wall clock; both or none. */
	quiet_start: number | null;
	quiet_end: number | null;
	dm_policy: DmPolicy | null;
}

export interface DigestTable {
	/** The delivery that is posted. */
	delivery_id: string;
	recipient: string;
	/** One digest of a name collects for a person at a time. */
	name: string;
	/** 1: its items are fixed. */
	closed: number;
}

export interface DigestItemTable {
	id: string;
	digest_id: string;
	key: string;
	template: string;
	/** JSON. */
	variables: string;
	locale: string | null;
	accepted_at: number;
}
