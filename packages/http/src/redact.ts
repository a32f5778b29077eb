import type { RequestHeaders } from './headers.ts';

/** Takes the request's own credentials out of a text that others wrote: servers and proxies like to quote them. */
export function redact(text: string, headers: RequestHeaders): string {
	for (const name of ['authorization', 'cookie']) {
		const secret = headers[name]?.replace(/^\w+ /, '');
		if (secret) text = text.replaceAll(secret, '[secret]');
	}
	return text;
}
