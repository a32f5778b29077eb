// What the endpoints answer, as JSON Schema. Strict: an answer with something else in it does not fit, and a test would say so.
import { states } from '../../outbox/states.ts';
import { dmPolicies } from '../../outbox/tables.ts';
import { webhookEvents } from '../../outbox/webhooks.ts';
import { variableTypes } from '../../templates/definition.ts';
import { priorities } from '../../timing/priority.ts';
import { scopes } from '../scopes.ts';

export type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const truth = { type: 'boolean' } as const;
const whole = { type: 'integer' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const orNull = (schema: Schema) => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: Schema) => ({ type: 'array', items });
const done = { const: true } as const;
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Names that end in `?` may be missing. */
export function object(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
	const names = Object.keys(properties);
	return {
		type: 'object',
		...(description !== undefined && { description }),
		properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name.replace('?', ''), schema])),
		required: names.filter((name) => !name.endsWith('?')),
		additionalProperties: false,
	};
}

const anything = {};
const method = { enum: ['dm', 'channel_mention'] };

const notification = {
	id: text,
	key: text,
	status: { enum: states },
	recipient: text,
	template: text,
	priority: { enum: priorities },
	acceptedAt: time,
	dueAt: time,
	'expiresAt?': time,
	'finishedAt?': time,
	attempts: whole,
	'method?': method,
	'channelId?': text,
	'postId?': text,
	'error?': { ...text, description: 'why it is dead' },
};

const apiKey = {
	id: text,
	name: text,
	scopes: list({ enum: scopes }),
	createdAt: time,
	'expiresAt?': time,
	'lastUsedAt?': time,
	'revokedAt?': time,
};

const webhook = {
	id: text,
	url: text,
	events: list({ enum: webhookEvents }),
	'description?': text,
	createdAt: time,
	'disabledAt?': time,
};

const status = {
	initialized: truth,
	connected: truth,
	healthy: truth,
	botUserId: orNull(text),
	totalUsers: whole,
	dmReadyUsers: whole,
	deliveries: object({ scheduled: whole, pending: whole, sending: whole, unknown: whole }),
	waitingFor: list(text),
	reconnectAttempts: whole,
};

const preferences = {
	success: done,
	username: text,
	locale: orNull(text),
	timeZone: orNull(text),
	quietHours: orNull(object({ start: text, end: text })),
	directMessages: orNull({ enum: dmPolicies }),
};

export const schemas: Readonly<Record<string, Schema>> = {
	Error: object(
		{
			success: { const: false },
			name: text,
			error: text,
			'fields?': { type: 'object', additionalProperties: text, description: 'what is wrong with each field' },
			'code?': text,
		},
		'A request that was not taken.',
	),
	SendResult: object({
		success: truth,
		id: text,
		key: text,
		status: { enum: ['accepted', 'sent', 'dead', 'cancelled', 'expired'] },
		skipped: { ...truth, description: 'it was accepted before; this is how that one stands' },
		'method?': method,
		'channelId?': text,
		'postId?': text,
		'error?': text,
	}),
	BulkResult: object({
		success: done,
		total: whole,
		accepted: whole,
		skipped: whole,
		results: list(ref('SendResult')),
	}),
	Notification: object(notification),
	NotificationList: object({
		notifications: list(ref('Notification')),
		next: { ...orNull(text), description: 'the cursor of the next page; null: this is the last' },
	}),
	NotificationDetails: object({
		...notification,
		variables: anything,
		'message?': text,
		timeline: list(ref('TimelineEntry')),
	}),
	TimelineEntry: object({
		at: time,
		what: {
			enum: [
				...['accepted', 'due', 'sending', 'retry', 'found', 'replayed'],
				...['sent', 'dead', 'cancelled', 'expired'],
			],
		},
		'detail?': text,
	}),
	Changed: object({ success: done, id: text, 'status?': { enum: states } }),
	Replayed: object({ success: done, replayed: list(text) }),
	Status: object(status),
	Initialized: object({ success: done, ...status }),
	Users: object({
		total: whole,
		users: list(
			object({
				userId: orNull(text),
				mattermostUsername: text,
				mattermostUserId: orNull(text),
				dmReady: truth,
				dmChannelId: orNull(text),
				dmReadyAt: orNull({ ...whole, description: 'milliseconds since 1970' }),
			}),
		),
		'next?': text,
	}),
	IdempotencyRecords: object({
		total: whole,
		records: list(
			object({ key: text, deliveryId: text, status: orNull({ enum: states }), createdAt: whole, expiresAt: whole }),
		),
		'next?': text,
	}),
	Templates: object({
		templates: list(
			object({
				name: text,
				version: whole,
				'description?': text,
				variables: {
					type: 'object',
					additionalProperties: object({ type: { enum: variableTypes }, optional: truth, 'description?': text }),
				},
				locales: list(text),
			}),
		),
	}),
	Preview: object({
		success: done,
		template: text,
		version: whole,
		locale: text,
		message: text,
		mention: text,
		'attachments?': list({ type: 'object' }),
	}),
	Validation: object({ success: done, valid: truth, fields: { type: 'object', additionalProperties: text } }),
	Digest: object({
		success: done,
		id: text,
		items: list(object({ key: text, template: text, variables: anything, acceptedAt: time })),
	}),
	Preferences: object(preferences, 'null: as the service does for everyone.'),
	ApiKeys: object({ keys: list(object(apiKey)) }),
	NewApiKey: object({ success: done, key: { ...text, description: 'shown this once' }, ...apiKey }),
	Webhook: object(webhook),
	Webhooks: object({ webhooks: list(ref('Webhook')) }),
	NewWebhook: object({ success: done, ...webhook, secret: { ...text, description: 'shown this once' } }),
	WebhookMessages: object({
		messages: list(
			object({
				id: text,
				event: { enum: [...webhookEvents, 'test'] },
				status: { enum: ['pending', 'delivered', 'dead'] },
				attempts: whole,
				createdAt: time,
				'finishedAt?': time,
				'nextAt?': time,
				'answer?': whole,
				'error?': text,
			}),
		),
		next: orNull(text),
	}),
	WebhookMessageQueued: object({ success: done, message: { ...text, description: 'the id of the message' } }),
	WebhookEvent: object(
		{
			type: { enum: webhookEvents.map((event) => `notification.${event}`) },
			timestamp: time,
			data: ref('Notification'),
		},
		'What webhooks are sent.',
	),
};
