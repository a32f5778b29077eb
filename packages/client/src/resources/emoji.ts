import type { RequestOptions } from '@matterkit/http';
import { form, orNull, type PageParams, Resource } from './resource.ts';

/** Custom emoji. */
export class Emoji extends Resource {
	async create(name: string, image: Blob, options?: RequestOptions) {
		const emoji = JSON.stringify({ name, creator_id: await this.connection.userIdOf('me') });
		return this.call('POST /api/v4/emoji', [], { ...options, data: form({ emoji, image }) });
	}

	list(params?: PageParams & { sort?: 'name' }, options?: RequestOptions) {
		return this.pages('GET /api/v4/emoji', [], params, options);
	}

	get(emojiId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/emoji/{emoji_id}', [emojiId], options);
	}

	/** null: no custom emoji of that name. */
	getByName(name: string, options?: RequestOptions) {
		return orNull(this.call('GET /api/v4/emoji/name/{emoji_name}', [name], options));
	}

	getByNames(names: readonly string[], options?: RequestOptions) {
		return this.call('POST /api/v4/emoji/names', [], { ...options, json: names });
	}

	search(term: string, params?: { prefix_only?: boolean }, options?: RequestOptions) {
		return this.call('POST /api/v4/emoji/search', [], { ...options, json: { ...params, term } });
	}

	autocomplete(name: string, options?: RequestOptions) {
		return this.call('GET /api/v4/emoji/autocomplete', [], { ...options, params: { name } });
	}

	getImage(emojiId: string, options?: RequestOptions) {
		return this.call('GET /api/v4/emoji/{emoji_id}/image', [emojiId], options);
	}

	delete(emojiId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/emoji/{emoji_id}', [emojiId], options);
	}
}
