import type { Post } from '@mattermost/types/posts';

/** Mattermost leaves out what is over, without a word. */
export const maxFilesPerPost = 10;

/** The post was made, but the server left out files: they are unknown, belong to another channel or user, or are in another post already. */
export class FilesDroppedError extends Error {
	override readonly name = 'FilesDroppedError' as const;
	/** The post as it was made. Creating it again would make a second one. */
	readonly post: Post;
	/** Ids of the files that are not in it. */
	readonly dropped: readonly string[];

	constructor(post: Post, dropped: readonly string[]) {
		super(`post ${post.id} was made without ${dropped.length} of its files: ${dropped.join(', ')}`);
		this.post = post;
		this.dropped = dropped;
	}
}

export function assertNoneDropped(post: Post, wanted: readonly string[]): void {
	const attached = new Set(post.file_ids);
	const dropped = wanted.filter((id) => !attached.has(id));
	if (dropped.length > 0) throw new FilesDroppedError(post, dropped);
}
