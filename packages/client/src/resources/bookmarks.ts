import type { RequestOptions } from '@matterkit/http';
import type { ChannelBookmarkCreate, ChannelBookmarkPatch } from '@mattermost/types/channel_bookmarks';
import { Resource } from './resource.ts';

/** The links and files in a channel's bar. */
export class Bookmarks extends Resource {
	/** `bookmarks_since` in milliseconds: only what changed after it, deleted ones as well. */
	list(channelId: string, params?: { bookmarks_since?: number }, options?: RequestOptions) {
		return this.call('GET /api/v4/channels/{channel_id}/bookmarks', [channelId], { ...options, params: { ...params } });
	}

	create(channelId: string, bookmark: ChannelBookmarkCreate, options?: RequestOptions) {
		return this.call('POST /api/v4/channels/{channel_id}/bookmarks', [channelId], { ...options, json: bookmark });
	}

	update(channelId: string, bookmarkId: string, fields: ChannelBookmarkPatch, options?: RequestOptions) {
		return this.call('PATCH /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}', [channelId, bookmarkId], {
			...options,
			json: fields,
		});
	}

	/** `position` from 0. Gives all bookmarks of the channel. */
	move(channelId: string, bookmarkId: string, position: number, options?: RequestOptions) {
		const path = [channelId, bookmarkId] as const;
		return this.call('POST /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}/sort_order', path, {
			...options,
			json: position,
		});
	}

	delete(channelId: string, bookmarkId: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}', [channelId, bookmarkId], options);
	}
}
