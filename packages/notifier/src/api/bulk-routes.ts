import type { FastifyInstance } from 'fastify';
import type { Notifier } from '../notifier.ts';
import type { BulkRequestInput } from '../requests/bulk-request.ts';
import { badRequest } from '../requests/parse.ts';
import { sendOptions } from './send-options.ts';

export function bulkRoutes(scope: FastifyInstance, notifier: Notifier): void {
	scope.post<{ Body: BulkRequestInput }>('/bulk', { bodyLimit: 2_097_152 }, async (request, reply) => {
		const { wait, ...options } = sendOptions(request, reply);
		if (wait > 0) throw badRequest({ wait: 'is not for many: ask for each by its id' });
		const results = await notifier.notifyMany(request.body, options);
		const skipped = results.filter(({ skipped }) => skipped).length;
		reply.code(202);
		return { success: true, total: results.length, accepted: results.length - skipped, skipped, results };
	});
}
