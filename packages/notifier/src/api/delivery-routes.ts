// What became of notifications: listing, looking at one with its timeline, cancelling, replaying dead ones.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { DeliveryDetails, DeliveryFilter, DeliveryView } from '../deliveries.ts';
import { cursorAfter } from './cursor.ts';
import { parseListQuery, parseReplayRequest } from './delivery-query.ts';
import { RequestError } from './request-error.ts';

export interface DeliveryEndpoints {
	list(filter: DeliveryFilter, page: { limit: number; before?: string | undefined }): Promise<DeliveryView[]>;
	/** undefined: there is none. */
	find(id: string): Promise<DeliveryDetails | undefined>;
	/** False: it is too late. */
	cancel(id: string): Promise<boolean>;
	/** False: it is not dead. */
	replay(id: string): Promise<boolean>;
	/** @returns the ids of those that were. */
	replayMany(filter: DeliveryFilter, limit: number): Promise<string[]>;
}

export function deliveryRoutes(scope: FastifyInstance, endpoints: DeliveryEndpoints): void {
	const config = { scope: 'manage' } as const;
	scope.get('/', async (request) => {
		const { filter, limit, before } = parseListQuery(request.query);
		const notifications = await endpoints.list(filter, { limit, before });
		const last = notifications.length === limit ? notifications.at(-1) : undefined;
		return { notifications, next: last ? cursorAfter(last.id) : null };
	});
	scope.get('/:id', (request) => found(endpoints, idOf(request)));
	scope.post('/:id/cancel', { config }, async (request) => {
		const id = idOf(request);
		const cancelled = await endpoints.cancel(id);
		const { status } = await found(endpoints, id);
		if (!cancelled && status !== 'cancelled') throw new RequestError(409, `it is ${status}: too late to cancel`);
		return { success: true, id, status: 'cancelled' };
	});
	scope.post('/:id/replay', { config }, async (request) => {
		const id = idOf(request);
		const replayed = await endpoints.replay(id);
		const { status } = await found(endpoints, id);
		if (!replayed) throw new RequestError(409, `it is ${status}: only what is dead can be replayed`);
		return { success: true, id, status };
	});
	scope.post('/replay', { config }, async (request) => {
		const wanted = parseReplayRequest(request.body);
		const replayed: string[] = [];
		if ('filter' in wanted) replayed.push(...(await endpoints.replayMany(wanted.filter, wanted.limit)));
		else for (const id of wanted.ids) if (await endpoints.replay(id)) replayed.push(id);
		return { success: true, replayed };
	});
}

const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;

async function found(endpoints: DeliveryEndpoints, id: string): Promise<DeliveryDetails> {
	const delivery = await endpoints.find(id);
	if (!delivery) throw new RequestError(404, 'there is no notification with this id');
	return delivery;
}
