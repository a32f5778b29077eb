// Making channels, joining and leaving them.
import { type Access, channelNotFound } from '../access/access.ts';
import { refuseChannelName } from '../accounts/rules.ts';
import type { Channels } from '../chat/channels.ts';
import { createChannel, idsOfMembers } from '../chat/new-channel.ts';
import type { Site } from '../chat/site.ts';
import { orGone } from '../or-gone.ts';
import { RefusedError } from '../refused-error.ts';
import { type Builder, viewerOf } from './builder.ts';
import { type defineResponseBase, ok } from './response-base.ts';

export function defineChannelChanges(
	builder: Builder,
	{
		access,
		channels,
		responseBase,
		site,
	}: { access: Access; channels: Channels; responseBase: ReturnType<typeof defineResponseBase>; site: Site },
): void {
	const channelArgument = { required: true, description: 'Id or name of the channel.' } as const;

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
				const memberIds = await idsOfMembers(viewer, teamId, args.members);
				const asked = access.asking();
				const made = await createChannel(
					viewer,
					{
						team_id: teamId,
						name: args.channelName,
						display_name: args.displayName || args.channelName,
						type: args.private ? 'P' : 'O',
					},
					memberIds.filter((memberId) => memberId !== viewer.userId),
				);
				access.remember(made.id, viewer.userId, asked);
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
				const asked = access.asking();
				await viewer.mattermost((mm) => mm.channels.addMember(channel.id, viewer.userId));
				access.remember(channel.id, viewer.userId, asked);
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
				await orGone(viewer.mattermost((mm) => mm.channels.removeMember(channel.id, viewer.userId)));
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
				for (const id of await idsOfMembers(viewer, teamId, members)) {
					await viewer.mattermost((mm) => mm.channels.addMember(channel.id, id));
				}
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
				const [id = ''] = await idsOfMembers(viewer, teamId, [member]);
				await orGone(viewer.mattermost((mm) => mm.channels.removeMember(channel.id, id)));
				access.forget(channel.id, id);
				return ok('Member removed.', { channel_id: channel.id });
			},
		}),
	}));
}
