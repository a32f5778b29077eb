import type { FastifyInstance } from 'fastify';
import type { SendOptions, SendResult } from '../send.ts';
import type { Templates } from '../templates/registry.ts';
import { type Content, parseReplyRequest, parseUpdateRequest } from './follow-up-request.ts';
import type { Checked } from './general-request.ts';
import { sendOptions } from './send-options.ts';

export interface FollowUpEndpoints {
	reply(id: string, content: Content, options: SendOptions): Promise<SendResult>;
	update(id: string, content: Checked, options: SendOptions): Promise<SendResult>;
	templates(): Templates;
}

export function followUpRoutes(scope: FastifyInstance, endpoints: FollowUpEndpoints): void {
	const options = { bodyLimit: 65_536, config: { scope: 'send' } } as const;
	scope.post<{ Params: { id: string } }>('/:id/replies', options, async (request, reply) => {
		const content = parseReplyRequest(request.body, endpoints.templates());
		const result = await endpoints.reply(request.params.id, content, sendOptions(request, reply));
		reply.code(result.status === 'accepted' ? 202 : 200);
		return result;
	});
	scope.put<{ Params: { id: string } }>('/:id/content', options, async (request, reply) => {
		const content = parseUpdateRequest(request.body, endpoints.templates());
		const result = await endpoints.update(request.params.id, content, sendOptions(request, reply));
		reply.code(result.status === 'accepted' ? 202 : 200);
		return result;
	});
}
