// Every endpoint: what it takes and what it answers. What bodies may hold comes from the schemas that check them.
import type { z } from 'zod';
import { replyRequest, updateRequest } from '../../requests/follow-up-request.ts';
import { generalRequest, previewRequest } from '../../requests/general-request.ts';
import { sendRequest } from '../../requests/send-request.ts';
import { afterQuery, listQuery, pageQuery, replayRequest } from '../delivery-query.ts';
import { newKey } from '../key-routes.ts';
import { preferencesRequest } from '../preference-routes.ts';
import type { Scope } from '../scopes.ts';
import { newWebhook } from '../webhook-routes.ts';
import type { Schema } from './schemas.ts';

export interface Operation {
	readonly summary: string;
	readonly tag: 'send' | 'notifications' | 'people' | 'templates' | 'service' | 'keys' | 'webhooks';
	readonly scope: Scope | 'admin' | 'public';
	/** Checked by zod, or written as JSON Schema. */
	readonly body?: z.ZodType | Schema;
	readonly query?: z.ZodType;
	/** Takes `Idempotency-Key`. */
	readonly idempotent?: boolean;
	/** Takes `?wait=`. */
	readonly waits?: boolean;
	/** Name of the schema of each answer by its status. 400, 401, 403, 500 and 503 are every endpoint's, but for a public one. */
	readonly answers: Readonly<Record<number, string>>;
}

const sends = { 200: 'SendResult', 202: 'SendResult', 422: 'Error' } as const;
const sending = { tag: 'send', scope: 'send', idempotent: true, waits: true } as const;
const webhooks = { tag: 'webhooks', scope: 'webhooks' } as const;
const keys = { tag: 'keys', scope: 'admin' } as const;

/** The template is a definition that is to be a file, or variables for one that is there. */
const validated: Schema = { type: 'object', additionalProperties: true };

/** As for one, with a list of recipients in place of `to`. */
const bulk: Schema = {
	type: 'object',
	required: ['template', 'recipients'],
	properties: {
		recipients: {
			type: 'array',
			minItems: 1,
			maxItems: 1_000,
			items: {
				type: 'object',
				required: ['to'],
				properties: {
					to: { type: 'object' },
					variables: { type: 'object' },
					locale: { type: 'string' },
					key: { type: 'string' },
				},
				additionalProperties: false,
			},
		},
		template: { type: 'string' },
		variables: { type: 'object' },
	},
};

