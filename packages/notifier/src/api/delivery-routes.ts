// What became of notifications: listing, looking at one with its timeline, cancelling, replaying dead ones.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import type { Notifier } from '../notifier.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { type DeliveryDetails, listDead, listDeliveries } from '../reporting/deliveries.ts';
import { cursorAfter } from './cursor.ts';
import { parseListQuery, parseReplayRequest } from './delivery-query.ts';

export function deliveryRoutes(
	scope: FastifyInstance,
	{ notifier, outbox }: { notifier: Notifier; outbox: Outbox },
): void {
	const config = { scope: 'manage' } as const;
	scope.get('/', async (request) => {
		const { filter, limit, before } = parseListQuery(request.query);
		const notifications = await listDeliveries(outbox, filter, { limit, before });
		const last = notifications.length === limit ? notifications.at(-1) : undefined;
		return { notifications, next: last ? cursorAfter(last.id) : null };
	});
	scope.get('/:id', (request) => found(notifier, idOf(request)));
	scope.post('/:id/cancel', { config }, async (request) => {
		const id = idOf(request);
		const cancelled = await notifier.cancel(id);
		const { status } = await found(notifier, id);
		if (!cancelled && status !== 'cancelled') throw new RequestError(409, `it is ${status}: too late to cancel`);
		return { success: true, id, status: 'cancelled' };
	});
	scope.post('/:id/replay', { config }, async (request) => {
		const id = idOf(request);
		const replayed = await notifier.replay(id);
		const { status } = await found(notifier, id);
		if (!replayed) throw new RequestError(409, `it is ${status}: only what is dead can be replayed`);
		return { success: true, id, status };
	});
	scope.post('/replay', { config }, async (request) => {
		const wanted = parseReplayRequest(request.body);
		const ids = 'filter' in wanted ? await listDead(outbox, wanted.filter, wanted.limit) : wanted.ids;
		const replayed: string[] = [];
		for (const id of ids) if (await notifier.replay(id)) replayed.push(id);
		return { success: true, replayed };
	});
}

const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;

async function found(notifier: Notifier, id: string): Promise<DeliveryDetails> {
	const delivery = await notifier.find(id);
	if (!delivery) throw new RequestError(404, 'there is no notification with this id');
	return delivery;
}
