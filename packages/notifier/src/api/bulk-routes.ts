import type { FastifyInstance } from 'fastify';
import type { SendResult } from '../send.ts';
import type { Templates } from '../templates/registry.ts';
import { parseBulkRequest } from './bulk-request.ts';
import type { GeneralRequest } from './general-request.ts';
import { badRequest } from './parse.ts';
import { sendOptions } from './send-options.ts';

export interface BulkEndpoints {
	sendMany(
		requests: readonly GeneralRequest[],
		options: { idempotencyKey?: string | undefined },
	): Promise<SendResult[]>;
	templates(): Templates;
}

export function bulkRoutes(scope: FastifyInstance, endpoints: BulkEndpoints): void {
	scope.post('/bulk', { bodyLimit: 2_097_152 }, async (request, reply) => {
		const requests = parseBulkRequest(request.body, endpoints.templates());
		const { wait, idempotencyKey } = sendOptions(request, reply);
		if (wait > 0) throw badRequest({ wait: 'is not for many: ask for each by its id' });
		const results = await endpoints.sendMany(requests, { idempotencyKey });
		const skipped = results.filter(({ skipped }) => skipped).length;
		reply.code(202);
		return { success: true, total: results.length, accepted: results.length - skipped, skipped, results };
	});
}
