// Fields that a Mattermost 11.6 server was seen to send every time. The types of @mattermost/types name more, some of which
// come only now and then (`is_bot`, `notify_props`, `metadata`) or never (`password`).
import type { Bot } from '@mattermost/types/bots';
import type { Channel, ChannelMembership, ChannelStats, ChannelUnread } from '@mattermost/types/channels';
import type { FileInfo } from '@mattermost/types/files';
import type { Command, IncomingWebhook, OutgoingWebhook } from '@mattermost/types/integrations';
import type { Post, PostList } from '@mattermost/types/posts';
import type { PreferenceType } from '@mattermost/types/preferences';
import type { Reaction } from '@mattermost/types/reactions';
import type { Session } from '@mattermost/types/sessions';
import type { Team, TeamMembership, TeamStats, TeamUnread } from '@mattermost/types/teams';
import type { UserAccessToken, UserProfile, UserStatus } from '@mattermost/types/users';
import type { CreatedToken, UploadSession } from '../answers.ts';
import { list, mapOf, object, text } from './shape.ts';

const times = { create_at: 'number', update_at: 'number', delete_at: 'number' } as const;

export const ok = object<{ status: string }>({ status: 'string' });

export const user = object<UserProfile>({
	id: 'string',
	...times,
	username: 'string',
	auth_service: 'string',
	email: 'string',
	nickname: 'string',
	first_name: 'string',
	last_name: 'string',
	position: 'string',
	roles: 'string',
	locale: 'string',
});
export const userStatus = object<UserStatus>({ user_id: 'string', status: 'string', manual: 'boolean' });
export const preference = object<PreferenceType>({
	user_id: 'string',
	category: 'string',
	name: 'string',
	value: 'string',
});
export const session = object<Session>({
	id: 'string',
	create_at: 'number',
	expires_at: 'number',
	user_id: 'string',
	roles: 'string',
});
export const accessToken = object<UserAccessToken>({
	id: 'string',
	user_id: 'string',
	description: 'string',
	is_active: 'boolean',
});
export const createdToken = object<CreatedToken>({ id: 'string', user_id: 'string', token: 'string' });

export const team = object<Team>({
	id: 'string',
	...times,
	display_name: 'string',
	name: 'string',
	description: 'string',
	email: 'string',
	type: 'string',
	invite_id: 'string',
	allow_open_invite: 'boolean',
});
export const teamMember = object<TeamMembership>({
	team_id: 'string',
	user_id: 'string',
	roles: 'string',
	delete_at: 'number',
	scheme_user: 'boolean',
	scheme_admin: 'boolean',
	scheme_guest: 'boolean',
});
export const teamStats = object<TeamStats>({
	team_id: 'string',
	total_member_count: 'number',
	active_member_count: 'number',
});
export const teamUnread = object<TeamUnread>({ team_id: 'string', msg_count: 'number', mention_count: 'number' });

export const channel = object<Channel>({
	id: 'string',
	...times,
	team_id: 'string',
	type: 'string',
	display_name: 'string',
	name: 'string',
	header: 'string',
	purpose: 'string',
	last_post_at: 'number',
	creator_id: 'string',
});
export const channelMember = object<ChannelMembership>({
	channel_id: 'string',
	user_id: 'string',
	roles: 'string',
	last_viewed_at: 'number',
	msg_count: 'number',
	mention_count: 'number',
	notify_props: 'object',
	last_update_at: 'number',
	scheme_user: 'boolean',
	scheme_admin: 'boolean',
});
export const channelStats = object<ChannelStats>({
	channel_id: 'string',
	member_count: 'number',
	guest_count: 'number',
});
export const channelUnread = object<ChannelUnread>({
	team_id: 'string',
	channel_id: 'string',
	msg_count: 'number',
	mention_count: 'number',
});

export const post = object<Post>({
	id: 'string',
	...times,
	edit_at: 'number',
	is_pinned: 'boolean',
	user_id: 'string',
	channel_id: 'string',
	root_id: 'string',
	original_id: 'string',
	message: 'string',
	type: 'string',
	props: 'object',
	hashtags: 'string',
	pending_post_id: 'string',
	reply_count: 'number',
});
export const postList = object<PostList>({ order: list(text), posts: mapOf(post) });
export const reaction = object<Reaction>({
	user_id: 'string',
	post_id: 'string',
	emoji_name: 'string',
	create_at: 'number',
});

export const file = object<FileInfo>({
	id: 'string',
	user_id: 'string',
	channel_id: 'string',
	...times,
	name: 'string',
	extension: 'string',
	size: 'number',
	mime_type: 'string',
});
export const upload = object<UploadSession>({
	id: 'string',
	channel_id: 'string',
	filename: 'string',
	file_size: 'number',
	file_offset: 'number',
});

export const bot = object<Bot>({ user_id: 'string', username: 'string', owner_id: 'string', ...times });
export const incomingWebhook = object<IncomingWebhook>({
	id: 'string',
	...times,
	user_id: 'string',
	channel_id: 'string',
	team_id: 'string',
});
export const outgoingWebhook = object<OutgoingWebhook>({
	id: 'string',
	token: 'string',
	...times,
	creator_id: 'string',
	team_id: 'string',
	callback_urls: 'array',
});
export const command = object<Command>({
	id: 'string',
	token: 'string',
	...times,
	team_id: 'string',
	trigger: 'string',
	method: 'string',
	url: 'string',
});
