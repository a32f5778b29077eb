import type { Table } from './table.ts';
import type { World } from './world.ts';

/** A message that is being written. One for each user and channel, or thread. */
export interface Draft {
	readonly user_id: string;
	readonly channel_id: string;
	readonly root_id: string;
	readonly create_at: number;
	update_at: number;
	message: string;
	props: Readonly<Record<string, unknown>>;
	file_ids: readonly string[];
	priority: object | null;
}

/** A message that is to be posted later. */
export interface ScheduledPost {
	readonly id: string;
	readonly user_id: string;
	readonly channel_id: string;
	readonly root_id: string;
	readonly create_at: number;
	update_at: number;
	message: string;
	props: Readonly<Record<string, unknown>>;
	file_ids: readonly string[];
	scheduled_at: number;
	processed_at: number;
	/** Why it could not be posted; '' where nothing went wrong. */
	error_code: string;
}

/** A user wants to be told of a post again. */
export interface Reminder {
	readonly post_id: string;
	readonly user_id: string;
	/** Seconds since 1970, as the API has it. */
	target_time: number;
}

const keyOf = (draft: Pick<Draft, 'user_id' | 'channel_id' | 'root_id'>) =>
	`${draft.user_id} ${draft.channel_id} ${draft.root_id}`;

export class Drafts {
	readonly table: Table<Draft>;
	readonly scheduled: Table<ScheduledPost>;
	readonly reminders: Table<Reminder>;
	readonly #byUser;
	readonly #scheduledByUser;

	constructor(world: World) {
		this.table = world.table<Draft>('drafts', keyOf);
		this.#byUser = this.table.by((draft) => draft.user_id);
		this.scheduled = world.table<ScheduledPost>('scheduled_posts', (post) => post.id);
		this.#scheduledByUser = this.scheduled.by((post) => post.user_id);
		this.reminders = world.table<Reminder>('reminders', (reminder) => `${reminder.post_id} ${reminder.user_id}`);
	}

	get(of: Pick<Draft, 'user_id' | 'channel_id' | 'root_id'>): Draft | undefined {
		return this.table.get(keyOf(of));
	}

	/** The last changed first. */
	ofUser(userId: string): Draft[] {
		return [...this.#byUser.get(userId)].sort((a, b) => b.update_at - a.update_at);
	}

	/** The next to be posted first. */
	scheduledBy(userId: string): ScheduledPost[] {
		return [...this.#scheduledByUser.get(userId)].sort((a, b) => a.scheduled_at - b.scheduled_at);
	}
}
