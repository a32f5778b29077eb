// What each event of a Mattermost 11.6 server carries, by its name: decoded, so that what the server sends as a JSON string
// inside JSON (`post`, `reaction`, `channel`, …) is an object here. Where @mattermost/types says otherwise, the server is right.
import type { ChannelBookmarkWithFileInfo } from '@mattermost/types/channel_bookmarks';
import type { ChannelCategory } from '@mattermost/types/channel_categories';
import type { Channel, ChannelMembership } from '@mattermost/types/channels';
import type { ClientConfig, ClientLicense } from '@mattermost/types/config';
import type { Draft } from '@mattermost/types/drafts';
import type { CustomEmoji } from '@mattermost/types/emojis';
import type { Group, GroupMember } from '@mattermost/types/groups';
import type { OpenDialogRequest } from '@mattermost/types/integrations';
import type { ClientPluginManifest, PluginStatus } from '@mattermost/types/plugins';
import type { Post, PostAcknowledgement } from '@mattermost/types/posts';
import type { PreferenceType } from '@mattermost/types/preferences';
import type { PropertyValue, UserPropertyField } from '@mattermost/types/properties';
import type { Reaction } from '@mattermost/types/reactions';
import type { Role } from '@mattermost/types/roles';
import type { ScheduledPost } from '@mattermost/types/schedule_post';
import type { Team, TeamMembership } from '@mattermost/types/teams';
import type { UserThreadWithPost } from '@mattermost/types/threads';
import type { UserProfile } from '@mattermost/types/users';

type Nothing = Record<string, never>;

export interface PostedData {
	post: Post;
	channel_type: 'O' | 'P' | 'D' | 'G';
	channel_display_name: string;
	channel_name: string;
	/** `@name`, or what a webhook overrides it with. */
	sender_name: string;
	/** Empty in direct and group channels. */
	team_id: string;
	set_online?: boolean;
	otherFile?: 'true';
	image?: 'true';
	/** Holds your own id, if you are mentioned; never anyone else's. */
	mentions?: string[];
	/** Holds your own id, if you follow the thread. */
	followers?: string[];
	should_ack?: true;
}

/** Exactly one of the two shapes: to those who stay (`user_id`, the channel in broadcast), to the one removed (`channel_id`). */
export interface UserRemovedData {
	user_id?: string;
	channel_id?: string;
	remover_id: string;
}

/** What the stream itself says: things that no read can bring back may be missing. */
export interface ResyncData {
	/**
	 * - `resume-refused`: the connection could not be resumed: the server can't replay what was missed, or the token is another.
	 *   Posts, edits, deletions and memberships were caught up; reactions, typing, statuses, preferences, … of that time were not.
	 * - `slow-consumer`: more came than the buffer holds; caught up likewise.
	 * - `was-deaf`: the token may have been without effect for a while, when its user was deactivated or it was disabled; caught up
	 *   likewise.
	 * - `too-many-changes`: 1,000 or more posts of `channelId` changed; new posts were read page by page, edits and deletions of
	 *   older posts may be missing.
	 * - `channel-unreadable`: `channelId` could not be read (`detail` says why): its posts of that time are missing.
	 * - `clock-moved`: the server's clock went back further than the stream remembers: posts of that time may be missing.
	 */
	reason: 'resume-refused' | 'slow-consumer' | 'was-deaf' | 'too-many-changes' | 'channel-unreadable' | 'clock-moved';
	channelId?: string;
	/** The time that is meant, in milliseconds of the server's clock. */
	from: number;
	to: number;
	detail?: string;
}

