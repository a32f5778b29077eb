import {
	backoff,
	isApiError,
	isConnectionError,
	isNotFoundError,
	isServerError,
	isTimeoutError,
	type RequestOptions,
	ValidationError,
} from '@matterkit/http';
import type { FileInfo } from '@mattermost/types/files';
import type { Connection } from './connection.ts';
import { type OpenSource, openSource, type UploadSource } from './upload-source.ts';
import { wait, waitFor } from './wait.ts';

export type { UploadSource } from './upload-source.ts';

export interface UploadOptions {
	/** The file's name. Default: that of the path or File; bytes and streams have none. */
	readonly name?: string | undefined;
	/** Bytes, for a stream: above 8 MiB it is sent in parts and resumed only when its size is known beforehand. */
	readonly size?: number | undefined;
	/** Called as bytes go out; `total` is undefined for a stream of unknown size. */
	readonly onProgress?: ((progress: { readonly sent: number; readonly total: number | undefined }) => void) | undefined;
	readonly signal?: AbortSignal | undefined;
	/** Milliseconds without any byte going out, and for the answer. Default: the client's. */
	readonly timeout?: number | undefined;
}

/** The server wants 5 MiB in a first part; what fits in one part goes without a session. */
const partSize = 8 * 1024 * 1024;
/** Small enough that on a slow line the attempt's timeout, which begins anew with each, is not reached. */
const chunkSize = 64 * 1024;
/** In a row, without a byte that stays. */
const maxFailures = 5;
const maxRestarts = 2;

export async function upload(
	connection: Connection,
	channelId: string,
	source: UploadSource,
	options: UploadOptions = {},
): Promise<FileInfo> {
	const [info] = await uploadAll(connection, channelId, [{ source, ...options }], options);
	// One source, one file.
	return info as FileInfo;
}

/** Sends files one after the other, when all of them are found to be within the server's limits. */
export async function uploadAll(
	connection: Connection,
	channelId: string,
	files: readonly (Pick<UploadOptions, 'name' | 'size'> & { readonly source: UploadSource })[],
	options: Omit<UploadOptions, 'name' | 'size'> = {},
): Promise<FileInfo[]> {
	if (!channelId) throw new ValidationError('channel_id must not be empty');
	const opened: OpenSource[] = [];
	try {
		const uploads: Upload[] = [];
		for (const { source, name, size } of files) {
			const file = await openSource(source);
			opened.push(file);
			uploads.push(new Upload(connection, channelId, file, name ?? file.name, file.size ?? size, options));
		}
		const maxSize = await waitFor(maxFileSize(connection), options.signal);
		for (const upload of uploads) upload.check(maxSize);
		const infos: FileInfo[] = [];
		for (const upload of uploads) infos.push(await upload.run());
		return infos;
	} finally {
		await Promise.all(opened.map((file) => file[Symbol.asyncDispose]()));
	}
}

/** Infinity where the server does not say. */
async function maxFileSize(connection: Connection): Promise<number> {
	try {
		return Number((await connection.config()).MaxFileSize) || Number.POSITIVE_INFINITY;
	} catch (error) {
		if (isApiError(error)) return Number.POSITIVE_INFINITY;
		throw error;
	}
}

class Upload {
	readonly #connection: Connection;
	readonly #channelId: string;
	readonly #file: OpenSource;
	readonly #name: string;
	readonly #size: number | undefined;
	readonly #options: UploadOptions;
	#sent = 0;
	/** By `onProgress`: it ends the upload. */
	#thrown: { readonly error: unknown } | undefined;

	constructor(
		connection: Connection,
		channelId: string,
		file: OpenSource,
		name: string | undefined,
		size: number | undefined,
		options: UploadOptions,
	) {
		if (!name) throw new ValidationError('the file has no name: give one as `name`');
		this.#connection = connection;
		this.#channelId = channelId;
		this.#file = file;
		this.#name = name;
		this.#size = size;
		this.#options = options;
	}

