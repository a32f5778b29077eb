import type { IncomingMessage } from 'node:http';

/**
 * A client's address for a server behind so many proxies, each of which adds the address that it was asked from to X-Forwarded-For.
 * What stands before their entries is the client's own invention. 0: the address of the TCP peer.
 */
export function clientAddress(proxies: number): (request: IncomingMessage) => string {
	return ({ headers, socket }) => {
		const header = headers['x-forwarded-for'];
		const hops = (Array.isArray(header) ? header.join() : (header ?? '')).split(',').map((hop) => hop.trim());
		const told = proxies > 0 ? hops.at(-proxies) : undefined;
		return told || (socket.remoteAddress ?? '');
	};
}
