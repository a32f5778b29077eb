import { Readable, Transform } from 'node:stream';
import type { ResponseHeaders } from './response.ts';

/** For Accept-Encoding. */
export const encodings = 'gzip, deflate, br, zstd';

/** The encodings of a body, the outermost first; undefined: none. */
export function encodingsOf(headers: ResponseHeaders): string[] | undefined {
	const value = headers['content-encoding'];
	if (value === undefined) return undefined;
	return String(value)
		.toLowerCase()
		.split(',')
		.map((encoding) => encoding.trim())
		.filter((encoding) => encoding !== '' && encoding !== 'identity')
		.reverse();
}

/** What `maxBytes` of decompressed body were not enough for. */
export class TooLarge extends Error {}

/** @throws TooLarge, or zlib's error. */
export async function decompress(body: Buffer, encodings: readonly string[], maxBytes: number): Promise<Buffer> {
	// The answer to a HEAD, and a 304, have the header and no body.
	if (encodings.length === 0 || body.length === 0) return body;
	const compressed = Readable.from([body]);
	const stages = await decoders(encodings, body[0]);
	return Buffer.concat(await piped(compressed, stages, maxBytes, (error) => error as Error).toArray());
}

/**
 * @param translate makes the reader's error out of TooLarge, zlib's error or the body's.
 * @throws Error for an encoding that is not known.
 */
export async function decompressStream(
	body: Readable,
	encodings: readonly string[],
	maxBytes: number,
	translate: (error: unknown) => Error,
): Promise<Readable> {
	return piped(body, await decoders(encodings), maxBytes, translate);
}

/** @param first byte of the body, where it is known. */
async function decoders(encodings: readonly string[], first?: number): Promise<Transform[]> {
	// Loaded when something is compressed: 2 ms that an import of this package need not take.
	const zlib = await import('node:zlib');
	return encodings.map((encoding, index) => {
		switch (encoding) {
			case 'gzip':
			case 'x-gzip':
				return zlib.createGunzip();
			case 'deflate':
				// It means zlib's format (method 8), but some servers send it without zlib's header.
				return index === 0 && first !== undefined && (first & 0x0f) !== 8
					? zlib.createInflateRaw()
					: zlib.createInflate();
			case 'br':
				return zlib.createBrotliDecompress();
			case 'zstd':
				return zlib.createZstdDecompress();
			default:
				throw new Error(`the body is encoded as ${encoding}, which was not asked for`);
		}
	});
}

function piped(
	body: Readable,
	stages: readonly Transform[],
	maxBytes: number,
	translate: (error: unknown) => Error,
): Readable {
	let size = 0;
	const counter = new Transform({
		transform(chunk: Buffer, _, done) {
			size += chunk.length;
			if (size > maxBytes) done(translate(new TooLarge()));
			else done(null, chunk);
		},
	});
	let from = body;
	for (const stage of [...stages, counter]) {
		// Not pipeline(): it would give the reader zlib's own error.
		const source = from;
		source.on('error', (error) => stage.destroy(stage === counter ? translate(error) : error));
		stage.on('close', () => source.destroy());
		from = source.pipe(stage);
	}
	counter.on('error', () => {});
	return counter;
}
