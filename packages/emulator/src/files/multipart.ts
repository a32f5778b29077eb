import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import type { AppError } from '../errors.ts';

/** A field or a file of a multipart body. */
export type Part =
	| { readonly field: string; readonly value: string }
	| { readonly field: string; readonly name: string; readonly bytes: Buffer };

export interface PartsOptions {
	/** Bytes of one file at most. */
	readonly limit: number;
	readonly refusals: { readonly tooLarge: () => AppError; readonly unreadable: () => AppError };
}

/** Reads a multipart body: its parts in the order in which they came. */
export function readParts(request: IncomingMessage, { limit, refusals }: PartsOptions): Promise<Part[]> {
	return new Promise((resolve, reject) => {
		const parts: Part[] = [];
		const refuse = (error: AppError) => {
			request.unpipe();
			request.resume();
			reject(error);
		};
		let parser: busboy.Busboy;
		try {
			parser = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { fileSize: limit } });
		} catch {
			// No multipart at all, or without a boundary.
			return refuse(refusals.unreadable());
		}
		parser.on('field', (field, value) => parts.push({ field, value }));
		parser.on('file', (field, stream, { filename: name = '' }) => {
			const chunks: Buffer[] = [];
			const place = parts.push({ field, name, bytes: Buffer.alloc(0) }) - 1;
			stream.on('data', (chunk: Buffer) => chunks.push(chunk));
			stream.on('limit', () => refuse(refusals.tooLarge()));
			stream.on('end', () => {
				parts[place] = { field, name, bytes: Buffer.concat(chunks) };
			});
		});
		parser.on('close', () => resolve(parts));
		parser.on('error', () => refuse(refusals.unreadable()));
		request.on('aborted', () => refuse(refusals.unreadable()));
		request.pipe(parser);
	});
}

/** The text of a field, undefined where there is none. */
export function fieldOf(parts: readonly Part[], field: string): string | undefined {
	for (const part of parts) if (part.field === field && 'value' in part) return part.value;
	return undefined;
}

/** The bytes of the first file. */
export function fileOf(parts: readonly Part[], field: string): Buffer | undefined {
	for (const part of parts) if (part.field === field && 'bytes' in part) return part.bytes;
	return undefined;
}
