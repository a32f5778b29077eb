import type { RequestOptions } from '@matterkit/http';
import { Resource, required } from './resource.ts';

export class Reactions extends Resource {
	/** Yours; the name without colons. */
	async add(postId: string, emojiName: string, options?: RequestOptions) {
		required({ post_id: postId, emoji_name: emojiName });
		const json = { user_id: await this.connection.userIdOf('me'), post_id: postId, emoji_name: emojiName };
		return this.call('POST /api/v4/reactions', [], { ...options, json });
	}

	/** Yours. */
	async remove(postId: string, emojiName: string, options?: RequestOptions) {
		const path = [await this.connection.userIdOf('me'), postId, emojiName] as const;
		return this.call('DELETE /api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}', path, options);
	}

	list(postId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/posts/{post_id}/reactions', [postId], options);
	}

	/** By post id. */
	listForPosts(postIds: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/posts/ids/reactions', [], { ...options, json: postIds });
	}
}
