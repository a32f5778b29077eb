// Which channels the user came into, left, or lost to the archive over a break.
import type { Channel } from '@mattermost/types/channels';
import { EventBody, toNobody } from './event.ts';
import { type MembershipChange, membershipEvent } from './membership.ts';
import type { ChannelTeams } from './my-channels.ts';
import type { Reads } from './reads.ts';
import { statusOf } from './status.ts';

export interface ChannelChanges {
	/** Those to be read: the user's, and what was archived meanwhile. */
	readonly readable: readonly Channel[];
	readonly joined: readonly Channel[];
	readonly archived: readonly Channel[];
	/** Channels, or whole teams, that the user was removed from or left. */
	readonly left: readonly MembershipChange[];
	/** Teams that the user came into. */
	readonly teams: readonly MembershipChange[];
	/** Ids of the channels that were left: what was posted before can't be read any more. */
	readonly lost: readonly string[];
	/** Is anything different? */
	readonly changed: boolean;
}

/** Which channels the user is in, and how that differs from before. */
export async function channelChanges(
	reads: Reads,
	{ before, channels, me }: { before: ChannelTeams | undefined; channels: ReadonlySet<string> | undefined; me: string },
): Promise<ChannelChanges> {
	const wanted = ({ id }: { id: string }) => !channels || channels.has(id);
	const now = (await reads.myChannels()).filter(wanted);
	if (!before) return { readable: now, joined: [], archived: [], left: [], teams: [], lost: [], changed: false };
	const teams = new Set(now.map(({ team_id }) => team_id));
	const present = new Set(now.map(({ id }) => id));
	const archived: Channel[] = [];
	const lost: string[] = [];
	const left = new Map<string, MembershipChange>();
	for (const [id, teamId] of before) {
		if (present.has(id) || !wanted({ id })) continue;
		const channel = await reads.channel(id).catch(gone);
		if (channel && channel.delete_at > 0) archived.push(channel);
		else {
			lost.push(id);
			// Who leaves a team leaves all its channels, and hears of the team only.
			const ofTeam = teamId !== '' && !channels && !teams.has(teamId);
			left.set(ofTeam ? teamId : id, { kind: 'removed', userId: me, channelId: id, teamId, ofTeam, by: '' });
		}
	}
	const joined = now.filter(({ id }) => !before.has(id));
	const teamsBefore = new Set(['', ...before.values()]);
	const entered = channels ? [] : [...teams].filter((id) => !teamsBefore.has(id));
	return {
		readable: [...now, ...archived],
		joined,
		archived,
		left: [...left.values()],
		teams: entered.map((teamId) => ({ kind: 'added', userId: me, channelId: '', teamId, ofTeam: true, by: '' })),
		lost,
		changed: joined.length + archived.length + lost.length > 0,
	};
}

/** A channel that can't be seen any more is no failure. */
export function gone(error: unknown): undefined {
	const status = statusOf(error);
	if (status !== 403 && status !== 404) throw error;
}

export async function joinEvent(reads: Reads, channel: Channel, me: string): Promise<EventBody> {
	const { id, type, name, creator_id } = channel;
	const broadcast = { ...toNobody, channel_id: id };
	if (type === 'D') {
		const teammate = name.split('__').find((userId) => userId !== me) ?? me;
		return new EventBody('direct_added', { creator_id, teammate_id: teammate }, broadcast);
	}
	if (type === 'G') {
		return new EventBody('group_added', { teammate_ids: await reads.memberIds(id) }, { ...broadcast, user_id: me });
	}
	return membershipEvent(joining(channel, me), me);
}

export function joining({ id, team_id }: Channel, me: string): MembershipChange {
	return { kind: 'added', userId: me, channelId: id, teamId: team_id, ofTeam: false, by: '' };
}

export function restoredEvent({ id, team_id }: Channel, me: string): EventBody {
	return new EventBody('channel_restored', { channel_id: id }, { ...toNobody, channel_id: id, team_id, user_id: me });
}

export function archivedEvent({ id, delete_at }: Channel): EventBody {
	return new EventBody('channel_deleted', { channel_id: id, delete_at }, { ...toNobody, channel_id: id });
}
