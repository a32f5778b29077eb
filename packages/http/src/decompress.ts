import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
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

type Codec = { whole(body: Buffer, options: { maxOutputLength: number }): Promise<Buffer>; stream(): Transform };

const gzip: Codec = { whole: promisify(zlib.gunzip), stream: zlib.createGunzip };
const codecs: Record<string, Codec> = {
	gzip,
	'x-gzip': gzip,
	deflate: { whole: inflate, stream: zlib.createInflate },
	br: { whole: promisify(zlib.brotliDecompress), stream: zlib.createBrotliDecompress },
	zstd: { whole: promisify(zlib.zstdDecompress), stream: zlib.createZstdDecompress },
};

/** "deflate" means zlib's format, but some servers send it without its header. */
function inflate(body: Buffer, options: { maxOutputLength: number }): Promise<Buffer> {
	const withHeader = ((body[0] ?? 0) & 0x0f) === 8;
	return promisify(withHeader ? zlib.inflate : zlib.inflateRaw)(body, options);
}

function codecOf(encoding: string): Codec {
	const codec = codecs[encoding];
	if (!codec) throw new Error(`the body is encoded as ${encoding}, which was not asked for`);
	return codec;
}

/** @throws TooLarge, or zlib's error. */
export async function decompress(body: Buffer, encodings: readonly string[], maxBytes: number): Promise<Buffer> {
	for (const encoding of encodings) {
		// The answer to a HEAD, and a 304, have the header and no body.
		if (body.length === 0) return body;
		try {
			body = await codecOf(encoding).whole(body, { maxOutputLength: maxBytes });
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge();
			throw error;
		}
	}
	return body;
}

/**
 * @param translate makes the reader's error out of zlib's or the body's.
 * @throws Error for an encoding that it does not know.
 */
export function decompressStream(
	body: Readable,
	encodings: readonly string[],
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
	for (const stage of [...encodings.map((encoding) => codecOf(encoding).stream()), counter]) {
		// Not pipeline(): it would give the reader zlib's own error.
		const source = from;
		source.on('error', (error) => stage.destroy(stage === counter ? translate(error) : error));
		stage.on('close', () => source.destroy());
		from = source.pipe(stage);
	}
	counter.on('error', () => {});
	return counter;
}
