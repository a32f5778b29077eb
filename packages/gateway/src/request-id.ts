import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The id that a proxy or client gave the request, where it is a harmless one; else a new one, which the request has from then on. */
export function requestId({ headers }: IncomingMessage): string {
	const given = headers['x-request-id'];
	if (typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given)) return given;
	const made = randomUUID();
	headers['x-request-id'] = made;
	return made;
}
