import type { FileInfo } from '../world/files.ts';

/** A grey JPEG of 16 × 16 pixels, where the real server has the image itself made as small. */
const miniPreview =
	'/9j/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAAQABABAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AAP/Z';

/** A file as it stands in answers and in a post's metadata. */
export function fileJson(file: FileInfo): object {
	const isImage = file.width > 0;
	return {
		id: file.id,
		user_id: file.creator_id,
		...(file.post_id === '' ? {} : { post_id: file.post_id }),
		channel_id: file.channel_id,
		create_at: file.create_at,
		update_at: file.update_at,
		delete_at: file.delete_at,
		name: file.name,
		extension: file.extension,
		size: file.size,
		mime_type: file.mime_type,
		...(isImage ? { width: file.width, height: file.height, has_preview_image: true } : {}),
		mini_preview: isImage ? miniPreview : null,
		remote_id: '',
		archived: false,
	};
}
