// What the user of a stream asked for: which events, and what has to be read and remembered for them.
import type { EventBody } from './event.ts';
import type { PostChange } from './memory.ts';
import type { ChannelTeams } from './my-channels.ts';

const postChanges: ReadonlySet<string> = new Set<PostChange>(['posted', 'post_edited', 'post_deleted']);
const memberships = [
	'user_added',
	'user_removed',
	'added_to_team',
	'leave_team',
	'channel_deleted',
	'channel_restored',
	'direct_added',
	'group_added',
];

export interface WantedOptions {
	/** undefined: all. */
	readonly types: ReadonlySet<string> | undefined;
	/** By id. undefined: all, also what belongs to none. */
	readonly channels: ReadonlySet<string> | undefined;
}

export class Wanted {
	readonly channels: WantedOptions['channels'];
	/** Posts, or the system posts that tell of memberships. */
	readonly posts: boolean;
	/** Edits and deletions: they move no `last_post_at`, so that every channel has to be asked. */
	readonly changes: boolean;
	readonly memberships: boolean;
	readonly #types: WantedOptions['types'];

	constructor({ types, channels }: WantedOptions) {
		this.#types = types;
		this.channels = channels;
		const some = (of: Iterable<string>) => !types || [...of].some((type) => types.has(type));
		this.memberships = some(memberships);
		this.posts = some(postChanges) || this.memberships;
		this.changes = some(['post_edited', 'post_deleted']);
	}

	/**
	 * @param before the user's channels before the event
	 * @param after and after it
	 */
	has({ type, raw, broadcast }: EventBody, before: ChannelTeams | undefined, after: ChannelTeams | undefined): boolean {
		if (this.#types && !this.#types.has(type)) return false;
		const { channels } = this;
		if (!channels) return true;
		// It names no channel, and takes the user out of all of the team.
		if (type === 'leave_team') return [...channels].some((id) => before?.has(id) && !after?.has(id));
		return type === 'resync' && !broadcast.channel_id ? true : this.inChannel({ raw, broadcast });
	}

	/** Does it name one of the channels? */
	inChannel({ raw, broadcast }: Pick<EventBody, 'raw' | 'broadcast'>): boolean {
		const channelId = broadcast.channel_id || raw.channel_id;
		return !this.channels || (typeof channelId === 'string' && this.channels.has(channelId));
	}
}

export function isPostChange(type: string): type is PostChange {
	return postChanges.has(type);
}
