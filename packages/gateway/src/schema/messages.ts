import type { Access } from '../access/access.ts';
import { type FileFacts, isoTime, type Message, type ReactionFacts } from '../chat/message.ts';
import type { MessagePage, Messages } from '../chat/messages.ts';
import type { Person } from '../chat/person.ts';
import { filePath } from '../files/routes.ts';
import { orGone } from '../or-gone.ts';
import { RefusedError } from '../refused-error.ts';
import type { Upstreams } from '../upstreams/upstreams.ts';
import { mattermostId } from './arguments.ts';
import { type Builder, shared, viewerOf } from './builder.ts';
import { type PageInput, pageOf, sizeOf } from './page.ts';
import { readablePost, requireMember } from './readable-post.ts';
import { type defineResponseBase, ok } from './response-base.ts';

type UserRef = ReturnType<typeof import('./people.ts').definePeople>;

export function defineMessageTypes(builder: Builder, user: UserRef) {
	const file = builder.objectRef<FileFacts>('MessageFile').implement({
		description: 'A file of a message.',
		fields: (t) => ({
			id: t.exposeID('id', { nullable: false, extensions: shared }),
			name: t.exposeString('name', { nullable: false, extensions: shared }),
			path: t.string({
				nullable: false,
				extensions: shared,
				description: 'Where the bytes are: GET it from this server, with the same Authorization.',
				resolve: ({ id }) => filePath(id),
			}),
			size: t.exposeFloat('size', { nullable: false, extensions: shared, description: 'Bytes.' }),
			mimeType: t.exposeString('mimeType', { nullable: false, extensions: shared }),
			width: t.exposeInt('width', {
				nullable: false,
				extensions: shared,
				description: 'Pixels; 0 where it is no image.',
			}),
			height: t.exposeInt('height', {
				nullable: false,
				extensions: shared,
				description: 'Pixels; 0 where it is no image.',
			}),
		}),
	});
	const reaction = builder.objectRef<ReactionFacts>('Reaction').implement({
		description: 'An emoji that somebody put on a message.',
		fields: (t) => ({
			userId: t.exposeID('userId', { nullable: false, extensions: shared }),
			emojiName: t.exposeString('emojiName', { nullable: false, extensions: shared }),
			createAt: t.string({ nullable: false, extensions: shared, resolve: ({ createAt }) => isoTime(createAt) }),
		}),
	});
	const time = (milliseconds: number) => (milliseconds > 0 ? isoTime(milliseconds) : null);
	return builder.objectRef<Message>('MessageQueryType').implement({
		description: 'A message.',
		fields: (t) => ({
			id: t.exposeString('id', { extensions: shared, description: 'Unique identifier of the message.' }),
			message: t.exposeString('message', { extensions: shared, description: 'Content of the message.' }),
			createAt: t.string({
				extensions: shared,
				description: 'When the message was created, ISO 8601 with microseconds.',
				resolve: ({ createAt }) => isoTime(createAt),
			}),
			owner: t.field({
				type: user,
				extensions: shared,
				description: 'User who sent the message.',
				resolve: ({ owner }): Person | null => owner,
			}),
			type: t.exposeString('type', {
				extensions: shared,
				description: "`text`, `image` (pictures only), `file`, or Mattermost's own type, e.g. `system_join_team`.",
			}),
			channelId: t.exposeString('channelId', { extensions: shared }),
			rootId: t.string({
				extensions: shared,
				description: 'The first message of the thread; null: this is no reply.',
				resolve: ({ rootId }) => rootId || null,
			}),
			replyCount: t.exposeInt('replyCount', { extensions: shared, description: 'How many replies the thread has.' }),
			editAt: t.string({
				extensions: shared,
				description: 'When it was last edited; null: never.',
				resolve: ({ editAt }) => time(editAt),
			}),
			deleteAt: t.string({
				extensions: shared,
				description: 'When it was deleted; null: it was not.',
				resolve: ({ deleteAt }) => time(deleteAt),
			}),
			isPinned: t.exposeBoolean('isPinned', { extensions: shared }),
			files: t.field({
				type: [file],
				nullable: false,
				extensions: { ...shared, defaultPageSize: 2 },
				resolve: ({ files }) => [...files],
			}),
			reactions: t.field({
				type: [reaction],
				nullable: false,
				extensions: { ...shared, defaultPageSize: 2 },
				resolve: ({ reactions }) => [...reactions],
			}),
		}),
	});
}

export type MessageRef = ReturnType<typeof defineMessageTypes>;

