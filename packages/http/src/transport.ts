import { Readable } from 'node:stream';
import type { Answer, Attempt, Failure } from './attempt.ts';
import { isBodyError } from './body.ts';
import type { ResponseHeaders } from './response.ts';
import { timerOf } from './timer.ts';

/** `fetch`, or what a test puts in its place. Redirects must be left to the caller (`redirect: 'manual'`). */
export type Transport = (url: string, init: RequestInit) => Promise<Response>;

/**
 * One attempt through a transport: no connection of ours, so of a failure nobody knows whether the request was sent, and
 * a body given as a stream has no timeout of its own.
 */
export async function transfer(transport: Transport, attempt: Attempt): Promise<Answer | Failure> {
	const controller = new AbortController();
	let failed: Failure['failed'] | undefined;
	const stop = (why: Failure['failed']) => {
		failed ??= why;
		controller.abort();
	};
	const abort = () => stop('aborted');
	const timer = setTimeout(() => stop('timeout'), timerOf(attempt.timeout));
	attempt.signal?.addEventListener('abort', abort);
	const end = () => {
		clearTimeout(timer);
		attempt.signal?.removeEventListener('abort', abort);
	};
	const failure = (cause: unknown): Failure => ({ failed: failed ?? 'connection', sent: true, cause });
	try {
		const response = await transport(attempt.origin + attempt.path, {
			method: attempt.method,
			headers: attempt.headers,
			redirect: 'manual',
			signal: controller.signal,
			...(attempt.content === undefined ? {} : { body: attempt.content, duplex: 'half' }),
		} as RequestInit);
		const headers = headersOf(response);
		if (attempt.stream && response.status < 300) {
			clearTimeout(timer);
			const body = Readable.from(response.body ?? [], { objectMode: false });
			body.once('close', end).on('error', () => {});
			return { status: response.status, headers, body };
		}
		const body = await collect(response, attempt.maxBytes, () => stop('too-large'));
		end();
		return { status: response.status, headers, body };
	} catch (cause) {
		end();
		return isBodyError(cause) ? { failed: 'body', sent: true, cause } : failure(cause);
	}
}

async function collect(response: Response, maxBytes: number, tooLarge: () => void): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of response.body ?? []) {
		size += chunk.length;
		if (size > maxBytes) {
			tooLarge();
			throw new Error('too large');
		}
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** fetch has decompressed the body but left the header. */
function headersOf(response: Response): ResponseHeaders {
	const { 'content-encoding': _, ...headers } = Object.fromEntries(response.headers);
	return headers;
}
