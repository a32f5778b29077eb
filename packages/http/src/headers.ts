import { ValidationError } from './errors/validation-error.ts';
import type { RequestOptions } from './options.ts';
import { Secret } from './secret.ts';

/** Request headers, names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** `extra` over `base`; a value of undefined takes a header away. */
export function mergeHeaders(
	base: RequestHeaders,
	extra: Readonly<Record<string, string | undefined>> | undefined,
): Record<string, string> {
	const merged: Record<string, string> = { ...base };
	for (const name in extra) {
		const value = extra[name];
		if (value === undefined) delete merged[name.toLowerCase()];
		else merged[name.toLowerCase()] = value;
	}
	return merged;
}

/** @throws ValidationError for what cannot be a token: mostly one read from a file, with its line break. */
export function bearer(token: string | Secret): string {
	const value = token instanceof Secret ? token.reveal() : token;
	if (!/^[\x21-\x7e]+$/.test(value))
		throw new ValidationError('the token is empty, or has a space or line break in it');
	return `Bearer ${value}`;
}

/** What goes with one request; a header of its own beats its token, and that the client's headers. */
export function requestHeaders(
	base: RequestHeaders,
	options: RequestOptions,
	type: string | undefined,
): RequestHeaders {
	if (options.headers === undefined && options.token === undefined && type === undefined) return base;
	const own = options.token === undefined ? base : { ...base, authorization: bearer(options.token) };
	const headers = mergeHeaders(own, options.headers);
	if (type !== undefined) headers['content-type'] ??= type;
	// A range of a compressed body could not be decompressed.
	if (headers.range !== undefined && headers['accept-encoding'] === base['accept-encoding']) {
		headers['accept-encoding'] = 'identity';
	}
	return headers;
}

/** Headers that hold no credential; any other may. */
const harmless = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'range', 'user-agent']);

/** What another origin may see of a request. */
export function withoutCredentials(headers: RequestHeaders): RequestHeaders {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name)));
}

/** The values that must not be shown: those that are long enough to be a secret, without the scheme before it. */
export function credentialsOf(headers: RequestHeaders): string[] {
	return Object.entries(headers)
		.filter(([name]) => !harmless.has(name))
		.map(([, value]) => value.replace(/^\w+ /, ''))
		.filter((value) => value.length > 6);
}
