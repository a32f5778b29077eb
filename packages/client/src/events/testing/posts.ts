import type { Post } from '@mattermost/types/posts';

/** A post as the server gives it, with what a test says of it. */
export function aPost(part: Partial<Post> & { id: string }): Post {
	const createAt = part.create_at ?? 0;
	return {
		create_at: createAt,
		update_at: Math.max(createAt, part.edit_at ?? 0, part.delete_at ?? 0),
		edit_at: 0,
		delete_at: 0,
		is_pinned: false,
		user_id: 'user',
		channel_id: 'channel',
		root_id: '',
		original_id: '',
		message: part.id,
		type: '',
		props: {},
		hashtags: '',
		pending_post_id: '',
		reply_count: 0,
		metadata: {} as Post['metadata'],
		...part,
	};
}
