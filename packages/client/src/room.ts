import { ValidationError } from '@matterkit/http';
import type { Connection } from './connection.ts';
import { maxFilesPerPost } from './dropped-files.ts';
import type { CreatePostOptions, NewPost, Posts } from './resources/posts.ts';
import { type UploadOptions, type UploadSource, upload, uploadAll } from './upload.ts';

export type MessageOptions = CreatePostOptions & {
	/** Of files uploaded to this channel. At most 10. */
	readonly fileIds?: readonly string[] | undefined;
	/** Answers in this thread. */
	readonly rootId?: string | undefined;
	readonly props?: NewPost['props'];
};

/** One channel, to post in. Made by `mm.channel(channelId)`. */
export class Room {
	readonly channelId: string;
	readonly #connection: Connection;
	readonly #posts: Posts;

	constructor(connection: Connection, posts: Posts, channelId: string) {
		if (!channelId) throw new ValidationError('channel_id must not be empty');
		this.channelId = channelId;
		this.#connection = connection;
		this.#posts = posts;
	}

	sendMessage(message: string, { fileIds, rootId, props, ...options }: MessageOptions = {}) {
		const post = { channel_id: this.channelId, message, file_ids: fileIds, root_id: rootId, props };
		return this.#posts.create(post, options);
	}

	/** Gives the id of the file, for `fileIds`. */
	async uploadFile(name: string, source: UploadSource, options?: Omit<UploadOptions, 'name'>): Promise<string> {
		return (await upload(this.#connection, this.channelId, source, { ...options, name })).id;
	}

	/** Nothing is sent unless all files are within the server's limits. */
	async sendMessageWithFiles(
		message: string,
		files: readonly { readonly name: string; readonly data: UploadSource; readonly size?: number | undefined }[],
		options: Omit<MessageOptions, 'fileIds'> = {},
	) {
		if (files.length > maxFilesPerPost)
			throw new ValidationError(`a post takes at most ${maxFilesPerPost} files, not ${files.length}`);
		const sources = files.map(({ data, ...file }) => ({ ...file, source: data }));
		const infos = await uploadAll(this.#connection, this.channelId, sources, { signal: options.signal });
		return this.sendMessage(message, { ...options, fileIds: infos.map((info) => info.id) });
	}
}
