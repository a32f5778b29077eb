import { Readable } from 'node:stream';
import { ValidationError } from './errors/validation-error.ts';
import { multipart } from './multipart.ts';
import type { RequestOptions } from './options.ts';

/** What undici and fetch both send as it is. */
export type Content = string | Uint8Array | Blob | Readable | AsyncIterable<Uint8Array | string>;

export interface Body {
	/** The content for one attempt. */
	open(): Content;
	/** Sent as content-type unless the request has its own. */
	readonly type: string | undefined;
	/** False: a stream, which an attempt uses up. */
	readonly again: boolean;
	/** The request failed: a stream that was not read to its end is closed. */
	abandon(): void;
}

const json = 'application/json';

/** @throws ValidationError for what cannot be sent. */
export function encodeBody({ json: value, data }: RequestOptions): Body | undefined {
	if (value !== undefined) {
		if (data !== undefined) throw new ValidationError('json and data are both given: a request has one body');
		return fixed(stringify(value), json);
	}
	if (data === undefined || data === null) return undefined;
	if (typeof data === 'string') return fixed(data, 'text/plain;charset=UTF-8');
	if (data instanceof Uint8Array) return fixed(data, undefined);
	if (data instanceof ArrayBuffer) return fixed(new Uint8Array(data), undefined);
	if (ArrayBuffer.isView(data)) return fixed(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), undefined);
	if (data instanceof URLSearchParams) {
		return fixed(data.toString(), 'application/x-www-form-urlencoded;charset=UTF-8');
	}
	if (isPlain(data)) return fixed(stringify(data), json);
	if (typeof data === 'function') return stream(() => made(data()), true);
	if (isStream(data)) return stream(() => data, false);
	if (data instanceof Blob) return blob(data);
	// Last, because it is the first mention of FormData that makes Node load its own undici.
	if (data instanceof FormData) return blob(multipart(data));
	throw new ValidationError(`data of type ${className(data)} cannot be sent: give it as json, bytes or a stream`);
}

function fixed(content: string | Uint8Array, type: string | undefined): Body {
	return { open: () => content, type, again: true, abandon: nothing };
}

function blob(content: Blob): Body {
	return { open: () => content, type: content.type || undefined, again: true, abandon: nothing };
}

const nothing = () => {};

/** Errors that came out of a body, to tell them from those of the connection. */
const bodyErrors = new WeakSet<object>();

export const isBodyError = (error: unknown): boolean =>
	typeof error === 'object' && error !== null && bodyErrors.has(error);

function stream(open: () => Stream, again: boolean): Body {
	let current: Stream | undefined;
	return {
		type: undefined,
		again,
		open() {
			current = open();
			return current instanceof Readable ? current.once('error', remember) : remembering(current);
		},
		abandon() {
			if (!current && !again) current = open();
			if (current instanceof Readable) current.destroy();
			else void (current as { cancel?(): Promise<void> } | undefined)?.cancel?.().catch(nothing);
		},
	};
}

type Stream = Readable | AsyncIterable<Uint8Array | string>;

const remember = (error: Error) => bodyErrors.add(error);

async function* remembering(body: AsyncIterable<Uint8Array | string>) {
	try {
		yield* body;
	} catch (error) {
		if (typeof error === 'object' && error !== null) bodyErrors.add(error);
		throw error;
	}
}

function made(value: unknown): Stream {
	if (isStream(value)) return value;
	throw new ValidationError(`data is a function that gave ${className(value)}: it must give a stream for each attempt`);
}

function isStream(value: unknown): value is Stream {
	return value instanceof Readable || (typeof value === 'object' && value !== null && Symbol.asyncIterator in value);
}

function isPlain(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return typeof value === 'number' || typeof value === 'boolean';
	const prototype = Object.getPrototypeOf(value);
	return Array.isArray(value) || prototype === null || prototype === Object.prototype;
}

function stringify(value: unknown): string {
	let text: string | undefined;
	try {
		text = JSON.stringify(value);
	} catch (cause) {
		throw new ValidationError(`the body cannot be written as JSON: ${(cause as Error).message}`, { cause });
	}
	if (text === undefined) throw new ValidationError(`the body cannot be written as JSON: it is ${className(value)}`);
	return text;
}

const className = (value: unknown) =>
	typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'object') : typeof value;