/** By method and path under /api/notifications. */
export const operations: Readonly<Record<string, Operation>> = {
	'POST /send': {
		...sending,
		summary: 'Notify of a device that was borrowed, returned or renewed',
		body: sendRequest,
		answers: sends,
	},
	'POST /': { ...sending, summary: 'Notify someone by a template', body: generalRequest, answers: sends },
	'POST /bulk': {
		tag: 'send',
		scope: 'send',
		idempotent: true,
		summary: 'Notify up to 1,000 people by a template: all are accepted, or none',
		body: bulk,
		answers: { 202: 'BulkResult', 422: 'Error' },
	},
	'POST /{id}/replies': {
		...sending,
		summary: 'Say something in the thread of an earlier notification',
		body: replyRequest,
		answers: { ...sends, 404: 'Error', 409: 'Error' },
	},
	'PUT /{id}/content': {
		...sending,
		summary: 'Change what an earlier notification says',
		body: updateRequest,
		answers: { ...sends, 404: 'Error', 409: 'Error' },
	},
	'GET /': {
		tag: 'notifications',
		scope: 'read',
		summary: 'Notifications, newest first',
		query: listQuery,
		answers: { 200: 'NotificationList' },
	},
	'GET /{id}': {
		tag: 'notifications',
		scope: 'read',
		summary: 'One notification with its timeline',
		answers: { 200: 'NotificationDetails', 404: 'Error' },
	},
	'POST /{id}/cancel': {
		tag: 'notifications',
		scope: 'manage',
		summary: 'Take a notification back, if no attempt to post it has begun',
		answers: { 200: 'Changed', 404: 'Error', 409: 'Error' },
	},
	'POST /{id}/replay': {
		tag: 'notifications',
		scope: 'manage',
		summary: 'Try a dead notification again',
		answers: { 200: 'Changed', 404: 'Error', 409: 'Error' },
	},
	'POST /replay': {
		tag: 'notifications',
		scope: 'manage',
		summary: 'Try many dead notifications again',
		body: replayRequest,
		answers: { 200: 'Replayed' },
	},
	'GET /digests/{id}': {
		tag: 'notifications',
		scope: 'read',
		summary: 'What a digest tells',
		answers: { 200: 'Digest', 404: 'Error' },
	},
	'GET /users': {
		tag: 'people',
		scope: 'read',
		summary: 'People who were notified, or wrote to the bot',
		query: afterQuery,
		answers: { 200: 'Users' },
	},
	'GET /preferences/{username}': {
		tag: 'people',
		scope: 'read',
		summary: 'How someone wants to be told',
		answers: { 200: 'Preferences' },
	},
	'PUT /preferences/{username}': {
		tag: 'people',
		scope: 'manage',
		summary: 'Set how someone wants to be told',
		body: preferencesRequest,
		answers: { 200: 'Preferences' },
	},
	'DELETE /preferences/{username}': {
		tag: 'people',
		scope: 'manage',
		summary: 'As everyone again',
		answers: { 200: 'Preferences' },
	},
	'GET /templates': {
		tag: 'templates',
		scope: 'read',
		summary: 'The templates and their variables',
		answers: { 200: 'Templates' },
	},
	'POST /templates/preview': {
		tag: 'templates',
		scope: 'send',
		summary: 'What a notification would say',
		body: previewRequest,
		answers: { 200: 'Preview', 422: 'Error' },
	},
	'POST /templates/validate': {
		tag: 'templates',
		scope: 'send',
		summary: 'What is wrong with a template’s definition, or with variables for a template',
		body: validated,
		answers: { 200: 'Validation' },
	},
	'GET /status': { tag: 'service', scope: 'read', summary: 'How the service stands', answers: { 200: 'Status' } },
	'POST /initialize': {
		tag: 'service',
		scope: 'manage',
		summary: 'Start, and make sure that Mattermost answers',
		answers: { 200: 'Initialized' },
	},
	'GET /idempotency': {
		tag: 'service',
		scope: 'read',
		summary: 'Keys by which repeats are known',
		query: afterQuery,
		answers: { 200: 'IdempotencyRecords' },
	},
	'GET /openapi.json': { tag: 'service', scope: 'public', summary: 'This document', answers: { 200: 'OpenAPI' } },
	'POST /keys': { ...keys, summary: 'Make a key for a program', body: newKey, answers: { 201: 'NewApiKey' } },
	'GET /keys': { ...keys, summary: 'The keys of programs', answers: { 200: 'ApiKeys' } },
	'DELETE /keys/{id}': { ...keys, summary: 'Revoke a key', answers: { 200: 'Changed', 404: 'Error' } },
	'POST /webhooks': { ...webhooks, summary: 'Make a webhook', body: newWebhook, answers: { 201: 'NewWebhook' } },
	'GET /webhooks': { ...webhooks, summary: 'The webhooks', answers: { 200: 'Webhooks' } },
	'GET /webhooks/{id}': { ...webhooks, summary: 'One webhook', answers: { 200: 'Webhook', 404: 'Error' } },
	'DELETE /webhooks/{id}': {
		...webhooks,
		summary: 'Delete a webhook and its messages',
		answers: { 200: 'Changed', 404: 'Error' },
	},
	'POST /webhooks/{id}/test': {
		...webhooks,
		summary: 'Send a webhook a message of no consequence',
		answers: { 202: 'WebhookMessageQueued', 404: 'Error' },
	},
	'GET /webhooks/{id}/messages': {
		...webhooks,
		summary: 'What was told to a webhook, newest first',
		query: pageQuery,
		answers: { 200: 'WebhookMessages', 404: 'Error' },
	},
	'POST /webhooks/{id}/messages/{messageId}/replay': {
		...webhooks,
		summary: 'Send a finished message again',
		answers: { 202: 'WebhookMessageQueued', 404: 'Error', 409: 'Error' },
	},
};