export function defineMessages(
	builder: Builder,
	{
		access,
		message,
		messages,
		page,
		responseBase,
		upstreams,
	}: {
		access: Access;
		message: MessageRef;
		messages: Messages;
		page: PageInput;
		responseBase: ReturnType<typeof defineResponseBase>;
		upstreams: Upstreams;
	},
): void {
	const messageList = builder.objectRef<MessagePage>('MessageListType').implement({
		description: 'A page of messages, oldest first.',
		fields: (t) => ({
			data: t.field({ type: [message], nullable: { list: true, items: true }, resolve: (list) => [...list.messages] }),
			hasNext: t.exposeBoolean('hasNewer', { description: 'There are newer messages.' }),
			hasPrevious: t.exposeBoolean('hasOlder', { description: 'There are older messages.' }),
		}),
	});
	const channelArgument = 'Id or name of the channel.';

	builder.queryFields((t) => ({
		getMessageList: t.field({
			type: messageList,
			description: 'A page of a channel. Page 1 is the newest; within a page the oldest message comes first.',
			args: {
				channelIdentifier: t.arg.string({ required: true, description: channelArgument }),
				page: t.arg({ type: page }),
			},
			extensions: { pageSize: ['page', 'pageSize'], defaultPageSize: 60 },
			resolve: async (_root, args, context) => {
				const viewer = viewerOf(context);
				const which = pageOf(args.page);
				const channel = await access.channel(viewer, args.channelIdentifier);
				return messages.page(viewer, channel.id, which);
			},
		}),
		messages: t.field({
			type: messageList,
			nullable: false,
			description:
				'The messages just before or after one, or the newest. Other than page numbers, this does not shift while people write.',
			args: {
				channelIdentifier: t.arg.string({ required: true, description: channelArgument }),
				after: t.arg.string({ extensions: mattermostId, description: 'A message id: what came after it.' }),
				before: t.arg.string({ extensions: mattermostId, description: 'A message id: what came before it.' }),
				first: t.arg.int({ defaultValue: 60, description: 'How many, at most 200.' }),
			},
			extensions: { pageSize: ['first'], defaultPageSize: 60 },
			resolve: async (_root, { channelIdentifier, after, before, first }, context) => {
				const viewer = viewerOf(context);
				if (after && before) throw new RefusedError('Give after or before, not both.', 'BAD_USER_INPUT');
				const size = sizeOf('first', first);
				const channel = await access.channel(viewer, channelIdentifier);
				return messages.around(viewer, channel.id, { after: after ?? undefined, before: before ?? undefined, size });
			},
		}),
		message: t.field({
			type: message,
			description: 'One message by its id.',
			args: { id: t.arg.id({ required: true }) },
			resolve: async (_root, { id }, context) => {
				return messages.withOwner(await readablePost({ access, messages }, viewerOf(context), id));
			},
		}),
		thread: t.field({
			type: [message],
			nullable: false,
			description: 'The thread that a message belongs to: its first message, then the replies.',
			args: { messageId: t.arg.id({ required: true }) },
			extensions: { defaultPageSize: 60 },
			resolve: async (_root, { messageId }, context) => {
				const viewer = viewerOf(context);
				const thread = await messages.thread(viewer, messageId);
				await requireMember(access, viewer, thread[0]?.channelId);
				return [...thread];
			},
		}),
	}));

	builder.mutationFields((t) => ({
		textMessageSend: t.field({
			type: responseBase,
			description: 'Sends a message. Its id is in `metadata.message_id`.',
			args: {
				channelIdentifier: t.arg.string({ required: true, description: channelArgument }),
				textMessage: t.arg.string({ required: true, description: 'Text message to be sent.' }),
				rootId: t.arg.string({
					extensions: mattermostId,
					description: 'Makes it a reply: the id of the first message of the thread.',
				}),
				fileIds: t.arg.stringList({
					extensions: mattermostId,
					description: 'Ids of files that were uploaded for this channel (POST /graphql/files), at most 10.',
				}),
			},
			extensions: { cost: 10 },
			resolve: async (_root, { channelIdentifier, textMessage, rootId, fileIds }, context) => {
				const viewer = viewerOf(context);
				refuseMessageText(textMessage, { mayBeEmpty: Boolean(fileIds?.length) });
				const channel = await access.channel(viewer, channelIdentifier);
				const post = await viewer.mattermost((mm) =>
					mm.posts.create(
						{
							channel_id: channel.id,
							message: textMessage,
							...(rootId ? { root_id: rootId } : {}),
							...(fileIds?.length ? { file_ids: fileIds } : {}),
						},
						{ allowDroppedFiles: true },
					),
				);
				upstreams.sent(channel.id, post.id);
				refuseDroppedFiles(post, fileIds ?? []);
				return ok('Message send successfully!', { message_id: post.id });
			},
		}),
		messageEdit: t.field({
			type: message,
			description: 'Changes the text of your message.',
			args: { id: t.arg.id({ required: true }), textMessage: t.arg.string({ required: true }) },
			extensions: { cost: 10 },
			resolve: async (_root, { id, textMessage }, context) => {
				refuseMessageText(textMessage, { mayBeEmpty: false });
				const viewer = viewerOf(context);
				await readablePost({ access, messages }, viewer, id);
				return messages.withOwner(await viewer.mattermost((mm) => mm.posts.update(id, textMessage)));
			},
		}),
		messageDelete: t.field({
			type: responseBase,
			description: 'Deletes your message (or, for those who may, that of another).',
			args: { id: t.arg.id({ required: true }) },
			extensions: { cost: 10 },
			resolve: async (_root, { id }, context) => {
				const viewer = viewerOf(context);
				await readablePost({ access, messages }, viewer, id);
				await orGone(viewer.mattermost((mm) => mm.posts.delete(id)));
				return ok('Message deleted.', { message_id: id });
			},
		}),
	}));
}

/** Mattermost takes an empty message; here it is a mistake, unless files come with it. Its own limit of length answers for itself. */
function refuseMessageText(text: string, { mayBeEmpty }: { mayBeEmpty: boolean }): void {
	if (!mayBeEmpty && text.trim() === '') throw new RefusedError('The message is empty.', 'BAD_USER_INPUT');
}

/** The message is there for all to see: to send it again would make a second one. */
function refuseDroppedFiles(post: { id: string; file_ids?: readonly string[] }, wanted: readonly string[]): void {
	const dropped = wanted.filter((id) => !post.file_ids?.includes(id));
	if (dropped.length === 0) return;
	throw new RefusedError(
		`The message was sent, but without these files: ${dropped.join(', ')}. They are unknown, of another channel or user, or in another message already.`,
		'BAD_USER_INPUT',
		{ messageId: post.id, droppedFileIds: dropped },
	);
}
