// Changes of membership, told once: live by their events, after a break by the system posts that the server makes of them.
import type { Post } from '@mattermost/types/posts';
import { EventBody, toNobody } from './event.ts';

export interface MembershipChange {
	readonly kind: 'added' | 'removed';
	readonly userId: string;
	readonly channelId: string;
	readonly teamId: string;
	/** It is the team that was entered, or left with all its channels: the server tells that in other events. */
	readonly ofTeam: boolean;
	/** Who did it; empty: the user. */
	readonly by: string;
}

type Subject = (post: Post) => string | undefined;

const author: Subject = (post) => post.user_id;
const prop =
	(name: string): Subject =>
	(post) => {
		const value = post.props?.[name];
		return typeof value === 'string' ? value : undefined;
	};

/** Whom a system post is about, by its type. */
const systemPosts: Readonly<Record<string, { kind: MembershipChange['kind']; subject: Subject; ofTeam?: true }>> = {
	system_join_channel: { kind: 'added', subject: author },
	system_guest_join_channel: { kind: 'added', subject: author },
	system_add_to_channel: { kind: 'added', subject: prop('addedUserId') },
	system_add_guest_to_chan: { kind: 'added', subject: prop('addedUserId') },
	system_join_team: { kind: 'added', subject: author },
	system_add_to_team: { kind: 'added', subject: prop('addedUserId') },
	system_leave_channel: { kind: 'removed', subject: author },
	system_remove_from_channel: { kind: 'removed', subject: prop('removedUserId') },
	system_leave_team: { kind: 'removed', subject: author, ofTeam: true },
	system_remove_from_team: { kind: 'removed', subject: author, ofTeam: true },
};

/** Quicker than parsing: inside a string the quotation marks would be escaped. */
export function mayBeMembershipPost(json: string): boolean {
	return json.includes('"type":"system_');
}

/** @param teamId the team of the post's channel */
export function changeOfPost(post: Post, teamId: string): MembershipChange | undefined {
	const known = systemPosts[post.type];
	const userId = known?.subject(post);
	if (!known || userId === undefined) return undefined;
	const { kind, ofTeam = false } = known;
	const by = userId === post.user_id ? '' : post.user_id;
	return { kind, userId, channelId: post.channel_id, teamId, ofTeam, by };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What an event says of a membership. */
export function changeOfEvent({ type, raw, broadcast }: EventBody, me: string): MembershipChange | undefined {
	const userId = text(raw.user_id) || me;
	const channelId = broadcast.channel_id || text(raw.channel_id);
	const common = { userId, channelId, teamId: text(raw.team_id), ofTeam: false, by: text(raw.remover_id) };
	switch (type) {
		case 'user_added':
			return { ...common, kind: 'added' };
		// Who makes a channel is in it, and gets no user_added.
		case 'channel_created':
		case 'direct_added':
		case 'group_added':
			return { ...common, kind: 'added', userId: me };
		case 'added_to_team':
			return { ...common, kind: 'added', ofTeam: true };
		case 'user_removed':
			return { ...common, kind: 'removed' };
		case 'leave_team':
			return { ...common, kind: 'removed', ofTeam: true };
		default:
			return undefined;
	}
}

/** The event that the server would have sent to `me`. */
export function membershipEvent(change: MembershipChange, me: string): EventBody {
	const { kind, userId, channelId, teamId, ofTeam, by } = change;
	if (kind === 'added') {
		if (ofTeam)
			return new EventBody('added_to_team', { team_id: teamId, user_id: userId }, { ...toNobody, user_id: me });
		const broadcast = { ...toNobody, channel_id: channelId, user_id: userId === me ? me : '' };
		return new EventBody('user_added', { user_id: userId, team_id: teamId }, broadcast);
	}
	if (ofTeam) {
		return new EventBody('leave_team', { user_id: userId, team_id: teamId }, { ...toNobody, team_id: teamId });
	}
	// The one removed hears it in another shape than those who stay.
	return userId === me
		? new EventBody('user_removed', { channel_id: channelId, remover_id: by }, { ...toNobody, user_id: me })
		: new EventBody('user_removed', { user_id: userId, remover_id: by }, { ...toNobody, channel_id: channelId });
}
