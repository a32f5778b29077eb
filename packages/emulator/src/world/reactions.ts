import type { Table } from './table.ts';
import type { World } from './world.ts';

export interface Reaction {
	readonly user_id: string;
	readonly post_id: string;
	readonly emoji_name: string;
	readonly create_at: number;
	readonly update_at: number;
	readonly delete_at: number;
	readonly channel_id: string;
}

const keyOf = (userId: string, postId: string, emoji: string) => `${userId} ${postId} ${emoji}`;

export class Reactions {
	readonly table: Table<Reaction>;
	readonly #byPost;

	constructor(world: World) {
		this.table = world.table<Reaction>('reactions', (reaction) =>
			keyOf(reaction.user_id, reaction.post_id, reaction.emoji_name),
		);
		this.#byPost = this.table.by((reaction) => reaction.post_id);
	}

	get(userId: string, postId: string, emoji: string): Reaction | undefined {
		return this.table.get(keyOf(userId, postId, emoji));
	}

	ofPost(postId: string): ReadonlySet<Reaction> {
		return this.#byPost.get(postId);
	}
}
