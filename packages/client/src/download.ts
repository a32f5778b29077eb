import { Readable } from 'node:stream';
import { backoff, isConnectionError, isTimeoutError, type RequestOptions, type StreamResponse } from '@matterkit/http';
import type { Connection } from './connection.ts';
import { wait } from './wait.ts';

/** In a row, without a byte. */
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
			headers: {
				...options.headers,
				// A range counts the bytes as they are sent: compressed they would be others.
				'accept-encoding': 'identity',
				range: start > 0 ? `bytes=${start}-` : undefined,
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
	for (let failures = 0; ; answer = await from(received)) {
		// The file of an id never changes. What a proxy that knows no ranges sends again from the start is skipped.
		let skip = received > 0 && answer.status !== 206 ? received : 0;
		try {
			for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
				const fresh = chunk.subarray(skip);
				skip -= chunk.length - fresh.length;
				if (fresh.length === 0) continue;
				yield fresh;
				received += fresh.length;
				failures = 0;
			}
			return;
		} catch (error) {
			if (!(isConnectionError(error) || isTimeoutError(error)) || ++failures > maxFailures) throw error;
			await wait(backoff(failures, connection.waits), signal);
		}
	}
}
