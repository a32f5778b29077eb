import { type RequestOptions, ValidationError } from '@matterkit/http';
import type { FileInfo } from '@mattermost/types/files';
import { download } from '../download.ts';
import { type UploadOptions, type UploadSource, upload } from '../upload.ts';
import { Resource } from './resource.ts';

export type SearchFiles = {
	is_or_search?: boolean;
	page?: number;
	per_page?: number;
	include_deleted_channels?: boolean;
};

export class Files extends Resource {
	/**
	 * Sends one file to a channel; post it with `file_ids: [info.id]`. Never holds the whole file in memory, and goes on where a
	 * broken connection left it. A lost answer is asked for again by sending the file again: what that may leave on the server is
	 * a file in no post.
	 * @throws ValidationError for a file larger than the server takes, before any byte of it is sent.
	 */
	upload(channelId: string, source: UploadSource, options?: UploadOptions): Promise<FileInfo> {
		return upload(this.connection, channelId, source, options);
	}

	/** The file's bytes as a stream, taken up where a broken connection left it. Read it to its end or destroy it. */
	download(fileId: string, options?: RequestOptions) {
		return download(this.connection, fileId, options);
	}

	/** The whole file in memory (at most 64 MiB, unless `maxResponseBytes` says more). */
	get(fileId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/files/{file_id}', [fileId], options);
	}

	getInfo(fileId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/files/{file_id}/info', [fileId], options);
	}

	/** A link for anyone, where the server allows public links. */
	async getLink(fileId: string, options?: RequestOptions) {
		return (await this.call('GET /api/v4/files/{file_id}/link', [fileId], options)).link;
	}

	/** A small JPEG of an image. */
	getThumbnail(fileId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/files/{file_id}/thumbnail', [fileId], options);
	}

	getPreview(fileId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/files/{file_id}/preview', [fileId], options);
	}

	search(teamId: string, terms: string, params?: SearchFiles, options?: RequestOptions) {
		return this.call('POST /api/v4/teams/{team_id}/files/search', [teamId], {
			...options,
			json: { is_or_search: false, ...params, terms },
		});
	}

	/** In all your teams. */
	searchAll(terms: string, params?: SearchFiles, options?: RequestOptions) {
		return this.call('POST /api/v4/files/search', [], { ...options, json: { is_or_search: false, ...params, terms } });
	}
}

/** Uploads in parts, by hand: `files.upload` does all this. */
export class Uploads extends Resource {
	async create(upload: { channel_id: string; filename: string; file_size: number }, options?: RequestOptions) {
		if (!(upload.file_size > 0)) throw new ValidationError('file_size must be above 0');
		return this.call('POST /api/v4/uploads', [], { ...options, json: upload });
	}

	/** Where it stands: the next byte to send is `file_offset`. A finished upload is gone (404). */
	get(uploadId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/uploads/{upload_id}', [uploadId], options);
	}

	/** The first part has at least 5 MiB, if it is not the only one. Gives the file after the last part, before that nothing. */
	send(uploadId: string, part: Uint8Array, options?: RequestOptions) {
		return this.call('POST /api/v4/uploads/{upload_id}', [uploadId], { ...options, data: part });
	}

	/** Uploads not finished yet. */
	list(userId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/users/{user_id}/uploads', [userId], options);
	}
}
