// Joining and leaving channels, and the channels of two or a few.
import { createHash } from 'node:crypto';
import { AppError } from './errors.ts';
import { newId } from './ids.ts';
import { systemPost } from './posting.ts';
import type { Site } from './site.ts';
import type { Channel, ChannelMember } from './world/channels.ts';
import { byUsername, type User } from './world/users.ts';

/** Everybody in a team is in this channel of it. */
export const defaultChannel = 'town-square';

const notifyProps = {
	channel_auto_follow_threads: 'off',
	desktop: 'default',
	email: 'default',
	ignore_channel_mentions: 'default',
	mark_unread: 'all',
	push: 'default',
} as const;

export function insertMember(site: Site, channel: Channel, userId: string, isAdmin = false): ChannelMember {
	const now = site.clock.now();
	const member = site.world.channels.members.insert({
		channel_id: channel.id,
		user_id: userId,
		roles: isAdmin ? 'channel_user channel_admin' : 'channel_user',
		last_viewed_at: 0,
		// What was posted before counts as unread, as on the real server.
		msg_count: 0,
		mention_count: 0,
		mention_count_root: 0,
		urgent_mention_count: 0,
		msg_count_root: 0,
		notify_props: { ...notifyProps },
		last_update_at: now,
		scheme_guest: false,
		scheme_user: true,
		scheme_admin: isAdmin,
		explicit_roles: '',
		autotranslation_disabled: false,
	});
	site.world.channels.table.update(channel, { extra_update_at: now });
	return member;
}

/** Others see no times of a member. */
export function memberView(member: ChannelMember, viewerId: string): object {
	const { channel_id, user_id, roles } = member;
	const isOwn = user_id === viewerId;
	return {
		channel_id,
		user_id,
		roles,
		last_viewed_at: isOwn ? member.last_viewed_at : -1,
		msg_count: member.msg_count,
		mention_count: member.mention_count,
		mention_count_root: member.mention_count_root,
		urgent_mention_count: member.urgent_mention_count,
		msg_count_root: member.msg_count_root,
		notify_props: member.notify_props,
		last_update_at: isOwn ? member.last_update_at : -1,
		scheme_guest: member.scheme_guest,
		scheme_user: member.scheme_user,
		scheme_admin: member.scheme_admin,
		explicit_roles: member.explicit_roles,
		autotranslation_disabled: member.autotranslation_disabled,
	};
}

/**
 * Adds a user of the team to a channel of it, by another or by themselves. Who is in already stays as they are. What is given
 * back is the member as it was before the post that tells of it: that post mentions them.
 */
export function joinChannel(site: Site, channel: Channel, user: User, by: User): ChannelMember {
	const already = site.world.channels.member(channel.id, user.id);
	if (already) return { ...already, mention_count: 0, mention_count_root: 0 };
	if (channel.delete_at > 0)
		throw new AppError(
			400,
			'api.channel.add_user.to.channel.failed.deleted.app_error',
			'Failed to add user to channel because they have been removed from the team.',
		);
	if (channel.team_id !== '' && !site.world.teams.isMember(channel.team_id, user.id)) {
		throw new AppError(
			404,
			'app.team.get_member.missing.app_error',
			'No team member found for that user ID and team ID.',
		);
	}
	const member = { ...insertMember(site, channel, user.id) };
	const data = { team_id: channel.team_id, user_id: user.id };
	site.hub.publish('user_added', data, { channel_id: channel.id, omit_users: { [user.id]: true } });
	site.hub.publish('user_added', data, { user_id: user.id, channel_id: channel.id });
	if (by.id === user.id) systemPost(site, channel, user.id, joined(user));
	else {
		systemPost(site, channel, by.id, {
			type: 'system_add_to_channel',
			message: `${user.username} added to the channel by ${by.username}.`,
			props: { addedUserId: user.id, addedUsername: user.username, userId: by.id, username: by.username },
		});
	}
	return member;
}

export const joined = ({ username }: User) => ({
	type: 'system_join_channel',
	message: `${username} joined the channel.`,
	props: { username },
});

export function leaveChannel(site: Site, channel: Channel, user: User, by: User): void {
	const member = site.world.channels.member(channel.id, user.id);
	if (!member) throw noSuchMember();
	if (channel.name === defaultChannel && channel.type === 'O') {
		throw new AppError(
			400,
			'api.channel.remove.default.app_error',
			`Unable to remove user from the default channel ${defaultChannel}.`,
		);
	}
	dropMember(site, channel, member);
	site.hub.publish('user_removed', { remover_id: by.id, user_id: user.id }, { channel_id: channel.id });
	site.hub.publish('user_removed', { channel_id: channel.id, remover_id: by.id }, { user_id: user.id });
	if (by.id === user.id) {
		systemPost(site, channel, user.id, {
			type: 'system_leave_channel',
			message: `${user.username} left the channel.`,
			props: { username: user.username },
		});
	} else {
		systemPost(site, channel, by.id, {
			type: 'system_remove_from_channel',
			message: `@${user.username} removed from the channel.`,
			props: { removedUserId: user.id, removedUsername: user.username },
		});
	}
}

export function dropMember(site: Site, channel: Channel, member: ChannelMember): void {
	site.world.channels.members.delete(member);
	site.world.channels.table.update(channel, { extra_update_at: site.clock.now() });
}

export const noSuchMember = () =>
	new AppError(
		404,
		'app.channel.get_member.missing.app_error',
		'No channel member found for that user ID and channel ID.',
	);

export function newChannel(
	site: Site,
	given: Partial<Channel> & Pick<Channel, 'type' | 'name' | 'display_name'>,
): Channel {
	const now = site.clock.now();
	const inTeam = given.type === 'O' || given.type === 'P';
	return site.world.channels.table.insert({
		id: newId(),
		create_at: now,
		update_at: now,
		delete_at: 0,
		team_id: '',
		header: '',
		purpose: '',
		last_post_at: 0,
		total_msg_count: 0,
		creator_id: '',
		props: null,
		group_constrained: null,
		shared: inTeam ? null : false,
		total_msg_count_root: 0,
		last_root_post_at: 0,
		banner_info: null,
		extra_update_at: now,
		...given,
	});
}

/** The one channel of two users (or of one with themselves), made at the first call. */
export function directChannel(site: Site, creator: User, other: User): Channel {
	const name = [creator.id, other.id].sort().join('__');
	const existing = site.world.channels.named('', name);
	if (existing) return existing;
	const channel = newChannel(site, { type: 'D', name, display_name: '', creator_id: creator.id });
	for (const user of new Set([creator, other])) insertMember(site, channel, user.id);
	site.hub.publish('direct_added', { creator_id: creator.id, teammate_id: other.id }, { channel_id: channel.id });
	return channel;
}

/** The one channel of these users, made at the first call. */
export function groupChannel(site: Site, users: readonly User[]): Channel {
	const ids = users.map((user) => user.id).sort();
	const name = createHash('sha1').update(ids.join('')).digest('hex');
	const existing = site.world.channels.named('', name);
	if (existing) return existing;
	const display_name = [...users]
		.sort(byUsername)
		.map((user) => user.username)
		.join(', ');
	const channel = newChannel(site, { type: 'G', name, display_name });
	for (const id of ids) insertMember(site, channel, id);
	const teammate_ids = JSON.stringify(ids);
	for (const id of ids) site.hub.publish('group_added', { teammate_ids }, { user_id: id, channel_id: channel.id });
	return channel;
}
