// Channels that change their team, or what they are.
import type { Call } from '../call.ts';
import { channelView, channelWith, checkChannel, noSuchChannel, publishChannel } from '../channels.ts';
import { AppError, invalidBody } from '../errors.ts';
import { demand } from '../permissions.ts';
import { systemPost } from '../posting.ts';
import { type Route, route } from '../router.ts';
import { teamView, teamWith } from '../teams.ts';
import type { Channel } from '../world/channels.ts';

export const channelMoveRoutes: readonly Route[] = [
	route('POST /api/v4/channels/{channel_id}/move', (call) => {
		const channel = channelWith(call.site, call.params.channel_id);
		const fields = call.fields('team_id');
		const team = teamWith(call.site, fields.required('team_id'));
		demand.system(call, 'manage_system');
		if (channel.team_id === '') throw invalidBody('channel_id');
		if (call.world.channels.named(team.id, channel.name)) throw exists();
		const strangers = membersOutside(call, channel, team.id);
		if (strangers.length > 0 && !fields.boolean('force')) {
			throw new AppError(
				500,
				'app.channel.move_channel.members_do_not_match.error',
				'Cannot move a channel unless all its members are already members of the destination team.',
			);
		}
		const before = call.world.teams.get(channel.team_id);
		for (const member of strangers) call.world.channels.members.delete(member);
		call.world.channels.table.update(channel, { team_id: team.id, update_at: call.now });
		systemPost(call.site, channel, call.user.id, {
			type: 'system_move_channel',
			message: `This channel has been moved to this team from ${before?.name ?? ''}.`,
			props: { username: call.user.username },
		});
		return channelView(channel);
	}),
	route('POST /api/v4/channels/{channel_id}/convert_to_channel', (call) => {
		const channel = channelWith(call.site, call.params.channel_id);
		if (channel.type !== 'G' || !call.world.channels.isMember(channel.id, call.user.id))
			throw noSuchChannel(channel.id);
		const fields = call.fields('channel');
		const team = teamWith(call.site, fields.required('team_id'));
		demand.team(call, team.id, 'create_private_channel');
		const changes = { type: 'P', name: fields.string('name'), display_name: fields.string('display_name') } as const;
		checkChannel(changes);
		if (call.world.channels.named(team.id, changes.name)) throw exists();
		if (membersOutside(call, channel, team.id).length > 0) throw invalidBody('team_id');
		call.world.channels.table.update(channel, { ...changes, team_id: team.id, shared: null, update_at: call.now });
		publishChannel(call.site, channel);
		return channelView(channel);
	}),
	route('GET /api/v4/channels/{channel_id}/common_teams', (call) => {
		const channel = channelWith(call.site, call.params.channel_id);
		demand.channel(call, channel.id, 'read_channel');
		const members = [...call.world.channels.membersOf(channel.id)];
		return call.world.teams
			.ofUser(call.user.id)
			.filter((team) => members.every(({ user_id }) => call.world.teams.isMember(team.id, user_id)))
			.map((team) => teamView(team, true));
	}),
];

const membersOutside = ({ world }: Call, channel: Channel, teamId: string) =>
	[...world.channels.membersOf(channel.id)].filter(({ user_id }) => !world.teams.isMember(teamId, user_id));

const exists = () =>
	new AppError(
		400,
		'store.sql_channel.save_channel.exists.app_error',
		'A channel with that name already exists on the same team.',
	);
