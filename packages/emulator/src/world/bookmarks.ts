import type { Table } from './table.ts';
import type { World } from './world.ts';

/** A link or a file at the head of a channel. */
export interface Bookmark {
	readonly id: string;
	readonly create_at: number;
	update_at: number;
	delete_at: number;
	readonly channel_id: string;
	readonly owner_id: string;
	file_id: string;
	display_name: string;
	sort_order: number;
	link_url: string;
	image_url: string;
	emoji: string;
	readonly type: 'link' | 'file';
}

export class Bookmarks {
	readonly table: Table<Bookmark>;
	readonly #byChannel;

	constructor(world: World) {
		this.table = world.table<Bookmark>('bookmarks', (bookmark) => bookmark.id);
		this.#byChannel = this.table.by((bookmark) => bookmark.channel_id);
	}

	/** In their order; the deleted ones are left out. */
	of(channelId: string): Bookmark[] {
		return this.everOf(channelId).filter((bookmark) => bookmark.delete_at === 0);
	}

	everOf(channelId: string): Bookmark[] {
		return [...this.#byChannel.get(channelId)].sort((a, b) => a.sort_order - b.sort_order);
	}
}
