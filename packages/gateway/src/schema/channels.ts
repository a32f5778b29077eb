import type { Access } from '../access/access.ts';
import type { Channel, Channels } from '../chat/channels.ts';
import type { ChannelState, LastMessages } from '../chat/last-messages.ts';
import type { Message } from '../chat/message.ts';
import { personOf } from '../chat/person.ts';
import type { Site } from '../chat/site.ts';
import { type Builder, shared, viewerOf } from './builder.ts';
import type { MessageRef } from './messages.ts';
import { type PageInput, pageOf } from './page.ts';
import type { definePeople } from './people.ts';

type Listed = Channel & { readonly lastMessage: Message | null };

export function defineChannels(
	builder: Builder,
	{
		access,
		channels,
		lastMessages,
		message,
		page,
		site,
		user,
	}: {
		access: Access;
		channels: Channels;
		lastMessages: LastMessages;
		message: MessageRef;
		page: PageInput;
		site: Site;
		user: ReturnType<typeof definePeople>;
	},
) {
	const fields = { nullable: false, extensions: shared } as const;
	const facts = builder.objectRef<Channel>('Channel').implement({
		description: 'A channel.',
		fields: (t) => ({
			id: t.exposeID('id', fields),
			name: t.exposeString('name', fields),
			displayName: t.exposeString('displayName', fields),
			type: t.exposeString('type', { ...fields, description: '`O` public, `P` private, `D` direct, `G` group.' }),
			header: t.exposeString('header', fields),
			purpose: t.exposeString('purpose', fields),
		}),
	});
	const listed = builder.objectRef<Listed>('ChannelQueryType').implement({
		description: 'A channel in a list.',
		fields: (t) => ({
			channelId: t.exposeString('id', { description: 'Unique identifier of the channel.' }),
			channelName: t.exposeString('name', { description: 'Name of the channel.' }),
			displayName: t.exposeString('displayName'),
			type: t.exposeString('type', { description: '`O` public, `P` private, `D` direct, `G` group.' }),
			lastMessage: t.field({
				type: message,
				description: 'The last message sent in the channel; null: there is none.',
				resolve: ({ lastMessage }) => lastMessage,
			}),
		}),
	});
	const channelList = builder.objectRef<{ data: readonly Listed[]; hasNext: boolean }>('ChannelListType').implement({
		description: 'A page of channels.',
		fields: (t) => ({
			data: t.field({ type: [listed], nullable: { list: true, items: true }, resolve: ({ data }) => [...data] }),
			hasNext: t.exposeBoolean('hasNext', { description: 'There are more pages.' }),
		}),
	});
	const channelArgument = { required: true, description: 'Id or name of the channel.' } as const;

	builder.queryFields((t) => ({
		channelList: t.field({
			type: channelList,
			description: 'The channels that you are a member of, by display name.',
			args: { page: t.arg({ type: page, description: 'Which page, from 1, and how many on it (60).' }) },
			extensions: { pageSize: ['page', 'pageSize'], defaultPageSize: 60 },
			resolve: async (_root, args, context) => {
				const viewer = viewerOf(context);
				const { size, number } = pageOf(args.page);
				const teamId = await site.teamId();
				const asked = access.asking();
				const mine = await viewer.mattermost((mm) => mm.channels.getMyChannelsInTeam(teamId));
				const onPage = mine.slice((number - 1) * size, number * size);
				for (const channel of mine) access.remember(channel.id, viewer.userId, asked);
				// The types have no count of messages; the server sends it.
				const last = await lastMessages.of(viewer, onPage as unknown as ChannelState[]);
				return {
					data: onPage.map((channel, index) => ({
						...channels.remember(channel),
						lastMessage: last[index] ?? null,
					})),
					hasNext: mine.length > number * size,
				};
			},
		}),
		channel: t.field({
			type: facts,
			description: 'A channel that you are a member of.',
			args: { channelIdentifier: t.arg.string(channelArgument) },
			resolve: (_root, { channelIdentifier }, context) => access.channel(viewerOf(context), channelIdentifier),
		}),
		publicChannelList: t.field({
			type: [facts],
			nullable: false,
			description: 'Public channels of the team, which you may join.',
			args: { page: t.arg({ type: page }) },
			extensions: { pageSize: ['page', 'pageSize'], defaultPageSize: 60 },
			resolve: async (_root, args, context) => {
				const { size, number } = pageOf(args.page);
				const teamId = await site.teamId();
				const found = await viewerOf(context).mattermost((mm) =>
					mm.channels.getByTeam(teamId, { page: number - 1, per_page: size }),
				);
				return found.map((channel) => channels.remember(channel));
			},
		}),
		channelMembers: t.field({
			type: [user],
			nullable: false,
			description: 'The members of a channel that you are a member of.',
			args: { channelIdentifier: t.arg.string(channelArgument), page: t.arg({ type: page }) },
			extensions: { pageSize: ['page', 'pageSize'], defaultPageSize: 60 },
			resolve: async (_root, { channelIdentifier, ...args }, context) => {
				const viewer = viewerOf(context);
				const { size, number } = pageOf(args.page);
				const channel = await access.channel(viewer, channelIdentifier);
				const users = await viewer.mattermost((mm) =>
					mm.users.list({ in_channel: channel.id, page: number - 1, per_page: size }),
				);
				return users.map(personOf);
			},
		}),
	}));

	return facts;
}
