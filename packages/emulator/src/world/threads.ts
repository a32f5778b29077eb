import type { Table } from './table.ts';
import type { World } from './world.ts';

/** What one user has to do with one thread. */
export interface ThreadMembership {
	readonly post_id: string;
	readonly user_id: string;
	following: boolean;
	last_updated: number;
	last_view_timestamp: number;
	unread_mentions: number;
}

export class Threads {
	readonly memberships: Table<ThreadMembership>;
	readonly #byPost;
	readonly #byUser;

	constructor(world: World) {
		this.memberships = world.table<ThreadMembership>(
			'thread_memberships',
			(membership) => `${membership.post_id} ${membership.user_id}`,
		);
		this.#byPost = this.memberships.by((membership) => membership.post_id);
		this.#byUser = this.memberships.by((membership) => membership.user_id);
	}

	membership(rootId: string, userId: string): ThreadMembership | undefined {
		return this.memberships.get(`${rootId} ${userId}`);
	}

	ofPost(rootId: string): ReadonlySet<ThreadMembership> {
		return this.#byPost.get(rootId);
	}

	ofUser(userId: string): ReadonlySet<ThreadMembership> {
		return this.#byUser.get(userId);
	}
}
