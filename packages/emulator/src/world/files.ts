import { imageSize } from '../files/image-size.ts';
import { extensionOf, mimeTypeOf } from '../files/mime.ts';
import { newId } from '../ids.ts';
import { FileContents } from './file-contents.ts';
import type { Table } from './table.ts';
import type { World } from './world.ts';

export interface FileInfo {
	readonly id: string;
	readonly creator_id: string;
	/** '' until a post has it. */
	post_id: string;
	readonly channel_id: string;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
	readonly name: string;
	readonly extension: string;
	readonly size: number;
	readonly mime_type: string;
	/** 0 where it is no image. */
	readonly width: number;
	readonly height: number;
}

export interface UploadSession {
	readonly id: string;
	readonly create_at: number;
	readonly user_id: string;
	readonly channel_id: string;
	readonly filename: string;
	readonly file_size: number;
	file_offset: number;
}

/** More than these of a post's file ids are not looked at. */
export const filesOfPost = 10;

export class Files {
	readonly table: Table<FileInfo>;
	readonly uploads: Table<UploadSession>;
	readonly contents: FileContents;
	readonly #byPost;
	readonly #uploadsByUser;

	/** @param folder where the bytes are kept; undefined: in memory */
	constructor(world: World, folder: string | undefined) {
		this.table = world.table<FileInfo>('files', (file) => file.id);
		this.#byPost = this.table.by((file) => (file.post_id === '' || file.delete_at > 0 ? undefined : file.post_id));
		this.uploads = world.table<UploadSession>('uploads', (upload) => upload.id);
		this.#uploadsByUser = this.uploads.by((upload) => upload.user_id);
		this.contents = new FileContents(folder);
	}

	get(id: string): FileInfo | undefined {
		const file = this.table.get(id);
		return file?.delete_at === 0 ? file : undefined;
	}

	ofPost(postId: string): FileInfo[] {
		return [...this.#byPost.get(postId)];
	}

	uploadsOf(userId: string): ReadonlySet<UploadSession> {
		return this.#uploadsByUser.get(userId);
	}

	create(by: { user_id: string; channel_id: string; name: string; now: number }, bytes: Buffer): FileInfo {
		const id = newId();
		this.contents.append(id, bytes);
		return this.#insert(id, by, bytes);
	}

	/** A finished upload becomes a file; its session is gone. */
	finish(upload: UploadSession, now: number): FileInfo {
		const bytes = this.contents.read(upload.id) ?? Buffer.alloc(0);
		const { user_id, channel_id, filename: name } = upload;
		const file = this.create({ user_id, channel_id, name, now }, bytes);
		this.uploads.delete(upload);
		this.contents.delete(upload.id);
		return file;
	}

	/**
	 * Gives files to a post and tells which it has got: those of its author that no post has yet, of the first ten. Others are
	 * dropped in silence.
	 */
	attach(post: { readonly id: string; readonly user_id: string }, ids: readonly string[]): string[] {
		const attached: string[] = [];
		for (const id of new Set(ids.slice(0, filesOfPost))) {
			const file = this.get(id);
			if (file?.post_id !== '' || file.creator_id !== post.user_id) continue;
			this.table.update(file, { post_id: post.id });
			attached.push(id);
		}
		return attached;
	}

	/** The files of a deleted post are gone with it. */
	deleteOfPost(postId: string, now: number): void {
		for (const file of this.ofPost(postId)) this.table.update(file, { delete_at: now, update_at: now });
	}

	#insert(id: string, by: { user_id: string; channel_id: string; name: string; now: number }, bytes: Buffer): FileInfo {
		const { user_id: creator_id, channel_id, name, now } = by;
		const mime_type = mimeTypeOf(name);
		const { width, height } = (mime_type.startsWith('image/') && imageSize(bytes)) || { width: 0, height: 0 };
		return this.table.insert({
			id,
			creator_id,
			post_id: '',
			channel_id,
			create_at: now,
			update_at: now,
			delete_at: 0,
			name,
			extension: extensionOf(name),
			size: bytes.length,
			mime_type,
			width,
			height,
		});
	}
}
