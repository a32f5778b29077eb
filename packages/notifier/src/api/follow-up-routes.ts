import type { FastifyInstance } from 'fastify';
import type { Notifier } from '../notifier.ts';
import type { ReplyRequestInput, UpdateRequestInput } from '../requests/follow-up-request.ts';
import { answerSent, sendOptions } from './send-options.ts';

interface Earlier {
	Params: { id: string };
}

export function followUpRoutes(scope: FastifyInstance, notifier: Notifier): void {
	const options = { bodyLimit: 65_536, config: { scope: 'send' } } as const;
	scope.post<Earlier & { Body: ReplyRequestInput }>('/:id/replies', options, async (request, reply) =>
		answerSent(reply, await notifier.reply(request.params.id, request.body, sendOptions(request, reply))),
	);
	scope.put<Earlier & { Body: UpdateRequestInput }>('/:id/content', options, async (request, reply) =>
		answerSent(reply, await notifier.update(request.params.id, request.body, sendOptions(request, reply))),
	);
}
