// What an event of one user's stream means for the gateway. Pure.
import type { StreamEvent } from '@matterkit/client';
import { type ChannelFacts, channelOf } from '../chat/channels.ts';
import { messageOf, type PostFacts } from '../chat/message.ts';
import type { Person } from '../chat/person.ts';
import type { ChannelEvent } from './channel-event.ts';
import type { ReactionState } from './post-states.ts';

/** What is told to a channel's subscribers, if this stream covers the channel. The people in it are filled in later. */
export interface Publication {
	readonly channelId: string;
	/** The same for the same happening, whichever stream told of it. */
	readonly key: string;
	/** Whose name is wanted beside it. */
	readonly userId: string;
	readonly event: (user: Person | null) => ChannelEvent;
	/** Of a new post, which gets its place in the order before it is told. */
	readonly post?: Pick<PostFacts, 'id' | 'create_at'>;
	/** Of a reaction that was put on or taken off: told only where it is not known already. */
	readonly reaction?: ReactionState;
}

export type Effect =
	| { readonly do: 'publish'; readonly publication: Publication }
	| { readonly do: 'left-channel'; readonly channelId: string; readonly userId: string }
	| { readonly do: 'left-team'; readonly teamId: string; readonly userId: string }
	| { readonly do: 'archived'; readonly channelId: string }
	| { readonly do: 'channel-changed'; readonly channelId: string; readonly channel?: ChannelFacts }
	| { readonly do: 'person-changed'; readonly userId: string }
	/** Someone was deactivated or activated; the event does not say who. */
	| { readonly do: 'check-viewers' }
	| { readonly do: 'settings-changed' };

/**
 * @param ownerId whose stream it is
 * @param unique gives a key for what has no name of its own: it is told by the one stream that covers the channel
 */
export function effectsOf(event: StreamEvent, ownerId: string, unique: () => string): readonly Effect[] {
	const { broadcast } = event;
	const channelId = broadcast.channel_id;
	// Addressed to one user, or to one connection of theirs: nobody else may hear of it, whatever channel it names.
	const isPersonal = broadcast.user_id !== '' || broadcast.connection_id !== '';
	const publish = (publication: Omit<Publication, 'channelId'>): readonly Effect[] =>
		isPersonal || channelId === '' ? [] : [{ do: 'publish', publication: { ...publication, channelId } }];

	switch (event.type) {
		case 'posted':
			return publish(posted(event.data.post));
		case 'post_edited':
			return publish(edited(event.data.post));
		case 'post_deleted':
			return publish(deleted(event.data.post));
		case 'reaction_added':
		case 'reaction_removed': {
			const { user_id, post_id, emoji_name, update_at } = event.data.reaction as unknown as ReactionData;
			const isOn = event.type === 'reaction_added';
			const reaction = { postId: post_id, userId: user_id, emojiName: emoji_name, isOn };
			return publish(reacted(channelId, reaction, String(update_at)));
		}
		case 'typing':
			return publish(typing(channelId, event.data.user_id, event.data.parent_id, unique()));
		case 'user_added':
			return publish({
				key: `joined:${unique()}`,
				userId: event.data.user_id,
				event: (user) => ({ kind: 'joined', channelId, user }),
			});
		case 'user_removed': {
			// To those who stay: who was removed. To the one removed: from where.
			const userId = event.data.user_id ?? ownerId;
			const from = event.data.channel_id ?? channelId;
			return [
				...publish({
					key: `left:${unique()}`,
					userId,
					event: (user) => ({ kind: 'left', channelId: from, user }),
				}),
				{ do: 'left-channel', channelId: from, userId },
			];
		}
		case 'leave_team':
			return [{ do: 'left-team', teamId: event.data.team_id, userId: event.data.user_id }];
		case 'channel_deleted':
			return [{ do: 'archived', channelId: event.data.channel_id }];
		case 'channel_updated': {
			const { channel } = event.data;
			if (!channel) return [{ do: 'channel-changed', channelId: event.data.channel_id ?? channelId }];
			return [
				{ do: 'channel-changed', channelId: channel.id, channel },
				...publish({
					key: `changed:${channel.update_at}`,
					userId: '',
					event: () => ({ kind: 'changed', channelId, channel: channelOf(channel) }),
				}),
			];
		}
		case 'channel_converted':
		case 'channel_restored':
			return [{ do: 'channel-changed', channelId: event.data.channel_id }];
		case 'user_updated':
			return [{ do: 'person-changed', userId: event.data.user.id }];
		case 'user_role_updated':
			return [{ do: 'person-changed', userId: event.data.user_id }];
		case 'user_activation_status_change':
		case 'guests_deactivated':
			return [{ do: 'check-viewers' }];
		case 'config_changed':
			return [{ do: 'settings-changed' }];
		default:
			return [];
	}
}

interface ReactionData {
	readonly user_id: string;
	readonly post_id: string;
	readonly emoji_name: string;
	/** The types have none; the server sends it. */
	readonly update_at: number;
}

type Unplaced = Omit<Publication, 'channelId'>;

export const postedKey = (postId: string): string => `posted:${postId}`;
export const isPostedKey = (key: string): boolean => key.startsWith(postedKey(''));

export const posted = (post: PostFacts): Unplaced => ({
	key: postedKey(post.id),
	userId: post.user_id,
	event: (user) => ({ kind: 'posted', channelId: post.channel_id, message: messageOf(post, user) }),
	post,
});

export const edited = (post: PostFacts): Unplaced => ({
	// Pinning changes update_at but is no edit of the text: it is told all the same, once.
	key: `edited:${post.id}:${post.update_at}`,
	userId: post.user_id,
	event: (user) => ({ kind: 'edited', channelId: post.channel_id, message: messageOf(post, user) }),
});

/** @param mark tells it from the same reaction at another time */
export const reacted = (channelId: string, reaction: ReactionState, mark: string): Unplaced => {
	const { postId, userId, emojiName, isOn } = reaction;
	const kind = isOn ? 'reaction-added' : 'reaction-removed';
	return {
		key: `${kind}:${postId}:${userId}:${emojiName}:${mark}`,
		userId,
		event: (user) => ({ kind, channelId, messageId: postId, emojiName, user }),
		reaction,
	};
};

/** Administrators are told who deleted it (`delete_by`), others not: nobody here is. */
export const deleted = (post: PostFacts): Unplaced => ({
	key: `deleted:${post.id}`,
	userId: '',
	event: () => ({ kind: 'deleted', channelId: post.channel_id, messageId: post.id, rootId: post.root_id }),
});

export const typing = (channelId: string, userId: string, rootId: string, unique: string): Unplaced => ({
	key: `typing:${unique}`,
	userId,
	event: (user) => ({ kind: 'typing', channelId, rootId, user }),
});