	check(maxSize: number): void {
		if (this.#size === undefined) return;
		if (this.#size > maxSize)
			throw new ValidationError(`${this.#name} has ${this.#size} bytes; the server takes ${maxSize} at most`);
		if (this.#size === 0) throw new ValidationError(`${this.#name} is empty; the server takes no empty files`);
	}

	async run(): Promise<FileInfo> {
		try {
			return await this.#run();
		} catch (error) {
			throw this.#thrown ? this.#thrown.error : error;
		}
	}

	async #run(): Promise<FileInfo> {
		if (this.#size !== undefined && this.#size > partSize) return this.#inParts(this.#size);
		const bytes = await this.#file.read(0, partSize + 1);
		if (this.#size !== undefined && bytes.length !== this.#size) throw this.#wrongSize();
		if (bytes.length > partSize) return this.#asStream(bytes);
		this.check(Number.POSITIVE_INFINITY);
		return this.#plain(bytes);
	}

	async #plain(bytes: Uint8Array): Promise<FileInfo> {
		const { file_infos } = await this.#connection.call('POST /api/v4/files', [], {
			...this.#request(bytes, 0),
			params: { channel_id: this.#channelId, filename: this.#name },
			repeat: 'safe',
		});
		return file_infos[0] as FileInfo;
	}

	/** A stream of unknown size: a session needs the size beforehand, so it goes as one request that can't be repeated. */
	async #asStream(first: Uint8Array): Promise<FileInfo> {
		const counted = this.#counted(0, joined(first, this.#file.rest?.() ?? []));
		const { file_infos } = await this.#connection.call('POST /api/v4/files', [], {
			...this.#request(first, 0),
			data: counted,
			headers: octets,
			params: { channel_id: this.#channelId, filename: this.#name },
		});
		return file_infos[0] as FileInfo;
	}

	async #inParts(size: number): Promise<FileInfo> {
		for (let restarts = 0; ; restarts++) {
			const session = await this.#connection.call('POST /api/v4/uploads', [], {
				...this.#limits(),
				// A session that nobody sends to is nothing that anyone sees.
				repeat: 'safe',
				json: { channel_id: this.#channelId, filename: this.#name, file_size: size },
			});
			try {
				return await this.#send(session.id, size);
			} catch (error) {
				// The last part arrived and its answer was lost, and with it the file's id: only sending all of it again gives one.
				if (!(error instanceof SessionGone)) throw error;
				if (this.#file.rest || restarts === maxRestarts) throw error.cause;
			}
		}
	}

	/** @throws SessionGone the server does not know the session any more. */
	async #send(sessionId: string, size: number): Promise<FileInfo> {
		let offset = 0;
		let failures = 0;
		let broken = false;
		for (;;) {
			const end = Math.min(offset + partSize, size);
			// At the end one byte more is asked for: there must be none.
			const part = await this.#file.read(offset, end === size ? size + 1 : end);
			if (part.length !== end - offset) throw this.#wrongSize();
			try {
				const info = await this.#connection.call(
					'POST /api/v4/uploads/{upload_id}',
					[sessionId],
					this.#request(part, offset),
				);
				if (info) return info;
				offset = end;
				failures = 0;
				broken = false;
			} catch (error) {
				if (isNotFoundError(error)) throw new SessionGone(error);
				// After a break the server may still be busy with the broken part, and refuse what comes meanwhile.
				broken ||= mayPass(error);
				if (!broken || this.#thrown || ++failures > maxFailures) throw error;
				await wait(backoff(failures, this.#connection.waits), this.#options.signal);
				const arrived = await this.#arrived(sessionId, error);
				if (arrived > offset) failures = 0;
				offset = arrived;
			}
		}
	}

	async #arrived(sessionId: string, failure: unknown): Promise<number> {
		try {
			return (await this.#connection.call('GET /api/v4/uploads/{upload_id}', [sessionId], this.#limits())).file_offset;
		} catch (error) {
			throw isNotFoundError(error) ? new SessionGone(failure) : error;
		}
	}

	#request(bytes: Uint8Array, offset: number): RequestOptions {
		return {
			...this.#limits(),
			// Made anew for each attempt.
			data: () => {
				if (this.#thrown) throw this.#thrown.error;
				return this.#counted(offset, chunks(bytes));
			},
			headers: { ...octets, 'content-length': String(bytes.length) },
		};
	}

	async *#counted(
		offset: number,
		source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	): AsyncGenerator<Uint8Array> {
		for await (const chunk of source) {
			yield chunk;
			offset += chunk.length;
			if (offset > this.#sent) {
				this.#sent = offset;
				this.#progress();
			}
		}
	}

	#progress(): void {
		try {
			this.#options.onProgress?.({ sent: this.#sent, total: this.#size });
		} catch (error) {
			this.#thrown = { error };
			throw error;
		}
	}

	#limits(): RequestOptions {
		return { signal: this.#options.signal, timeout: this.#options.timeout };
	}

	#wrongSize(): ValidationError {
		return new ValidationError(`${this.#name} has another size than the ${this.#size} bytes it should have`);
	}
}

const octets = { 'content-type': 'application/octet-stream' };

function* chunks(bytes: Uint8Array): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
}

async function* joined(
	first: Uint8Array,
	rest: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	yield* chunks(first);
	yield* rest;
}

/** `cause` is why the answer was lost. */
class SessionGone extends Error {
	constructor(cause: unknown) {
		super('the upload session is gone', { cause });
	}
}

function mayPass(error: unknown): boolean {
	return isConnectionError(error) || isTimeoutError(error) || isServerError(error);
}
