// A small chat schema with the shapes of the real one, for tests of the engine alone.
import {
	GraphQLBoolean,
	GraphQLError,
	type GraphQLFieldConfig,
	GraphQLInputObjectType,
	GraphQLInt,
	GraphQLList,
	GraphQLNonNull,
	GraphQLObjectType,
	GraphQLSchema,
	GraphQLString,
} from 'graphql';
import {
	type JsonObject,
	type RequestContext,
	Subscribable,
	type SubscribableOptions,
	type Topics,
	type Viewer,
} from '../engine/engine.ts';

export interface ChatContext extends RequestContext<Viewer> {}

export interface ChatSchemaOptions {
	readonly topics: Topics;
	/** What a subscription to a channel hears; may throw. Default: the topic of the channel's name. */
	readonly subscribe?: (
		args: { channelIdentifier: string; after?: string },
		context: ChatContext,
	) => Partial<SubscribableOptions<JsonObject>>;
	/** How often `message` was resolved: once per execution of an event. */
	readonly executed?: () => void;
	/** The query `slow` and the mutation `textMessageSend` wait for this. */
	readonly slow?: (signal: AbortSignal) => Promise<void>;
}

const shared = { extensions: { shared: true } };
const string = { type: GraphQLString, ...shared };
const text = { type: new GraphQLNonNull(GraphQLString) };

function viewerOf(context: ChatContext): Viewer {
	if (context.refusal) throw context.refusal;
	if (!context.viewer) throw new GraphQLError('You do not have permission to perform this action');
	return context.viewer;
}

export function chatSchema({ topics, subscribe, executed, slow }: ChatSchemaOptions): GraphQLSchema {
	type Field = GraphQLFieldConfig<JsonObject, ChatContext>;
	const user: GraphQLObjectType = new GraphQLObjectType({
		name: 'UserQueryType',
		fields: () => ({ username: string, friends: { type: new GraphQLList(user), resolve: () => [] } }),
	});
	const message = new GraphQLObjectType({
		name: 'MessageQueryType',
		fields: {
			id: string,
			message: string,
			owner: { type: user, ...shared },
			mine: {
				type: GraphQLBoolean,
				description: 'Depends on the viewer, so it is not shared.',
				resolve: (_message, _args, context: ChatContext) => context.viewer?.userId === 'u1',
			},
			spying: {
				type: GraphQLString,
				description: 'Says that it is shared, and looks at the viewer all the same.',
				resolve: (_message, _args, context: ChatContext) => context.viewer?.userId,
				...shared,
			},
			forClass: {
				type: GraphQLString,
				resolve: (_message, _args, context: ChatContext) => context.viewerClass,
				...shared,
			},
		},
	});
	const page = new GraphQLInputObjectType({
		name: 'PageType',
		fields: { pageSize: { type: GraphQLInt }, pageNumber: { type: GraphQLInt } },
	});
	const userList: Field = {
		type: new GraphQLObjectType({
			name: 'UserListType',
			fields: { data: { type: new GraphQLList(user) }, count: { type: GraphQLInt } },
		}),
		args: { page: { type: page } },
		extensions: { pageSize: ['page', 'pageSize'] },
		resolve(_root, _args, context) {
			viewerOf(context);
			return { data: [{ username: 'dave' }], count: 1 };
		},
	};
	const onNewChatMessage: Field = {
		type: new GraphQLObjectType({
			name: 'OnNewChatMessage',
			fields: { channelIdentifier: string, message: { type: message, ...shared } },
		}),
		args: { channelIdentifier: text, after: { type: GraphQLString } },
		extensions: { shared: true, startOnly: ['after'] },
		subscribe(_root, args, context) {
			viewerOf(context);
			const given = args as { channelIdentifier: string; after?: string };
			return new Subscribable({ topic: given.channelIdentifier, ...subscribe?.(given, context) });
		},
		resolve(event, args) {
			executed?.();
			return { channelIdentifier: args.channelIdentifier, message: event };
		},
	};
	return new GraphQLSchema({
		query: new GraphQLObjectType<JsonObject, ChatContext>({
			name: 'Query',
			fields: {
				hello: string,
				userList,
				whoAmI: { type: GraphQLString, resolve: (_root, _args, context) => viewerOf(context).userId },
				requestId: { type: GraphQLString, resolve: (_root, _args, context) => context.requestId },
				broken: {
					type: GraphQLString,
					resolve() {
						throw new Error('password of the database: hunter2');
					},
				},
				slow: {
					type: GraphQLString,
					async resolve(_root, _args, context) {
						await slow?.(context.signal);
						return 'done';
					},
				},
			},
		}),
		mutation: new GraphQLObjectType<JsonObject, ChatContext>({
			name: 'Mutation',
			fields: {
				nothing: { type: GraphQLString, resolve: () => 'done' },
				textMessageSend: {
					type: GraphQLString,
					args: { channelIdentifier: text, textMessage: text },
					async resolve(_root, { channelIdentifier, textMessage }, context) {
						const { userId } = viewerOf(context);
						await slow?.(context.signal);
						await topics.publish(channelIdentifier, said(textMessage, userId));
						return 'Message send successfully!';
					},
				},
			},
		}),
		subscription: new GraphQLObjectType<JsonObject, ChatContext>({
			name: 'Subscription',
			fields: { onNewChatMessage },
		}),
	});
}

let posts = 0;

/** An event of a message; its key and id are new unless given. */
export function said(message: string, username = 'dave', id = `post${++posts}`) {
	return { type: 'event', key: id, event: { kind: 'posted', id, message, owner: { username } } } as const;
}
