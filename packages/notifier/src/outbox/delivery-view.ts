// A delivery as callers and webhooks are told of it. Pure.
import { type Priority, priorityOf } from '../timing/priority.ts';
import { iso } from '../timing/written.ts';
import type { Delivery } from './claim.ts';
import type { State } from './states.ts';

/** How one notification stands. Times are ISO 8601, UTC. */
export interface DeliveryView {
	readonly id: string;
	readonly key: string;
	readonly status: State;
	readonly recipient: string;
	readonly template: string;
	readonly priority: Priority;
	readonly acceptedAt: string;
	/** When it was to go out. */
	readonly dueAt: string;
	readonly expiresAt?: string;
	readonly finishedAt?: string;
	/** Posts tried. */
	readonly attempts: number;
	readonly method?: 'dm' | 'channel_mention';
	readonly channelId?: string;
	readonly postId?: string;
	/** Why it is dead. */
	readonly error?: string;
}

export function viewOf(row: Delivery): DeliveryView {
	return {
		id: row.id,
		key: row.key,
		status: row.state,
		recipient: row.recipient,
		template: row.template,
		priority: priorityOf(row.priority),
		acceptedAt: iso(row.accepted_at),
		dueAt: iso(row.due_at),
		...(row.expires_at !== null && { expiresAt: iso(row.expires_at) }),
		...(row.finished_at !== null && { finishedAt: iso(row.finished_at) }),
		attempts: row.attempts,
		...(row.target !== null && { method: row.target === 'dm' ? 'dm' : 'channel_mention' }),
		...(row.channel_id !== null && { channelId: row.channel_id }),
		...(row.post_id !== null && { postId: row.post_id }),
		...(row.reason !== null && { error: row.reason }),
	};
}
