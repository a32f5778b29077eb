// The subprotocol `graphql-transport-ws`: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
import {
	BadMessage,
	type ClientMessage,
	type Codec,
	lastKept,
	type OperationId,
	operationRequest,
	parseMessage,
} from './codec.ts';

export const graphqlTransportWs: Codec = {
	protocol: 'graphql-transport-ws',
	holdsOperations: false,
	takesSecondInit: false,
	replacesOperations: false,
	confirmsStop: false,
	decode(text): ClientMessage {
		const { type, id, payload } = parseMessage(text);
		switch (type) {
			case 'connection_init':
				return { kind: 'init', payload };
			case 'subscribe':
				return { kind: 'start', id: operationId(id), request: operationRequest(payload) };
			case 'complete':
				return { kind: 'stop', id: operationId(id) };
			case 'ping':
				return { kind: 'ping', payload };
			case 'pong':
				return { kind: 'pong', payload };
			default:
				throw new BadMessage('the type of the message is not known');
		}
	},
	ack: '{"type":"connection_ack"}',
	resultPrefix: lastKept((id) => `{"id":${JSON.stringify(id)},"type":"next","payload":`),
	complete: (id) => JSON.stringify({ id, type: 'complete' }),
	refuse: (id, errors) => [JSON.stringify({ id, type: 'error', payload: errors })],
	refuseInit: () => [],
	pong: (payload) => JSON.stringify({ type: 'pong', ...(payload == null ? {} : { payload }) }),
	// The protocol lets either side ping with a payload at any time; the client's answer may carry the fresh token.
	notice: (notice) => JSON.stringify({ type: 'ping', payload: notice }),
};

function operationId(id: unknown): OperationId {
	if (typeof id !== 'string' || id === '' || id.length > 256)
		throw new BadMessage('"id" must be a string of 1 to 256 characters');
	return id;
}
