// The roles of the server and what each permits. Names as in Mattermost's documentation of permissions; the lists hold what
// the emulator asks for, not every permission there is.

const channelUser = [
	'read_channel',
	'read_channel_content',
	'add_reaction',
	'remove_reaction',
	'manage_public_channel_members',
	'upload_file',
	'get_public_link',
	'create_post',
	'use_channel_mentions',
	'manage_private_channel_members',
	'delete_post',
	'edit_post',
	'manage_private_channel_properties',
	'delete_private_channel',
	'manage_public_channel_properties',
	'delete_public_channel',
	'add_bookmark_public_channel',
	'edit_bookmark_public_channel',
	'delete_bookmark_public_channel',
	'order_bookmark_public_channel',
	'add_bookmark_private_channel',
	'edit_bookmark_private_channel',
	'delete_bookmark_private_channel',
	'order_bookmark_private_channel',
] as const;

const channelAdmin = [
	'manage_channel_roles',
	'use_group_mentions',
	'create_post',
	'add_reaction',
	'remove_reaction',
	'manage_public_channel_members',
	'manage_private_channel_members',
	'read_public_channel_groups',
	'read_private_channel_groups',
	'use_channel_mentions',
] as const;

const teamUser = [
	'list_team_channels',
	'join_public_channels',
	'read_public_channel',
	'view_team',
	'create_public_channel',
	'create_private_channel',
	'invite_user',
	'add_user_to_team',
] as const;

const teamAdmin = [
	'remove_user_from_team',
	'manage_team',
	'import_team',
	'manage_team_roles',
	'manage_channel_roles',
	'manage_incoming_webhooks',
	'manage_others_incoming_webhooks',
	'manage_own_incoming_webhooks',
	'manage_outgoing_webhooks',
	'manage_others_outgoing_webhooks',
	'manage_own_outgoing_webhooks',
	'manage_slash_commands',
	'manage_others_slash_commands',
	'manage_own_slash_commands',
	'convert_public_channel_to_private',
	'convert_private_channel_to_public',
	'delete_post',
	'delete_others_posts',
	'read_channel',
	'read_channel_content',
	'manage_public_channel_members',
	'manage_private_channel_members',
	'manage_public_channel_properties',
	'manage_private_channel_properties',
	'delete_public_channel',
	'delete_private_channel',
	'playbook_public_manage_roles',
] as const;

const systemUser = [
	'list_public_teams',
	'join_public_teams',
	'create_direct_channel',
	'create_group_channel',
	'view_members',
	'create_team',
	'create_emojis',
	'delete_emojis',
	'create_custom_group',
	'edit_custom_group',
	'delete_custom_group',
	'restore_custom_group',
	'manage_custom_group_members',
] as const;

const systemAdmin = [
	'manage_system',
	'manage_jobs',
	'read_jobs',
	'manage_roles',
	'manage_bots',
	'manage_others_bots',
	'create_bot',
	'read_bots',
	'read_others_bots',
	'assign_bot',
	'edit_other_users',
	'edit_others_posts',
	'list_private_teams',
	'join_private_teams',
	'list_users_without_team',
	'create_user_access_token',
	'read_user_access_token',
	'revoke_user_access_token',
	'create_post_public',
	'create_post_ephemeral',
	'delete_others_emojis',
	'read_other_users_teams',
	'promote_guest',
	'demote_to_guest',
	'assign_system_admin_role',
	'manage_oauth',
	'manage_system_wide_oauth',
	'manage_shared_channels',
	'manage_secure_connections',
	'sysconsole_read_user_management_users',
	'sysconsole_write_user_management_users',
	'sysconsole_read_user_management_channels',
	'sysconsole_write_user_management_channels',
	'sysconsole_read_user_management_teams',
	'sysconsole_write_user_management_teams',
	'sysconsole_read_environment_file_storage',
	'get_logs',
	'get_analytics',
	'read_license_information',
] as const;

export type Permission =
	| (typeof channelUser)[number]
	| (typeof channelAdmin)[number]
	| (typeof teamUser)[number]
	| (typeof teamAdmin)[number]
	| (typeof systemUser)[number]
	| (typeof systemAdmin)[number];

const lists: Readonly<Record<string, readonly Permission[]>> = {
	channel_user: channelUser,
	channel_admin: channelAdmin,
	channel_guest: [
		'read_channel',
		'read_channel_content',
		'add_reaction',
		'remove_reaction',
		'upload_file',
		'create_post',
		'use_channel_mentions',
		'edit_post',
	],
	team_user: teamUser,
	team_admin: teamAdmin,
	team_guest: ['view_team'],
	team_post_all: ['create_post', 'use_channel_mentions'],
	team_post_all_public: ['create_post_public', 'use_channel_mentions'],
	system_user: systemUser,
	system_admin: [
		...new Set<Permission>([...systemAdmin, ...systemUser, ...teamAdmin, ...teamUser, ...channelAdmin, ...channelUser]),
	],
	system_guest: ['create_direct_channel', 'create_group_channel'],
	system_post_all: ['create_post', 'use_channel_mentions'],
	system_post_all_public: ['create_post_public', 'use_channel_mentions'],
	system_user_access_token: ['create_user_access_token', 'read_user_access_token', 'revoke_user_access_token'],
	system_user_manager: ['sysconsole_read_user_management_users', 'sysconsole_write_user_management_users'],
	system_read_only_admin: ['sysconsole_read_user_management_users', 'sysconsole_read_user_management_teams'],
	system_manager: ['sysconsole_read_user_management_teams', 'sysconsole_write_user_management_teams'],
};

const none: ReadonlySet<Permission> = new Set();
const sets = new Map(Object.entries(lists).map(([role, permissions]) => [role, new Set(permissions)]));

export function permissionsOf(role: string): ReadonlySet<Permission> {
	return sets.get(role) ?? none;
}

export const roleNames = Object.keys(lists);
