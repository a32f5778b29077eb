// Uploads in parts: a session knows how much has come, so a client goes on where it was cut off.
import { Answer, created } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { fileJson } from '../files/file-json.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { UploadSession } from '../world/files.ts';

/** Bytes of a first part that is not the whole file, at least. */
const firstPart = 5_242_880;

export const uploadRoutes: readonly Route[] = [
	route('POST /api/v4/uploads', open),
	route('GET /api/v4/uploads/{upload_id}', (call) => uploadJson(own(call))),
	route('POST /api/v4/uploads/{upload_id}', receive, { stream: true }),
	route('GET /api/v4/users/{user_id}/uploads', (call) => {
		if (call.params.user_id !== call.user.id) throw forbidden();
		return [...call.world.files.uploadsOf(call.user.id)].map(uploadJson);
	}),
];

function open(call: Call): Answer {
	const fields = call.fields('upload');
	const channelId = fields.required('channel_id');
	const name = fields.required('filename');
	const size = fields.number('file_size');
	demand.channel(call, channelId, 'upload_file');
	if (size > call.site.settings.maxFileSize)
		throw new AppError(
			413,
			'api.upload.create.upload_too_large.app_error',
			'Unable to upload file. File is too large.',
		);
	if (size <= 0 || !Number.isInteger(size)) throw invalidBody('file_size');
	const upload: UploadSession = {
		id: newId(),
		create_at: call.now,
		user_id: call.user.id,
		channel_id: channelId,
		filename: name,
		file_size: size,
		file_offset: 0,
	};
	return created(uploadJson(call.world.files.uploads.insert(upload)));
}

function own(call: Call<'upload_id'>): UploadSession {
	const upload = call.world.files.uploads.get(call.params.upload_id);
	if (!upload) throw new AppError(404, 'app.upload.get.app_error', 'Failed to get upload.');
	if (upload.user_id !== call.user.id) throw forbidden();
	return upload;
}

/** 204 while more is wanted, 200 with the file at the end. A part that is cut off counts as far as it came. */
async function receive(call: Call<'upload_id'>): Promise<Answer> {
	const upload = own(call);
	const { request, world, now } = call;
	const wanted = upload.file_size - upload.file_offset;
	const length = Number(request.headers['content-length'] ?? 0);
	if (length > wanted) {
		request.resume();
		throw new AppError(400, 'api.upload.upload_data.invalid_content_length', 'Invalid Content-Length.');
	}
	const { bytes, whole } = await readAsFar(call, wanted);
	const isFirst = upload.file_offset === 0;
	if (isFirst && bytes.length < Math.min(firstPart, upload.file_size))
		throw new AppError(
			400,
			'app.upload.upload_data.first_part_too_small.app_error',
			`Failed to upload data. First part must be at least ${firstPart} Bytes.`,
		);
	world.files.contents.append(upload.id, bytes);
	world.files.uploads.update(upload, { file_offset: upload.file_offset + bytes.length });
	if (upload.file_offset === upload.file_size) return new Answer(200, fileJson(world.files.finish(upload, now)));
	if (!whole) throw new AppError(500, 'app.upload.upload_data.read_file.app_error', 'Failed to read a file.');
	return new Answer(204, undefined, { 'Content-Type': 'application/json' });
}

async function readAsFar({ request }: Call, limit: number): Promise<{ bytes: Buffer; whole: boolean }> {
	const chunks: Buffer[] = [];
	let size = 0;
	try {
		for await (const chunk of request as AsyncIterable<Buffer>) {
			const taken = chunk.subarray(0, limit - size);
			chunks.push(taken);
			size += taken.length;
		}
		return { bytes: Buffer.concat(chunks), whole: true };
	} catch {
		return { bytes: Buffer.concat(chunks), whole: false };
	}
}

function uploadJson(upload: UploadSession): object {
	return {
		id: upload.id,
		type: 'attachment',
		create_at: upload.create_at,
		user_id: upload.user_id,
		channel_id: upload.channel_id,
		filename: upload.filename,
		file_size: upload.file_size,
		file_offset: upload.file_offset,
		remote_id: '',
		req_file_id: '',
	};
}