/** Every name that a Mattermost 11.6 server publishes, with its data; and `resync`, the stream's own. */
export interface EventData {
	hello: { connection_id: string; server_version: string; server_hostname?: string };
	typing: { user_id: string; parent_id: string };
	posted: PostedData;
	post_edited: { post: Post };
	post_deleted: { post: Post; delete_by?: string };
	post_unread: {
		post_id: string;
		msg_count: number;
		msg_count_root: number;
		mention_count: number;
		mention_count_root: number;
		urgent_mention_count: number;
		last_viewed_at: number;
	};
	ephemeral_message: { post: Post };
	post_revealed: { post: Post; recipients?: string[] };
	post_burned: { post_id: string };
	burn_on_read_all_revealed: { post_id: string; sender_expire_at: number };
	post_translation_updated: { object_id: string; translations: Record<string, unknown> };
	reaction_added: { reaction: Reaction };
	reaction_removed: { reaction: Reaction };
	post_acknowledgement_added: { acknowledgement: PostAcknowledgement };
	post_acknowledgement_removed: { acknowledgement: PostAcknowledgement };
	persistent_notification_triggered: PostedData;
	draft_created: { draft: Draft };
	draft_deleted: { draft: Draft };
	scheduled_post_created: { scheduledPost: ScheduledPost };
	scheduled_post_updated: { scheduledPost: ScheduledPost };
	scheduled_post_deleted: { scheduledPost: ScheduledPost };
	thread_updated: {
		thread: UserThreadWithPost;
		previous_unread_mentions?: number;
		previous_unread_replies?: number;
	};
	thread_follow_changed: { thread_id: string; state: boolean; reply_count: number };
	/** Empty: all threads of the team. `timestamp` alone: the channel in `broadcast`. Else one thread. */
	thread_read_changed: {
		timestamp?: number;
		thread_id?: string;
		unread_mentions?: number;
		unread_replies?: number;
		previous_unread_mentions?: number;
		previous_unread_replies?: number;
		channel_id?: string;
	};
	channel_created: { channel_id: string; team_id: string };
	/** `channel_id` alone for a change of a shared channel. */
	channel_updated: { channel?: Channel; channel_id?: string };
	channel_converted: { channel_id: string };
	channel_deleted: { channel_id: string; delete_at: number };
	channel_restored: { channel_id: string };
	channel_member_updated: { channelMember: ChannelMembership };
	channel_scheme_updated: Nothing;
	channel_bookmark_created: { bookmark: ChannelBookmarkWithFileInfo };
	channel_bookmark_deleted: { bookmark: ChannelBookmarkWithFileInfo };
	channel_bookmark_updated: {
		bookmarks: { updated?: ChannelBookmarkWithFileInfo; deleted?: ChannelBookmarkWithFileInfo };
	};
	channel_bookmark_sorted: { bookmarks: ChannelBookmarkWithFileInfo[] };
	direct_added: { creator_id: string; teammate_id: string };
	group_added: { teammate_ids: string[] };
	user_added: { user_id: string; team_id: string };
	user_removed: UserRemovedData;
	multiple_channels_viewed: { channel_times: Record<string, number> };
	added_to_team: { team_id: string; user_id: string };
	leave_team: { team_id: string; user_id: string };
	update_team: { team: Team };
	delete_team: { team: Team };
	restore_team: { team: Team };
	update_team_scheme: { team: Team };
	memberrole_updated: { member: TeamMembership };
	new_user: { user_id: string };
	user_updated: { user: UserProfile };
	user_role_updated: { user_id: string; roles: string };
	user_activation_status_change: Nothing;
	guests_deactivated: Nothing;
	/** Only about yourself: other users' statuses are asked for (`stream.statuses(ids)`). */
	status_change: { status: 'online' | 'away' | 'dnd' | 'offline' | 'ooo'; user_id: string };
	preference_changed: { preference: PreferenceType };
	preferences_changed: { preferences: PreferenceType[] };
	preferences_deleted: { preferences: PreferenceType[] };
	sidebar_category_created: { category_id: string };
	sidebar_category_deleted: { category_id: string };
	/** Empty after any change of a preference. */
	sidebar_category_updated: { updatedCategories?: ChannelCategory[] };
	sidebar_category_order_updated: { order: string[] };
	emoji_added: { emoji: CustomEmoji };
	received_group: { group: Group };
	received_group_associated_to_team: { group_id: string };
	received_group_not_associated_to_team: { group_id: string };
	received_group_associated_to_channel: { group_id: string };
	received_group_not_associated_to_channel: { group_id: string };
	group_member_add: { group_member: GroupMember };
	group_member_deleted: { group_member: GroupMember };
	role_updated: { role: Role };
	config_changed: { config: ClientConfig };
	license_changed: { license: ClientLicense };
	plugin_enabled: { manifest: ClientPluginManifest };
	plugin_disabled: { manifest: ClientPluginManifest };
	plugin_statuses_changed: { plugin_statuses: PluginStatus[] };
	open_dialog: { dialog: OpenDialogRequest };
	first_admin_visit_marketplace_status_received: { firstAdminVisitMarketplaceStatus: string };
	hosted_customer_signup_progress_updated: { progress: string };
	cloud_subscription_changed: { subscription: unknown; limits?: unknown };
	custom_profile_attributes_field_created: { field: UserPropertyField };
	custom_profile_attributes_field_updated: { field: UserPropertyField; delete_values: boolean };
	custom_profile_attributes_field_deleted: { field_id: string };
	custom_profile_attributes_values_updated: { user_id: string; values: Record<string, unknown> };
	content_flagging_report_value_updated: { property_values: PropertyValue<unknown>[]; target_id: string };
	recap_updated: { recap_id: string };
	file_download_rejected: {
		file_id: string;
		file_name: string;
		rejection_reason: string;
		channel_id: string;
		post_id: string;
		download_type: string;
	};
	show_toast: { message: string; position: string };
	resync: ResyncData;
}

/** The keys of `data` that the server sends as a JSON string inside the JSON. */
export const jsonKeys: Readonly<Partial<Record<keyof EventData, readonly string[]>>> = {
	posted: ['post', 'mentions', 'followers'],
	post_edited: ['post'],
	post_deleted: ['post'],
	ephemeral_message: ['post'],
	post_revealed: ['post'],
	reaction_added: ['reaction'],
	reaction_removed: ['reaction'],
	post_acknowledgement_added: ['acknowledgement'],
	post_acknowledgement_removed: ['acknowledgement'],
	persistent_notification_triggered: ['post', 'mentions'],
	draft_created: ['draft'],
	draft_deleted: ['draft'],
	scheduled_post_created: ['scheduledPost'],
	scheduled_post_updated: ['scheduledPost'],
	scheduled_post_deleted: ['scheduledPost'],
	thread_updated: ['thread'],
	channel_updated: ['channel'],
	channel_member_updated: ['channelMember'],
	channel_bookmark_created: ['bookmark'],
	channel_bookmark_deleted: ['bookmark'],
	channel_bookmark_updated: ['bookmarks'],
	channel_bookmark_sorted: ['bookmarks'],
	group_added: ['teammate_ids'],
	update_team: ['team'],
	delete_team: ['team'],
	restore_team: ['team'],
	update_team_scheme: ['team'],
	memberrole_updated: ['member'],
	preference_changed: ['preference'],
	preferences_changed: ['preferences'],
	preferences_deleted: ['preferences'],
	sidebar_category_updated: ['updatedCategories'],
	emoji_added: ['emoji'],
	received_group: ['group'],
	group_member_add: ['group_member'],
	group_member_deleted: ['group_member'],
	role_updated: ['role'],
	open_dialog: ['dialog'],
	content_flagging_report_value_updated: ['property_values'],
};
