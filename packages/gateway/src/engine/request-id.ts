import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Ids of this process begin with it: 72 random bits and a count are as good as a UUID for each request, at a tenth of the time. */
const prefix = `${randomBytes(9).toString('base64url')}-`;
let made = 0;

/** The id that a proxy or client gave the request, where it is a harmless one; else a new one, which the request has from then on. */
export function requestId({ headers }: IncomingMessage): string {
	const given = headers['x-request-id'];
	if (typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given)) return given;
	const id = `${prefix}${(++made).toString(36)}`;
	headers['x-request-id'] = id;
	return id;
}
