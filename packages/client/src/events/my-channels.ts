// The channels that the user of the stream is in, kept by the events: what changed over a break is the difference.
import type { Channel } from '@mattermost/types/channels';
import type { EventBody } from './event.ts';
import { changeOfEvent, type MembershipChange } from './membership.ts';

/** Team ids (empty for direct and group channels) by channel id. */
export type ChannelTeams = ReadonlyMap<string, string>;

export function teamsOf(channels: readonly Channel[]): ChannelTeams {
	return new Map(channels.map(({ id, team_id }) => [id, team_id]));
}

/** The channels after an event; the same map where it changes nothing. */
export function channelsAfter(channels: ChannelTeams, body: EventBody, me: string): ChannelTeams {
	if (body.type === 'channel_deleted') return without(channels, (id) => id === body.raw.channel_id);
	// Of others' channels it is told to the whole team; only a catch-up addresses it to the user, of one that the user is in.
	if (body.type === 'channel_restored' && body.broadcast.user_id === me) {
		return new Map(channels).set(String(body.raw.channel_id), body.broadcast.team_id);
	}
	const change = changeOfEvent(body, me);
	return change?.userId === me ? apply(channels, change) : channels;
}

function apply(channels: ChannelTeams, { kind, channelId, teamId, ofTeam }: MembershipChange): ChannelTeams {
	// The channels of a team that was entered are told one by one.
	if (kind === 'added' && ofTeam) return channels;
	if (kind === 'added') return channels.has(channelId) ? channels : new Map(channels).set(channelId, teamId);
	return without(channels, (id, team) => (ofTeam ? team === teamId : id === channelId));
}

function without(channels: ChannelTeams, gone: (id: string, team: string) => boolean): ChannelTeams {
	const kept = [...channels].filter(([id, team]) => !gone(id, team));
	return kept.length === channels.size ? channels : new Map(kept);
}
