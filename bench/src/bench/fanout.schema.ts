// The schema that all servers of the fan-out and query comparisons serve, and the event that they send.
import { buildSchema, type GraphQLSchema, isObjectType } from 'graphql';

const sdl = `
	type Query {
		channelList(page: PageType): ChannelListType
		me: UserQueryType
	}
	input PageType { pageSize: Int pageNumber: Int }
	type ChannelListType { data: [ChannelQueryType] hasNext: Boolean }
	type ChannelQueryType { channelId: String channelName: String lastMessage: MessageQueryType }
	type UserQueryType { id: ID! username: String! email: String! isStaff: Boolean! }
	type MessageQueryType { id: String message: String createAt: String owner: UserQueryType type: String }
	type OnNewChatMessage { channelIdentifier: String message: MessageQueryType }
	type Subscription { onNewChatMessage(channelIdentifier: String!): OnNewChatMessage }
`;

const owner = { id: 'evefzfn', username: 'evefzfn', email: 'evefzfn@example.com', isStaff: false };

/** A message event; `sequence` makes each one different and of the same length. */
export function messageEvent(sequence: number) {
	return {
		id: 'sc6fe3k5ajdum8antdf7aytmgo',
		message: `${String(sequence).padStart(8, '0')} ${'The quick brown fox jumps over the lazy dog. '.repeat(3)}`,
		createAt: '2026-11-21T01:32:02.605000+00:00',
		owner,
		type: 'text',
	};
}

export const queries = {
	small: '{me{id username email isStaff}}',
	list: '{channelList(page:{pageSize:20}){data{channelId channelName lastMessage{id message createAt owner{username} type}} hasNext}}',
};
export const subscription =
	'subscription($c:String!){onNewChatMessage(channelIdentifier:$c){channelIdentifier message{id message createAt owner{username} type}}}';
export const variables = { c: 'tu8gacoe5fd8xqqcqgruaortfw' };

/** What every server executes an event into. */
export function resultOf(sequence: number) {
	const { owner: sender, ...message } = messageEvent(sequence);
	const { id, createAt, type } = message;
	return {
		data: {
			onNewChatMessage: {
				channelIdentifier: variables.c,
				message: { id, message: message.message, createAt, owner: { username: sender.username }, type },
			},
		},
	};
}

const channels = Array.from({ length: 20 }, (_, index) => ({
	channelId: `channel${index}`,
	channelName: `channel-${index}`,
	lastMessage: messageEvent(index),
}));

type Subscribe = (root: unknown, args: { channelIdentifier: string }) => unknown;

/** @param extensions of every field */
export function benchSchema(subscribe: Subscribe, extensions: Record<string, unknown> = {}): GraphQLSchema {
	const schema = buildSchema(sdl);
	for (const type of Object.values(schema.getTypeMap())) {
		if (!isObjectType(type) || type.name.startsWith('__')) continue;
		for (const field of Object.values(type.getFields())) field.extensions = extensions;
	}
	const query = schema.getQueryType()?.getFields();
	const field = schema.getSubscriptionType()?.getFields().onNewChatMessage;
	if (!query?.channelList || !query.me || !field) throw new Error('bug: the schema lacks a field');
	query.channelList.resolve = () => ({ data: channels, hasNext: false });
	query.me.resolve = () => owner;
	field.subscribe = subscribe as NonNullable<typeof field.subscribe>;
	field.resolve = (event, args) => ({ channelIdentifier: args.channelIdentifier, message: event });
	return schema;
}
