import type { Message } from '../chat/message.ts';
import type { Person } from '../chat/person.ts';
import type {
	ChangedEvent,
	ChannelEvent,
	DeletedEvent,
	MembershipEvent,
	MessageEvent,
	ReactionEvent,
	TypingEvent,
} from '../upstreams/channel-event.ts';
import type { Subscriptions } from '../upstreams/subscriptions.ts';
import { mattermostId } from './arguments.ts';
import { type Builder, shared, viewerOf } from './builder.ts';
import type { defineChannels } from './channels.ts';
import type { MessageRef } from './messages.ts';
import type { definePeople } from './people.ts';

/** Kinds as clients name them. */
const kindNames = {
	POSTED: { value: 'posted', description: 'A new message.' },
	EDITED: { value: 'edited', description: 'A message was changed, pinned or unpinned.' },
	DELETED: { value: 'deleted', description: 'A message was deleted.' },
	REACTION_ADDED: { value: 'reaction-added', description: 'Somebody put an emoji on a message.' },
	REACTION_REMOVED: { value: 'reaction-removed', description: 'Somebody took an emoji off a message.' },
	TYPING: { value: 'typing', description: 'Somebody is typing.' },
	JOINED: { value: 'joined', description: 'A new member.' },
	LEFT: { value: 'left', description: 'A member left or was removed.' },
	CHANGED: { value: 'changed', description: "The channel's name, header or purpose was changed." },
} as const;

export function defineSubscriptions(
	builder: Builder,
	{
		channel,
		message,
		subscriptions,
		user,
	}: {
		channel: ReturnType<typeof defineChannels>;
		message: MessageRef;
		subscriptions: Subscriptions;
		user: ReturnType<typeof definePeople>;
	},
): void {
	const newMessage = builder.objectRef<{ channelIdentifier: string; message: Message }>('OnNewChatMessage').implement({
		description: 'A new message.',
		fields: (t) => ({
			channelIdentifier: t.exposeString('channelIdentifier', {
				extensions: shared,
				description: 'The channel as you named it.',
			}),
			message: t.field({ type: message, extensions: shared, resolve: (event): Message => event.message }),
		}),
	});
	const channelEvent = defineChannelEvent(builder, { channel, message, user });
	const kind = builder.enumType('ChannelEventKind', { values: kindNames });
	const channelArgument = 'Id or name of a channel that you are a member of.';
	const afterArgument =
		'A message id, e.g. of the last message that you got: what came after it is told first, then what is new, nothing twice.';

	builder.subscriptionFields((t) => ({
		onNewChatMessage: t.field({
			type: newMessage,
			description: 'New messages of a channel, by whomever and however they were sent.',
			args: {
				channelIdentifier: t.arg.string({ required: true, description: channelArgument }),
				after: t.arg.string({ extensions: mattermostId, description: afterArgument }),
			},
			extensions: { ...shared, startOnly: ['after'] },
			subscribe: (_root, { channelIdentifier, after }, context) =>
				subscriptions.toChannel(viewerOf(context), channelIdentifier, { kinds: ['posted'], after: after ?? undefined }),
			resolve: (event, { channelIdentifier }) => {
				const { message } = event as MessageEvent<'posted'>;
				return { channelIdentifier, message };
			},
		}),
		onChannelEvent: t.field({
			type: channelEvent,
			nullable: false,
			description: 'All that happens in a channel.',
			args: {
				channelIdentifier: t.arg.string({ required: true, description: channelArgument }),
				after: t.arg.string({ extensions: mattermostId, description: `${afterArgument} Messages only.` }),
				kinds: t.arg({ type: [kind], description: 'Only these. Default: all.' }),
			},
			extensions: { ...shared, startOnly: ['after'] },
			subscribe: (_root, { channelIdentifier, after, kinds }, context) =>
				subscriptions.toChannel(viewerOf(context), channelIdentifier, {
					kinds: kinds?.length ? kinds : undefined,
					after: after ?? undefined,
				}),
			resolve: (event) => event as ChannelEvent,
		}),
	}));
}

function defineChannelEvent(
	builder: Builder,
	{
		channel,
		message,
		user,
	}: { channel: ReturnType<typeof defineChannels>; message: MessageRef; user: ReturnType<typeof definePeople> },
) {
	const always = { nullable: false, extensions: shared } as const;
	const posted = builder.objectRef<MessageEvent<'posted'>>('MessagePosted').implement({
		description: 'A new message.',
		fields: (t) => ({ message: t.field({ type: message, ...always, resolve: (event) => event.message }) }),
	});
	const edited = builder.objectRef<MessageEvent<'edited'>>('MessageEdited').implement({
		description: 'A message was changed, pinned or unpinned.',
		fields: (t) => ({ message: t.field({ type: message, ...always, resolve: (event) => event.message }) }),
	});
	const deleted = builder.objectRef<DeletedEvent>('MessageDeleted').implement({
		description: 'A message was deleted.',
		fields: (t) => ({
			messageId: t.exposeID('messageId', always),
			rootId: t.string({ extensions: shared, resolve: ({ rootId }) => rootId || null }),
		}),
	});
	const byWhom = (event: { user: Person | null }) => event.user;
	const reaction = (name: string, description: string) =>
		builder.objectRef<ReactionEvent>(name).implement({
			description,
			fields: (t) => ({
				messageId: t.exposeID('messageId', always),
				emojiName: t.exposeString('emojiName', always),
				user: t.field({ type: user, extensions: shared, resolve: byWhom }),
			}),
		});
	const reactionAdded = reaction('ReactionAdded', 'Somebody put an emoji on a message.');
	const reactionRemoved = reaction('ReactionRemoved', 'Somebody took an emoji off a message.');
	const typing = builder.objectRef<TypingEvent>('UserTyping').implement({
		description: 'Somebody is typing.',
		fields: (t) => ({
			user: t.field({ type: user, extensions: shared, resolve: byWhom }),
			rootId: t.string({
				extensions: shared,
				description: 'The thread that they write in; null: none.',
				resolve: ({ rootId }) => rootId || null,
			}),
		}),
	});
	const membership = (name: string, description: string) =>
		builder.objectRef<MembershipEvent>(name).implement({
			description,
			fields: (t) => ({ user: t.field({ type: user, extensions: shared, resolve: byWhom }) }),
		});
	const joined = membership('MemberJoined', 'A new member.');
	const left = membership('MemberLeft', 'A member left or was removed.');
	const changed = builder.objectRef<ChangedEvent>('ChannelChanged').implement({
		description: "The channel's name, header or purpose was changed.",
		fields: (t) => ({ channel: t.field({ type: channel, ...always, resolve: (event) => event.channel }) }),
	});
	const types = {
		posted,
		edited,
		deleted,
		'reaction-added': reactionAdded,
		'reaction-removed': reactionRemoved,
		typing,
		joined,
		left,
		changed,
	};
	return builder.unionType('ChannelEvent', {
		description: 'Something that happened in a channel.',
		types: Object.values(types),
		resolveType: (event) => types[(event as ChannelEvent).kind],
	});
}
