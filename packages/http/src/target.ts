// Where a request goes: the client's base URL, the request's path and parameters, joined so that no path leaves the base.
import { ValidationError } from './errors/validation-error.ts';
import type { QueryValue } from './options.ts';

/** Scheme and host, and the path (without a slash at its end) under which all requests of a client lie. */
export interface Base {
	readonly origin: string;
	readonly path: string;
}

export type Params = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** @throws ValidationError */
export function parseBase(url: string | URL): Base {
	let parsed: URL;
	try {
		parsed = new URL(url);
	} catch {
		throw new ValidationError('baseUrl is not an absolute URL: give one like https://chat.example.com');
	}
	if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
		throw new ValidationError(`baseUrl must begin with https:// or http://, not ${parsed.protocol}`);
	}
	if (parsed.username || parsed.password) {
		throw new ValidationError('baseUrl may not hold a user name or password: give them as token or header');
	}
	if (parsed.search || parsed.hash) {
		throw new ValidationError('baseUrl may not have a query or fragment: give parameters with each request');
	}
	return { origin: parsed.origin, path: parsed.pathname.replace(/\/+$/, '') };
}

/** Nothing here needs a second look: no dot, no escape, no query. */
const plain = /^(?:\/[\w~-]+)+\/?$/;
const dotSegment = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here.
const control = /[\x00-\x1f\x7f]/;
const notInUrls = /[^\w\-.~!$&'()*+,;=:@%/?[\]]/gu;

/** The path and query to send. @throws ValidationError for a path that would leave the base, or is no path. */
export function target(base: Base, path: string, params: Params | undefined): string {
	let whole = base.path + (plain.test(path) ? path : checked(path));
	if (whole[0] !== '/') whole = `/${whole}`;
	return params === undefined ? whole : withQuery(whole, params);
}

function checked(path: string): string {
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
		throw new ValidationError('the path is a whole URL: give only what follows the client’s baseUrl');
	}
	if (control.test(path))
		throw new ValidationError('the path has control characters in it: encode what you put into it');
	if (path.includes('#')) throw new ValidationError('the path has a # in it, which is never sent: encode it as %23');
	const [pathname = ''] = path.split('?', 1);
	if (dotSegment.test(pathname.replaceAll('\\', '/'))) {
		throw new ValidationError(
			'the path has a . or .. segment, which could leave the baseUrl: encode what you put into it',
		);
	}
	const encoded = path.toWellFormed().replace(notInUrls, encodeURIComponent).replace(/^\/+/, '/');
	return /^(?:\/|\?|$)/.test(encoded) ? encoded : `/${encoded}`;
}

function withQuery(path: string, params: Params): string {
	let separator = path.includes('?') ? '&' : '?';
	for (const [key, value] of Object.entries(params)) {
		for (const item of Array.isArray(value) ? (value as readonly QueryValue[]) : [value as QueryValue]) {
			if (item === undefined || item === null) continue;
			path += `${separator}${encode(key)}=${encode(item)}`;
			separator = '&';
		}
	}
	return path;
}

const encode = (value: string | number | boolean) => encodeURIComponent(String(value).toWellFormed());

/** For messages and logs: queries may hold secrets. */
export function withoutQuery(url: string): string {
	const query = url.indexOf('?');
	return query < 0 ? url : url.slice(0, query);
}
