import type { Channel } from '../chat/channels.ts';
import type { Message } from '../chat/message.ts';
import type { Person } from '../chat/person.ts';

/** What happens in a channel, as it travels on the channel's topic: plain data, the same for every member. */
export type ChannelEvent =
	| PostedEvent
	| MessageEvent<'edited'>
	| DeletedEvent
	| ReactionEvent<'reaction-added'>
	| ReactionEvent<'reaction-removed'>
	| TypingEvent
	| MembershipEvent<'joined'>
	| MembershipEvent<'left'>
	| ChangedEvent;

export type EventKind = ChannelEvent['kind'];

export type MessageEvent<Kind extends string> = {
	readonly kind: Kind;
	readonly channelId: string;
	readonly message: Message;
};

export type PostedEvent = MessageEvent<'posted'> & {
	/** Where it stands in the order in which the channel's posts were told (history.ts). Not in replays. */
	readonly position?: number;
};

export type DeletedEvent = {
	readonly kind: 'deleted';
	readonly channelId: string;
	readonly messageId: string;
	readonly rootId: string;
};

export type ReactionEvent<Kind extends string = string> = {
	readonly kind: Kind;
	readonly channelId: string;
	readonly messageId: string;
	readonly emojiName: string;
	readonly user: Person | null;
};

export type TypingEvent = {
	readonly kind: 'typing';
	readonly channelId: string;
	readonly rootId: string;
	readonly user: Person | null;
};

export type MembershipEvent<Kind extends string = string> = {
	readonly kind: Kind;
	readonly channelId: string;
	readonly user: Person | null;
};

export type ChangedEvent = { readonly kind: 'changed'; readonly channelId: string; readonly channel: Channel };

export const channelTopic = (channelId: string): string => `channel:${channelId}`;
