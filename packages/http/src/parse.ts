import { Readable } from 'node:stream';
import type { ResponseKind } from './options.ts';
import { header, type ResponseHeaders } from './response.ts';

const decoder = new TextDecoder();

/** The body as the caller wants it; undefined where it is empty. @throws SyntaxError when it should be JSON and is not. */
export function parseBody(kind: ResponseKind, headers: ResponseHeaders, body: Buffer): unknown {
	if (kind === 'bytes') return body;
	if (kind === 'stream') return Readable.from([body]);
	if (body.length === 0) return kind === 'text' ? '' : undefined;
	if (kind === 'text') return decodeText(body);
	return kind === 'json' || isJson(header(headers, 'content-type')) ? JSON.parse(decodeText(body)) : decodeText(body);
}

/** An error's body is taken as it comes: proxies answer HTML, and some of them call it JSON. */
export function parseErrorBody(headers: ResponseHeaders, body: Buffer): unknown {
	try {
		return parseBody('auto', headers, body);
	} catch {
		return decodeText(body);
	}
}

function isJson(type: string | undefined): boolean {
	return type !== undefined && /^application\/(?:[\w.+-]+\+)?json\b/i.test(type);
}

/** Takes a byte order mark away. Buffer.toString is faster than TextDecoder on short texts, but keeps the mark. */
function decodeText(body: Buffer): string {
	return body[0] === 0xef ? decoder.decode(body) : body.toString('utf8');
}
