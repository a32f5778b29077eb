// The two forms of POST /files: a raw body with its channel and name in the URL, and multipart.
import type { Call } from '../call.ts';
import { AppError, invalidBody, invalidUrl } from '../errors.ts';
import { readParts } from '../files/multipart.ts';

export interface UploadedFiles {
	readonly channelId: string;
	readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
	/** Names of the client's own for the files; null for a raw body. */
	readonly clientIds: readonly string[] | null;
}

export const tooLarge = () =>
	new AppError(413, 'api.file.upload_file.too_large_detailed.app_error', 'Unable to upload file. File is too large.');

const unreadable = () =>
	new AppError(
		400,
		'api.file.upload_file.read_request.app_error',
		'Unable to upload file(s). Error reading or parsing request data.',
	);

/** Reads a request's body to its end. @throws what `refuse` gives where it is longer than `limit` bytes. */
export async function readBody(call: Call, limit: number, refuse: () => AppError): Promise<Buffer> {
	const { request } = call;
	const refused = () => {
		// What is still on its way is read and forgotten, so that the client hears the answer.
		request.resume();
		return refuse();
	};
	if (Number(request.headers['content-length'] ?? 0) > limit) throw refused();
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > limit) throw refused();
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

export async function rawFile(call: Call): Promise<UploadedFiles> {
	const channelId = call.asked('channel_id');
	const name = call.asked('filename');
	if (channelId === '') throw invalidUrl('channel_id');
	if (name === '') throw invalidUrl('filename');
	const bytes = await readBody(call, call.site.settings.maxFileSize, tooLarge);
	if (bytes.length === 0) throw unreadable();
	const clientId = call.asked('client_id');
	return { channelId, files: [{ name, bytes }], clientIds: clientId === '' ? null : [clientId] };
}

/** `client_ids` must come before the files; `channel_id` may come after them. */
export async function multipartFiles(call: Call): Promise<UploadedFiles> {
	const parts = await readParts(call.request, {
		limit: call.site.settings.maxFileSize,
		refusals: { tooLarge, unreadable },
	});
	const files = parts.flatMap((part) => ('bytes' in part ? [part] : []));
	const values = (name: string) =>
		parts.flatMap((part) => (part.field === name && 'value' in part ? [part.value] : []));
	const clientIds = values('client_ids');
	const firstFile = parts.findIndex((part) => 'bytes' in part);
	if (firstFile >= 0 && parts.slice(firstFile).some((part) => part.field === 'client_ids'))
		throw invalidBody('client_ids');
	const channelId = values('channel_id')[0] ?? call.asked('channel_id');
	if (channelId === '') throw invalidBody('channel_id');
	if (files.length === 0) throw unreadable();
	if (clientIds.length > 0 && clientIds.length !== files.length)
		throw new AppError(
			400,
			'api.file.upload_file.incorrect_number_of_client_ids.app_error',
			`Unable to upload file(s). Have ${clientIds.length} client_ids for ${files.length} files.`,
		);
	return { channelId, files, clientIds };
}
