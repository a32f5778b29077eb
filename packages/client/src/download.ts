import { Readable } from 'node:stream';
import {
	backoff,
	isConnectionError,
	isTimeoutError,
	type RequestOptions,
	ResponseError,
	type StreamResponse,
} from '@matterkit/http';
import type { Connection } from './connection.ts';
import { wait } from './wait.ts';

const maxFailures = 5;

/** A file as a stream. A connection that breaks is replaced by one that asks for the rest. */
export async function download(
	connection: Connection,
	fileId: string,
	options: RequestOptions = {},
): Promise<Readable> {
	const from = (start: number) =>
		connection.stream('GET /api/v4/files/{file_id}', [fileId], {
			...options,
			// A range counts the bytes as they are sent: compressed they would be others.
			headers: {
				...options.headers,
				'accept-encoding': 'identity',
				...(start > 0 ? { range: `bytes=${start}-` } : {}),
			},
		});
	const first = await from(0);
	return Readable.from(pieces(connection, first, from, options.signal), { objectMode: false });
}

async function* pieces(
	connection: Connection,
	answer: StreamResponse,
	from: (start: number) => Promise<StreamResponse>,
	signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
	let received = 0;
	for (let failures = 0; ; ) {
		try {
			for await (const chunk of answer.body) {
				yield chunk;
				received += chunk.length;
				failures = 0;
			}
			return;
		} catch (error) {
			if (!(isConnectionError(error) || isTimeoutError(error)) || ++failures > maxFailures) throw error;
			await wait(backoff(failures, connection.waits), signal);
		}
		answer = await from(received);
		// The file of an id never changes, but a proxy may not know ranges: then the beginning comes again.
		if (received > 0 && !String(answer.headers['content-range']).startsWith(`bytes ${received}-`)) {
			answer.body.destroy();
			throw new ResponseError(
				'GET /api/v4/files/{file_id}: the download broke off, and the server does not send the rest alone',
				{ fault: 'not-json' },
			);
		}
	}
}
