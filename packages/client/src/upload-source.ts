// What can be uploaded, seen in one way: a name and a size where they are known, and the bytes from any place still needed.
import { ReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ValidationError } from '@matterkit/http';

/** Bytes, a Blob or File, the path of a file (or its `file:` URL), or a stream of bytes. */
export type UploadSource =
	| Uint8Array
	| ArrayBuffer
	| Blob
	| string
	| URL
	| AsyncIterable<Uint8Array>
	| ReadableStream<Uint8Array>;

export interface OpenSource extends AsyncDisposable {
	readonly name: string | undefined;
	/** Bytes; undefined for a stream. */
	readonly size: number | undefined;
	/**
	 * The bytes from `start` to before `end`, fewer at the end of the file only. Valid until the next `read`. A stream can go back
	 * as far as the start of what was read last.
	 */
	read(start: number, end: number): Promise<Uint8Array>;
	/** Of a stream: what comes after the bytes that were read last, to be read once. */
	rest?(): AsyncIterable<Uint8Array>;
}

export async function openSource(source: UploadSource): Promise<OpenSource> {
	if (typeof source === 'string' || source instanceof URL)
		return openFile(source instanceof URL ? fileURLToPath(source) : source);
	// A stream may fail before it is read: then reading it says so, and not an event that nobody listens for.
	if (source instanceof Readable) source.on('error', () => {});
	if (isWholeFile(source)) {
		source.destroy();
		return openFile(String(source.path));
	}
	if (source instanceof Blob) return openBlob(source);
	if (source instanceof Uint8Array) return openBytes(source);
	if (source instanceof ArrayBuffer) return openBytes(new Uint8Array(source));
	if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source) return new StreamSource(source);
	throw new ValidationError('the file must be bytes, a Blob, a path or a stream of bytes');
}

/** `createReadStream(path)`, not read from yet: the file itself has a name and a size, and can be read again from anywhere. */
function isWholeFile(source: UploadSource): source is ReadStream {
	if (!(source instanceof ReadStream) || source.bytesRead > 0 || !source.path) return false;
	const { start, end } = source as { start?: number; end?: number };
	return !start && (end === undefined || end === Number.POSITIVE_INFINITY);
}

function openBytes(bytes: Uint8Array): OpenSource {
	const read = async (start: number, end: number) => bytes.subarray(start, end);
	return { name: undefined, size: bytes.length, read, async [Symbol.asyncDispose]() {} };
}

function openBlob(blob: Blob): OpenSource {
	const read = async (start: number, end: number) => new Uint8Array(await blob.slice(start, end).arrayBuffer());
	const name = 'name' in blob && typeof blob.name === 'string' ? basename(blob.name) : undefined;
	return { name, size: blob.size, read, async [Symbol.asyncDispose]() {} };
}

async function openFile(path: string): Promise<OpenSource> {
	const file = await open(path);
	try {
		const facts = await file.stat();
		if (!facts.isFile()) throw new ValidationError(`${path} is not a file`);
		return fileSource(file, basename(path), facts.size);
	} catch (error) {
		await file.close();
		throw error;
	}
}

function fileSource(file: FileHandle, name: string, size: number): OpenSource {
	// One piece of memory for all parts: a new one for each would leave the collector behind (300 MB in parts of 8 MiB).
	let memory = Buffer.alloc(0);
	return {
		name,
		size,
		async read(start, end) {
			if (memory.length < end - start) memory = Buffer.allocUnsafe(end - start);
			let filled = 0;
			while (start + filled < end) {
				const { bytesRead } = await file.read(memory, filled, end - start - filled, start + filled);
				if (bytesRead === 0) break;
				filled += bytesRead;
			}
			return memory.subarray(0, filled);
		},
		[Symbol.asyncDispose]: () => file.close(),
	};
}

/** Holds what was read last, so that the part which broke off can be sent again. */
class StreamSource implements OpenSource {
	readonly name = undefined;
	readonly size = undefined;
	readonly #chunks: AsyncIterator<Uint8Array>;
	/** Its first `#held` bytes are those of the stream from `#start` on. */
	#memory = Buffer.alloc(0);
	#held = 0;
	#start = 0;
	/** Come from the stream, and not read yet. */
	#ahead: Uint8Array = new Uint8Array();

	constructor(stream: AsyncIterable<Uint8Array>) {
		this.#chunks = stream[Symbol.asyncIterator]();
	}

	async read(start: number, end: number): Promise<Uint8Array> {
		const given = start - this.#start;
		if (given < 0 || given > this.#held) throw new RangeError('that part of the stream is not held any more');
		const size = end - start;
		if (this.#memory.length < size) this.#memory = Buffer.concat([this.#memory], size);
		this.#memory.copyWithin(0, given, this.#held);
		this.#held -= given;
		this.#start = start;
		while (this.#held < size) {
			if (this.#ahead.length === 0) {
				const chunk = await this.#next();
				if (chunk === undefined) break;
				this.#ahead = chunk;
			}
			const taken = this.#ahead.subarray(0, size - this.#held);
			this.#memory.set(taken, this.#held);
			this.#held += taken.length;
			this.#ahead = this.#ahead.subarray(taken.length);
		}
		return this.#memory.subarray(0, Math.min(size, this.#held));
	}

	async *rest(): AsyncGenerator<Uint8Array> {
		if (this.#ahead.length > 0) yield this.#ahead;
		for (let chunk = await this.#next(); chunk !== undefined; chunk = await this.#next()) yield chunk;
	}

	async #next(): Promise<Uint8Array | undefined> {
		const { value, done } = await this.#chunks.next();
		if (done) return undefined;
		if (value instanceof Uint8Array) return value;
		throw new ValidationError(`the stream gives ${typeof value}s, not bytes (Uint8Array)`);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#chunks.return?.();
	}
}
