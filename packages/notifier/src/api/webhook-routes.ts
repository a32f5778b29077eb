// Webhooks: making, listing, deleting and testing them, and what became of the messages to them.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RequestError } from '../errors/request-error.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { listMessages, replayMessage } from '../outbox/webhook-messages.ts';
import {
	deleteWebhook,
	findWebhookRow,
	listWebhookRows,
	type WebhookEvent,
	webhookEvents,
} from '../outbox/webhooks.ts';
import { ofBody, orMissing } from '../requests/messages.ts';
import { parse } from '../requests/parse.ts';
import { isSecret } from '../webhooks/signature.ts';
import { makeWebhook, messageView, testWebhook, type WebhookView, webhookView } from '../webhooks/webhooks.ts';
import { cursorAfter } from './cursor.ts';
import { parsePageQuery } from './delivery-query.ts';

export interface WebhookRoutesOptions {
	readonly outbox: Outbox;
	/** May they lead to private addresses? */
	readonly privateWebhooks: boolean;
	/** There is a message to send. */
	readonly wakeWebhooks: () => void;
}

const isEvents = (given: unknown): given is WebhookEvent[] =>
	Array.isArray(given) && given.length > 0 && given.every((event) => webhookEvents.includes(event));

export const newWebhook = z.strictObject(
	{
		url: z.string({ error: orMissing('must be an https:// address') }),
		events: z
			.custom<WebhookEvent[]>(isEvents, { error: `must be a list of ${webhookEvents.join(', ')}` })
			.default([...webhookEvents]),
		description: z.string({ error: 'must be a text' }).trim().max(200, 'must have at most 200 characters').optional(),
		secret: z
			.string({ error: 'must be whsec_ and 24 to 64 bytes in base64' })
			.refine(isSecret, { error: 'must be whsec_ and 24 to 64 bytes in base64' })
			.optional(),
	},
	{ error: ofBody },
);

export function webhookRoutes(
	scope: FastifyInstance,
	{ outbox, privateWebhooks, wakeWebhooks }: WebhookRoutesOptions,
): void {
	const config = { scope: 'webhooks' } as const;
	const found = async (request: FastifyRequest): Promise<WebhookView> => {
		const webhook = await findWebhookRow(outbox, param(request, 'id'));
		if (!webhook) throw new RequestError(404, 'there is no webhook with this id');
		return webhookView(webhook);
	};
	scope.post('/webhooks', { config }, async (request, reply) => {
		const made = await makeWebhook(outbox, parse(newWebhook, request.body), { allowPrivate: privateWebhooks });
		reply.code(201).header('cache-control', 'no-store');
		return { success: true, ...made };
	});
	scope.get('/webhooks', { config }, async () => ({ webhooks: (await listWebhookRows(outbox)).map(webhookView) }));
	scope.get('/webhooks/:id', { config }, found);
	scope.delete('/webhooks/:id', { config }, async (request) => {
		const { id } = await found(request);
		await deleteWebhook(outbox, id);
		return { success: true, id };
	});
	scope.post('/webhooks/:id/test', { config }, async (request, reply) => {
		const { id } = await found(request);
		const message = await testWebhook(outbox, id);
		wakeWebhooks();
		reply.code(202);
		return { success: true, message };
	});
	scope.get('/webhooks/:id/messages', { config }, async (request) => {
		const { limit, before } = parsePageQuery(request.query);
		const { id } = await found(request);
		const messages = (await listMessages(outbox, id, { limit, before })).map(messageView);
		const last = messages.length === limit ? messages.at(-1) : undefined;
		return { messages, next: last ? cursorAfter(last.id) : null };
	});
	scope.post('/webhooks/:id/messages/:messageId/replay', { config }, async (request, reply) => {
		const { id } = await found(request);
		const message = param(request, 'messageId');
		if (!(await replayMessage(outbox, id, message)))
			throw new RequestError(409, 'there is no such message, or it is on its way already');
		wakeWebhooks();
		reply.code(202);
		return { success: true, message };
	});
}

const param = (request: FastifyRequest, name: string) => (request.params as Record<string, string>)[name] ?? '';
