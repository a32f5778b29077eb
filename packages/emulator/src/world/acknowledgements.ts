import type { Table } from './table.ts';
import type { World } from './world.ts';

/** Somebody has said that they read a post. */
export interface Acknowledgement {
	readonly user_id: string;
	readonly post_id: string;
	readonly channel_id: string;
	readonly acknowledged_at: number;
}

export class Acknowledgements {
	readonly table: Table<Acknowledgement>;
	readonly #byPost;

	constructor(world: World) {
		this.table = world.table<Acknowledgement>('acknowledgements', ({ post_id, user_id }) => `${post_id} ${user_id}`);
		this.#byPost = this.table.by(({ post_id }) => post_id);
	}

	ofPost(postId: string): ReadonlySet<Acknowledgement> {
		return this.#byPost.get(postId);
	}
}
