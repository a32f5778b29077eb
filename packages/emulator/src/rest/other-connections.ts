import type { Call } from '../call.ts';

/** For broadcasts: the connection that made a change says so with `Connection-Id`, and need not hear of it. */
export const otherConnections = ({ request }: Call) => {
	const id = request.headers['connection-id'];
	return typeof id === 'string' && id !== '' ? { omit_connection_id: id } : {};
};
