import type { Table } from './table.ts';
import type { World } from './world.ts';

export type CategoryType = 'favorites' | 'channels' | 'direct_messages' | 'custom';

/** A heading in a user's sidebar of a team. */
export interface Category {
	readonly id: string;
	readonly user_id: string;
	readonly team_id: string;
	sort_order: number;
	sorting: string;
	readonly type: CategoryType;
	display_name: string;
	muted: boolean;
	collapsed: boolean;
	/** Those that were put there. What stands nowhere belongs to `channels` or `direct_messages`. */
	channel_ids: readonly string[];
}

const builtIn = [
	{ type: 'favorites', display_name: 'Favorites', sorting: '' },
	{ type: 'channels', display_name: 'Channels', sorting: '' },
	{ type: 'direct_messages', display_name: 'Direct Messages', sorting: 'recent' },
] as const;

export class Categories {
	readonly table: Table<Category>;
	readonly #byPlace;

	constructor(world: World) {
		this.table = world.table<Category>('sidebar_categories', (category) => category.id);
		this.#byPlace = this.table.by((category) => `${category.user_id} ${category.team_id}`);
	}

	/** In their order. The three that everybody has are made when they are first asked for. */
	of(userId: string, teamId: string): Category[] {
		const place = `${userId} ${teamId}`;
		if (this.#byPlace.get(place).size === 0) {
			for (const [index, { type, display_name, sorting }] of builtIn.entries()) {
				this.table.insert({
					id: `${type}_${userId}_${teamId}`,
					user_id: userId,
					team_id: teamId,
					sort_order: index * 10,
					sorting,
					type,
					display_name,
					muted: false,
					collapsed: false,
					channel_ids: [],
				});
			}
		}
		return [...this.#byPlace.get(place)].sort((a, b) => a.sort_order - b.sort_order);
	}
}
