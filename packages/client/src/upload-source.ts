// What can be uploaded, seen in one way: a name and a size where they are known, and the bytes from any place still needed.
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
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
	/** False: a stream, which can only go back as far as the start of what was read last. */
	readonly again: boolean;
	/** The bytes from `start` to before `end`, fewer at the end of the file only. Valid until the next `read`. */
	read(start: number, end: number): Promise<Uint8Array>;
}

export async function openSource(source: UploadSource): Promise<OpenSource> {
	if (typeof source === 'string' || source instanceof URL)
		return openFile(source instanceof URL ? fileURLToPath(source) : source);
	if (source instanceof Blob) return openBlob(source);
	if (source instanceof Uint8Array) return openBytes(source);
	if (source instanceof ArrayBuffer) return openBytes(new Uint8Array(source));
	if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source) return new StreamSource(source);
	throw new ValidationError('the file must be bytes, a Blob, a path or a stream of bytes');
}

function openBytes(bytes: Uint8Array): OpenSource {
	const read = async (start: number, end: number) => bytes.subarray(start, end);
	return { name: undefined, size: bytes.length, again: true, read, async [Symbol.asyncDispose]() {} };
}

function openBlob(blob: Blob): OpenSource {
	const read = async (start: number, end: number) => new Uint8Array(await blob.slice(start, end).arrayBuffer());
	const name = 'name' in blob && typeof blob.name === 'string' ? basename(blob.name) : undefined;
	return { name, size: blob.size, again: true, read, async [Symbol.asyncDispose]() {} };
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
		again: true,
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
	readonly again = false;
	readonly #chunks: AsyncIterator<Uint8Array>;
	/** Bytes of the stream from `#start` on. */
	#held: Buffer = Buffer.alloc(0);
	#start = 0;
	#rest: Uint8Array = new Uint8Array();

	constructor(stream: AsyncIterable<Uint8Array>) {
		this.#chunks = stream[Symbol.asyncIterator]();
	}

	async read(start: number, end: number): Promise<Uint8Array> {
		const kept = this.#held.subarray(start - this.#start);
		if (start < this.#start || start > this.#start + this.#held.length)
			throw new RangeError('the stream is not there any more');
		const memory = Buffer.allocUnsafe(Math.max(end - start, kept.length));
		let filled = kept.copy(memory);
		while (filled < end - start) {
			if (this.#rest.length === 0) {
				const { value, done } = await this.#chunks.next();
				if (done) break;
				this.#rest = typeof value === 'string' ? Buffer.from(value) : value;
			}
			const taken = this.#rest.subarray(0, end - start - filled);
			memory.set(taken, filled);
			filled += taken.length;
			this.#rest = this.#rest.subarray(taken.length);
		}
		this.#held = memory.subarray(0, filled);
		this.#start = start;
		return this.#held.subarray(0, end - start);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#chunks.return?.();
	}
}
