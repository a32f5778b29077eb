import { isApiError, type Mattermost } from '@matterkit/client';
import { type Access, channelNotFound } from '../access.ts';
import { refuseChannelName } from '../accounts/rules.ts';
import type { Channel, ChannelFacts, Channels } from '../chat/channels.ts';
import type { ChannelState, LastMessages } from '../chat/last-messages.ts';
import type { Message } from '../chat/message.ts';
import { personOf } from '../chat/person.ts';
import type { Site } from '../chat/site.ts';
import { RefusedError } from '../refused-error.ts';
import { type Builder, shared, viewerOf } from './builder.ts';
import type { MessageRef } from './messages.ts';
import { type PageInput, pageOf } from './page.ts';
import type { definePeople } from './people.ts';
import { type defineResponseBase, ok } from './response-base.ts';

type Listed = Channel & { readonly lastMessage: Message | null };

export function defineChannels(
	builder: Builder,
	{
		access,
		channels,
		lastMessages,
		message,
		page,
		responseBase,
		site,
		user,
	}: {
		access: Access;
		channels: Channels;
		lastMessages: LastMessages;
		message: MessageRef;
		page: PageInput;
		responseBase: ReturnType<typeof defineResponseBase>;
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
				const mine = await viewer.mattermost((mm) => mm.channels.getMyChannelsInTeam(teamId));
				const onPage = mine.slice((number - 1) * size, number * size);
				for (const channel of mine) access.remember(channel.id, viewer.userId);
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

	builder.mutationFields((t) => ({
		channelCreate: t.field({
			type: responseBase,
			description: 'Makes a public channel, with you and the given members in it. Its id is in `metadata.channel_id`.',
			args: {
				channelName: t.arg.string({
					required: true,
					description: 'Name of the channel: lower-case letters, digits, "-" and "_".',
				}),
				members: t.arg.stringList({
					required: { list: true, items: false },
					description: 'Usernames (or ids) of members of the team.',
				}),
				private: t.arg.boolean({ defaultValue: false, description: 'Only members know of it.' }),
				displayName: t.arg.string({ description: 'The name that people see (the channel name).' }),
			},
			extensions: { cost: 50 },
			resolve: async (_root, args, context) => {
				const viewer = viewerOf(context);
				const refusal = refuseChannelName(args.channelName);
				if (refusal) throw new RefusedError(refusal, 'BAD_USER_INPUT');
				const teamId = await site.teamId();
				const made = await viewer.mattermost(async (mm) => {
					const memberIds = await idsOfMembers(mm, teamId, args.members);
					return createWithMembers(
						mm,
						{
							team_id: teamId,
							name: args.channelName,
							display_name: args.displayName || args.channelName,
							type: args.private ? 'P' : 'O',
						},
						memberIds.filter((memberId) => memberId !== viewer.userId),
					);
				});
				access.remember(made.id, viewer.userId);
				return ok('Channel created successfully!', { channel_id: channels.remember(made).id });
			},
		}),
		channelJoin: t.field({
			type: responseBase,
			description: 'Makes you a member of a public channel.',
			args: { channelIdentifier: t.arg.string(channelArgument) },
			extensions: { cost: 10 },
			resolve: async (_root, { channelIdentifier }, context) => {
				const viewer = viewerOf(context);
				const channel = await channels.find(channelIdentifier);
				// A private channel is not joined but added to; to others it is not there.
				if (!channel || (channel.type !== 'O' && !(await access.isMember(viewer, channel.id)))) throw channelNotFound();
				await viewer.mattermost((mm) => mm.channels.addMember(channel.id, viewer.userId));
				access.remember(channel.id, viewer.userId);
				return ok('Joined the channel.', { channel_id: channel.id });
			},
		}),
		channelLeave: t.field({
			type: responseBase,
			description: 'Ends your membership; subscriptions to the channel end with it.',
			args: { channelIdentifier: t.arg.string(channelArgument) },
			extensions: { cost: 10 },
			resolve: async (_root, { channelIdentifier }, context) => {
				const viewer = viewerOf(context);
				const channel = await access.channel(viewer, channelIdentifier);
				await viewer.mattermost((mm) => mm.channels.removeMember(channel.id, viewer.userId));
				access.forget(channel.id, viewer.userId);
				return ok('Left the channel.', { channel_id: channel.id });
			},
		}),
		channelMemberAdd: t.field({
			type: responseBase,
			description: 'Adds members of the team to a channel.',
			args: {
				channelIdentifier: t.arg.string(channelArgument),
				members: t.arg.stringList({ required: true, description: 'Usernames (or ids).' }),
			},
			extensions: { cost: 20 },
			resolve: async (_root, { channelIdentifier, members }, context) => {
				const viewer = viewerOf(context);
				const channel = await access.channel(viewer, channelIdentifier);
				const teamId = await site.teamId();
				await viewer.mattermost(async (mm) => {
					for (const id of await idsOfMembers(mm, teamId, members)) {
						await mm.channels.addMember(channel.id, id);
					}
				});
				return ok('Members added.', { channel_id: channel.id });
			},
		}),
		channelMemberRemove: t.field({
			type: responseBase,
			description: 'Removes a member from a channel, for those who may.',
			args: {
				channelIdentifier: t.arg.string(channelArgument),
				member: t.arg.string({ required: true, description: 'Username (or id).' }),
			},
			extensions: { cost: 10 },
			resolve: async (_root, { channelIdentifier, member }, context) => {
				const viewer = viewerOf(context);
				const channel = await access.channel(viewer, channelIdentifier);
				const teamId = await site.teamId();
				await viewer.mattermost(async (mm) => {
					const [id = ''] = await idsOfMembers(mm, teamId, [member]);
					await mm.channels.removeMember(channel.id, id);
					access.forget(channel.id, id);
				});
				return ok('Member removed.', { channel_id: channel.id });
			},
		}),
	}));
	return facts;
}

/** @throws RefusedError in the reference's words when one of them is not in the team. */
async function idsOfMembers(
	mm: Mattermost,
	teamId: string,
	names: readonly (string | null | undefined)[],
): Promise<readonly string[]> {
	const wanted = [...new Set(names.map((name) => name?.trim().replace(/^@/, '') ?? ''))];
	if (wanted.length === 0) return [];
	if (wanted.length > 256) throw new RefusedError('At most 256 members at once.', 'BAD_USER_INPUT');
	const invalid = () => new RefusedError('Members are not valid.', 'BAD_USER_INPUT');
	if (wanted.includes('')) throw invalid();
	const looksLikeId = (name: string) => /^[a-z0-9]{26}$/.test(name);
	const ids = wanted.filter(looksLikeId);
	const usernames = wanted.filter((name) => !looksLikeId(name));
	const named = usernames.length > 0 ? await mm.users.byUsernames(usernames) : [];
	const userIds = [...new Set([...ids, ...named.map(({ id }) => id)])];
	if (named.length < usernames.length) throw invalid();
	const members = await mm.teams.getMembersByIds(teamId, userIds);
	if (members.filter(({ delete_at }) => delete_at === 0).length < userIds.length) throw invalid();
	return userIds;
}

/** All or nothing: a channel whose members could not all be added is archived, under another name, so that its name is free again. */
async function createWithMembers(
	mm: Mattermost,
	channel: { team_id: string; name: string; display_name: string; type: 'O' | 'P' },
	memberIds: readonly string[],
): Promise<ChannelFacts> {
	const made = await created(mm.channels.create(channel));
	try {
		for (const memberId of memberIds) await mm.channels.addMember(made.id, memberId);
	} catch (error) {
		await mm.channels.update(made.id, { name: `void-${made.id}` });
		await mm.channels.delete(made.id);
		throw error;
	}
	return made;
}

async function created<T>(answer: Promise<T>): Promise<T> {
	try {
		return await answer;
	} catch (error) {
		const taken = isApiError(error) && error.code === 'store.sql_channel.save_channel.exists.app_error';
		throw taken ? new RefusedError('Channel is already exist.', 'CONFLICT') : error;
	}
}
