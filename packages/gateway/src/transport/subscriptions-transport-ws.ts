// The legacy subprotocol `graphql-ws` of the npm package subscriptions-transport-ws, which the reference chat server speaks.
// https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md
import {
	BadMessage,
	type ClientMessage,
	type Codec,
	lastKept,
	type OperationId,
	operationRequest,
	parseMessage,
} from './codec.ts';

export const subscriptionsTransportWs: Codec = {
	protocol: 'graphql-ws',
	// Its client, and the reference's tester, send `start` without waiting for the ack.
	holdsOperations: true,
	takesSecondInit: true,
	replacesOperations: true,
	confirmsStop: true,
	decode(text): ClientMessage {
		const { type, id, payload } = parseMessage(text);
		switch (type) {
			case 'connection_init':
				return { kind: 'init', payload };
			case 'start':
				return { kind: 'start', id: operationId(id), request: operationRequest(payload) };
			case 'stop':
				return { kind: 'stop', id: operationId(id) };
			case 'connection_terminate':
				return { kind: 'terminate' };
			default:
				throw new BadMessage('the type of the message is not known');
		}
	},
	ack: '{"type":"connection_ack"}',
	resultPrefix: lastKept((id) => `{"type":"data","id":${JSON.stringify(id)},"payload":`),
	complete: (id) => JSON.stringify({ type: 'complete', id }),
	// Recorded from the reference: errors come as the data of the operation, then it is complete.
	refuse: (id, errors) => [
		JSON.stringify({ type: 'data', id, payload: { data: null, errors } }),
		JSON.stringify({ type: 'complete', id }),
	],
	refuseInit: (message) => [JSON.stringify({ type: 'connection_error', payload: { message } })],
	pong: () => undefined,
	// The client throws on types it doesn't know, but takes a keep-alive with any payload.
	notice: (notice) => JSON.stringify({ type: 'ka', payload: notice }),
	// After its first keep-alive the client hangs up when 30 s pass without one, even on the next connection: so they are sent always.
	keepAlive: '{"type":"ka"}',
};

function operationId(id: unknown): OperationId {
	if (typeof id === 'number') return id;
	if (typeof id !== 'string' || id === '' || id.length > 256)
		throw new BadMessage('"id" must be a string of 1 to 256 characters');
	return id;
}
