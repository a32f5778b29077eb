// Every route of Mattermost's REST API (11.6), and what it answers: `mm.request` and the named methods take their types from here.
// Types only: at run time this file is empty. `unknown`: a route for which nobody has written the type down yet.
import type { AnalyticsRow, ClusterInfo, SchemaMigration } from '@mattermost/types/admin';
import type { Audit } from '@mattermost/types/audits';
import type { UserAutocomplete } from '@mattermost/types/autocomplete';
import type { Bot } from '@mattermost/types/bots';
import type { ChannelBookmarkWithFileInfo, UpdateChannelBookmarkResponse } from '@mattermost/types/channel_bookmarks';
import type { ChannelCategory, OrderedChannelCategories } from '@mattermost/types/channel_categories';
import type {
	Channel,
	ChannelMemberCountByGroup,
	ChannelMembership,
	ChannelModeration,
	ChannelStats,
	ChannelsWithTotalCount,
	ChannelUnread,
	ChannelViewResponse,
	ChannelWithTeamData,
} from '@mattermost/types/channels';
import type { StatusOK } from '@mattermost/types/client4';
import type { Compliance } from '@mattermost/types/compliance';
import type {
	AdminConfig,
	ClientConfig,
	ClientLicense,
	DataRetentionPolicy,
	EnvironmentConfig,
	License,
} from '@mattermost/types/config';
import type {
	DataRetentionCustomPolicy,
	GetDataRetentionCustomPoliciesRequest,
} from '@mattermost/types/data_retention';
import type { Draft } from '@mattermost/types/drafts';
import type { CustomEmoji } from '@mattermost/types/emojis';
import type { FileInfo, FileUploadResponse } from '@mattermost/types/files';
import type {
	Group,
	GroupChannel,
	GroupMember,
	GroupStats,
	GroupSyncable,
	GroupsWithCount,
	GroupTeam,
	UsersWithGroupsAndCount,
} from '@mattermost/types/groups';
import type { PostActionResponse } from '@mattermost/types/integration_actions';
import type {
	AutocompleteSuggestion,
	Command,
	IncomingWebhook,
	OAuthApp,
	OutgoingOAuthConnection,
	OutgoingWebhook,
} from '@mattermost/types/integrations';
import type { Job } from '@mattermost/types/jobs';
import type { ServerLimits } from '@mattermost/types/limits';
import type { MfaSecret } from '@mattermost/types/mfa';
import type {
	ClientPluginManifest,
	MarketplacePlugin,
	PluginManifest,
	PluginStatus,
	PluginsResponse,
} from '@mattermost/types/plugins';
import type {
	FilesUsageResponse,
	PaginatedPostList,
	Post,
	PostAcknowledgement,
	PostInfo,
	PostList,
	PostSearchResults,
	PostsUsageResponse,
	TeamsUsageResponse,
} from '@mattermost/types/posts';
import type { PreferenceType } from '@mattermost/types/preferences';
import type { ProductNotice } from '@mattermost/types/product_notices';
import type { PropertyField } from '@mattermost/types/properties';
import type { Reaction } from '@mattermost/types/reactions';
import type { Recap } from '@mattermost/types/recaps';
import type { RemoteCluster } from '@mattermost/types/remote_clusters';
import type { UserReport } from '@mattermost/types/reports';
import type { Role } from '@mattermost/types/roles';
import type { SamlCertificateStatus } from '@mattermost/types/saml';
import type { ScheduledPost } from '@mattermost/types/schedule_post';
import type { Scheme } from '@mattermost/types/schemes';
import type { Session } from '@mattermost/types/sessions';
import type { RemoteClusterInfo, SharedChannelRemote } from '@mattermost/types/shared_channels';
import type { Team, TeamMembership, TeamMemberWithError, TeamStats, TeamUnread } from '@mattermost/types/teams';
import type { TermsOfService } from '@mattermost/types/terms_of_service';
import type { UserThreadList, UserThreadWithPost } from '@mattermost/types/threads';
import type { UserAccessToken, UserProfile, UserStatus, UsersStats } from '@mattermost/types/users';
import type {
	CommandResponse,
	CreatedToken,
	FileSearch,
	Ping,
	ServerBusy,
	TeamInviteInfo,
	UploadSession,
} from './answers.ts';

/** A route: method, a space, and the path as the server names it, e.g. `GET /api/v4/users/{user_id}`. */
export type Route = keyof Routes;

/** What each route answers with status 2xx. */
export interface Routes {
	'GET /api/v4/{websocket}': unknown;
	'PUT /api/v4/access_control_policies': unknown;
	'DELETE /api/v4/access_control_policies/{policy_id}': unknown;
	'GET /api/v4/access_control_policies/{policy_id}': unknown;
	'GET /api/v4/access_control_policies/{policy_id}/activate': unknown;
	'POST /api/v4/access_control_policies/{policy_id}/assign': unknown;
	'GET /api/v4/access_control_policies/{policy_id}/resources/channels': unknown;
	'POST /api/v4/access_control_policies/{policy_id}/resources/channels/search': unknown;
	'DELETE /api/v4/access_control_policies/{policy_id}/unassign': unknown;
	'PUT /api/v4/access_control_policies/activate': unknown;
	'GET /api/v4/access_control_policies/cel/autocomplete/fields': unknown;
	'POST /api/v4/access_control_policies/cel/check': unknown;
	'POST /api/v4/access_control_policies/cel/test': unknown;
	'POST /api/v4/access_control_policies/cel/validate_requester': unknown;
	'POST /api/v4/access_control_policies/cel/visual_ast': unknown;
	'POST /api/v4/access_control_policies/search': unknown;
	'POST /api/v4/actions/dialogs/lookup': unknown;
	'POST /api/v4/actions/dialogs/open': StatusOK;
	'POST /api/v4/actions/dialogs/submit': { error?: string; errors?: Record<string, string> };
	'GET /api/v4/agents': unknown;
	'GET /api/v4/agents/status': unknown;
	'GET /api/v4/analytics/old': AnalyticsRow[];
	'DELETE /api/v4/audit_logs/certificate': unknown;
	'POST /api/v4/audit_logs/certificate': unknown;
	'GET /api/v4/audits': Audit[];
	'GET /api/v4/bots': Bot[];
	'POST /api/v4/bots': Bot;
	'GET /api/v4/bots/{bot_user_id}': Bot;
	'PUT /api/v4/bots/{bot_user_id}': Bot;
	'POST /api/v4/bots/{bot_user_id}/assign/{user_id}': Bot;
	'POST /api/v4/bots/{bot_user_id}/convert_to_user': StatusOK;
	'POST /api/v4/bots/{bot_user_id}/disable': Bot;
	'POST /api/v4/bots/{bot_user_id}/enable': Bot;
	'DELETE /api/v4/brand/image': StatusOK;
	'GET /api/v4/brand/image': Uint8Array;
	'POST /api/v4/brand/image': StatusOK;
	'POST /api/v4/caches/invalidate': StatusOK;
	'GET /api/v4/channels': ChannelWithTeamData[];
	'POST /api/v4/channels': Channel;
	'DELETE /api/v4/channels/{channel_id}': StatusOK;
	'GET /api/v4/channels/{channel_id}': Channel;
	'PUT /api/v4/channels/{channel_id}': Channel;
	'GET /api/v4/channels/{channel_id}/access_control/attributes': unknown;
	'GET /api/v4/channels/{channel_id}/bookmarks': ChannelBookmarkWithFileInfo[];
	'POST /api/v4/channels/{channel_id}/bookmarks': ChannelBookmarkWithFileInfo;
	'DELETE /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}': ChannelBookmarkWithFileInfo;
	'PATCH /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}': UpdateChannelBookmarkResponse;
	'POST /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}/sort_order': ChannelBookmarkWithFileInfo[];
	'GET /api/v4/channels/{channel_id}/common_teams': Team[];
	'POST /api/v4/channels/{channel_id}/convert_to_channel': Channel;
	'GET /api/v4/channels/{channel_id}/groups': GroupsWithCount;
	'GET /api/v4/channels/{channel_id}/member_counts_by_group': ChannelMemberCountByGroup[];
	'GET /api/v4/channels/{channel_id}/members': ChannelMembership[];
	'POST /api/v4/channels/{channel_id}/members': ChannelMembership;
	'GET /api/v4/channels/{channel_id}/members_minus_group_members': UsersWithGroupsAndCount;
	'DELETE /api/v4/channels/{channel_id}/members/{user_id}': StatusOK;
	'GET /api/v4/channels/{channel_id}/members/{user_id}': ChannelMembership;
	'PUT /api/v4/channels/{channel_id}/members/{user_id}/autotranslation': StatusOK;
	'PUT /api/v4/channels/{channel_id}/members/{user_id}/notify_props': StatusOK;
	'PUT /api/v4/channels/{channel_id}/members/{user_id}/roles': StatusOK;
	'PUT /api/v4/channels/{channel_id}/members/{user_id}/schemeRoles': StatusOK;
	'POST /api/v4/channels/{channel_id}/members/ids': ChannelMembership[];
	'GET /api/v4/channels/{channel_id}/moderations': ChannelModeration[];
	'PUT /api/v4/channels/{channel_id}/moderations/patch': ChannelModeration[];
	'POST /api/v4/channels/{channel_id}/move': Channel;
	'PUT /api/v4/channels/{channel_id}/patch': Channel;
	'GET /api/v4/channels/{channel_id}/pinned': PostList;
	'GET /api/v4/channels/{channel_id}/posts': PaginatedPostList;
	'PUT /api/v4/channels/{channel_id}/privacy': Channel;
	'POST /api/v4/channels/{channel_id}/restore': Channel;
	'PUT /api/v4/channels/{channel_id}/scheme': StatusOK;
	'GET /api/v4/channels/{channel_id}/stats': ChannelStats;
	'GET /api/v4/channels/{channel_id}/timezones': string[];
	'POST /api/v4/channels/direct': Channel;
	'POST /api/v4/channels/group': Channel;
	'POST /api/v4/channels/group/search': Channel[];
	'POST /api/v4/channels/members/{user_id}/mark_read': ChannelViewResponse;
	'POST /api/v4/channels/members/{user_id}/view': ChannelViewResponse;
	'POST /api/v4/channels/search': ChannelWithTeamData[] | ChannelsWithTotalCount;
	'POST /api/v4/channels/stats/member_count': Record<string, number>;
	'POST /api/v4/client_perf': unknown;
	'GET /api/v4/cloud/check-cws-connection': unknown;
	'GET /api/v4/cloud/customer': unknown;
	'PUT /api/v4/cloud/customer': unknown;
	'PUT /api/v4/cloud/customer/address': unknown;
	'GET /api/v4/cloud/installation': unknown;
	'GET /api/v4/cloud/limits': unknown;
	'GET /api/v4/cloud/preview/modal_data': unknown;
	'GET /api/v4/cloud/products': unknown;
	'GET /api/v4/cloud/subscription': unknown;
	'GET /api/v4/cloud/subscription/invoices': unknown;
	'GET /api/v4/cloud/subscription/invoices/{invoice_id}/pdf': unknown;
	'POST /api/v4/cloud/validate-business-email': unknown;
	'POST /api/v4/cloud/validate-workspace-business-email': unknown;
	'POST /api/v4/cloud/webhook': unknown;
	'GET /api/v4/cluster/status': ClusterInfo[];
	'GET /api/v4/commands': Command[];
	'POST /api/v4/commands': Command;
	'DELETE /api/v4/commands/{command_id}': StatusOK;
	'GET /api/v4/commands/{command_id}': Command;
	'PUT /api/v4/commands/{command_id}': Command;
	'PUT /api/v4/commands/{command_id}/move': StatusOK;
	'PUT /api/v4/commands/{command_id}/regen_token': { token: string };
	'POST /api/v4/commands/execute': CommandResponse;
	'GET /api/v4/compliance/reports': Compliance[];
	'POST /api/v4/compliance/reports': Compliance;
	'GET /api/v4/compliance/reports/{report_id}': Compliance;
	'GET /api/v4/compliance/reports/{report_id}/download': Uint8Array;
	'GET /api/v4/config': AdminConfig;
	'PUT /api/v4/config': AdminConfig;
	'GET /api/v4/config/client': ClientConfig;
	'GET /api/v4/config/environment': EnvironmentConfig;
	'PUT /api/v4/config/patch': AdminConfig;
	'POST /api/v4/config/reload': StatusOK;
	'GET /api/v4/content_flagging/config': unknown;
	'PUT /api/v4/content_flagging/config': unknown;
	'GET /api/v4/content_flagging/fields': unknown;
	'GET /api/v4/content_flagging/flag/config': unknown;
	'GET /api/v4/content_flagging/post/{post_id}': unknown;
	'POST /api/v4/content_flagging/post/{post_id}/assign/{content_reviewer_id}': unknown;
	'GET /api/v4/content_flagging/post/{post_id}/field_values': unknown;
	'POST /api/v4/content_flagging/post/{post_id}/flag': unknown;
	'PUT /api/v4/content_flagging/post/{post_id}/keep': unknown;
	'PUT /api/v4/content_flagging/post/{post_id}/remove': unknown;
	'GET /api/v4/content_flagging/team/{team_id}/reviewers/search': unknown;
	'GET /api/v4/content_flagging/team/{team_id}/status': unknown;
	'GET /api/v4/custom_profile_attributes/fields': PropertyField[];
	'POST /api/v4/custom_profile_attributes/fields': PropertyField;
	'DELETE /api/v4/custom_profile_attributes/fields/{field_id}': StatusOK;
	'PATCH /api/v4/custom_profile_attributes/fields/{field_id}': PropertyField;
	'GET /api/v4/custom_profile_attributes/group': unknown;
	'PATCH /api/v4/custom_profile_attributes/values': Record<string, string | string[]>;
	'GET /api/v4/data_retention/policies': GetDataRetentionCustomPoliciesRequest;
	'POST /api/v4/data_retention/policies': unknown;
	'GET /api/v4/data_retention/policies_count': unknown;
	'DELETE /api/v4/data_retention/policies/{policy_id}': unknown;
	'GET /api/v4/data_retention/policies/{policy_id}': DataRetentionCustomPolicy;
	'PATCH /api/v4/data_retention/policies/{policy_id}': unknown;
	'DELETE /api/v4/data_retention/policies/{policy_id}/channels': unknown;
	'GET /api/v4/data_retention/policies/{policy_id}/channels': unknown;
	'POST /api/v4/data_retention/policies/{policy_id}/channels': unknown;
	'POST /api/v4/data_retention/policies/{policy_id}/channels/search': unknown;
	'DELETE /api/v4/data_retention/policies/{policy_id}/teams': unknown;
	'GET /api/v4/data_retention/policies/{policy_id}/teams': unknown;
	'POST /api/v4/data_retention/policies/{policy_id}/teams': unknown;
	'POST /api/v4/data_retention/policies/{policy_id}/teams/search': unknown;
	'GET /api/v4/data_retention/policy': DataRetentionPolicy;
	'POST /api/v4/database/recycle': StatusOK;
	'POST /api/v4/drafts': Draft;
	'POST /api/v4/elasticsearch/purge_indexes': StatusOK;
	'POST /api/v4/elasticsearch/test': StatusOK;
	'POST /api/v4/email/test': StatusOK;
	'GET /api/v4/emoji': CustomEmoji[];
	'POST /api/v4/emoji': CustomEmoji;
	'DELETE /api/v4/emoji/{emoji_id}': StatusOK;
	'GET /api/v4/emoji/{emoji_id}': CustomEmoji;
	'GET /api/v4/emoji/{emoji_id}/image': Uint8Array;
	'GET /api/v4/emoji/autocomplete': CustomEmoji[];
	'GET /api/v4/emoji/name/{emoji_name}': CustomEmoji;
	'POST /api/v4/emoji/names': CustomEmoji[];
	'POST /api/v4/emoji/search': CustomEmoji[];
	'GET /api/v4/exports': string[];
	'DELETE /api/v4/exports/{export_name}': StatusOK;
	'GET /api/v4/exports/{export_name}': Uint8Array;
	'POST /api/v4/exports/{export_name}/presign-url': unknown;
	'POST /api/v4/file/s3_test': StatusOK;
	'POST /api/v4/files': FileUploadResponse;
	'GET /api/v4/files/{file_id}': Uint8Array;
	'HEAD /api/v4/files/{file_id}': unknown;
	'GET /api/v4/files/{file_id}/info': FileInfo;
	'GET /api/v4/files/{file_id}/link': { link: string };
	'GET /api/v4/files/{file_id}/preview': Uint8Array;
	'HEAD /api/v4/files/{file_id}/preview': unknown;
	'GET /api/v4/files/{file_id}/thumbnail': Uint8Array;
	'HEAD /api/v4/files/{file_id}/thumbnail': unknown;
	'POST /api/v4/files/search': FileSearch;
	'GET /api/v4/groups': Group[];
	'POST /api/v4/groups': Group;
	'DELETE /api/v4/groups/{group_id}': Group;
	'GET /api/v4/groups/{group_id}': Group;
	'GET /api/v4/groups/{group_id}/{syncable_type}': (GroupTeam | GroupChannel)[];
	'GET /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}': GroupSyncable;
	'DELETE /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/link': StatusOK;
	'POST /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/link': GroupSyncable;
	'PUT /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/patch': GroupSyncable;
	'DELETE /api/v4/groups/{group_id}/members': GroupMember[];
	'GET /api/v4/groups/{group_id}/members': { members: UserProfile[]; total_member_count: number };
	'POST /api/v4/groups/{group_id}/members': GroupMember[];
	'PUT /api/v4/groups/{group_id}/patch': Group;
	'POST /api/v4/groups/{group_id}/restore': Group;
	'GET /api/v4/groups/{group_id}/stats': GroupStats;
	'POST /api/v4/groups/names': Group[];
	'GET /api/v4/hooks/incoming': IncomingWebhook[];
	'POST /api/v4/hooks/incoming': IncomingWebhook;
	'DELETE /api/v4/hooks/incoming/{hook_id}': StatusOK;
	'GET /api/v4/hooks/incoming/{hook_id}': IncomingWebhook;
	'PUT /api/v4/hooks/incoming/{hook_id}': IncomingWebhook;
	'GET /api/v4/hooks/outgoing': OutgoingWebhook[];
	'POST /api/v4/hooks/outgoing': OutgoingWebhook;
	'DELETE /api/v4/hooks/outgoing/{hook_id}': StatusOK;
	'GET /api/v4/hooks/outgoing/{hook_id}': OutgoingWebhook;
	'PUT /api/v4/hooks/outgoing/{hook_id}': OutgoingWebhook;
	'POST /api/v4/hooks/outgoing/{hook_id}/regen_token': OutgoingWebhook;
	'GET /api/v4/hosted_customer/signup_available': unknown;
	'GET /api/v4/image': unknown;
	'GET /api/v4/imports': string[];
	'DELETE /api/v4/imports/{import_name}': StatusOK;
	'GET /api/v4/ip_filtering': unknown;
	'POST /api/v4/ip_filtering': unknown;
	'GET /api/v4/ip_filtering/my_ip': unknown;
	'GET /api/v4/jobs': Job[];
	'POST /api/v4/jobs': Job;
	'GET /api/v4/jobs/{job_id}': Job;
	'POST /api/v4/jobs/{job_id}/cancel': StatusOK;
	'GET /api/v4/jobs/{job_id}/download': Uint8Array;
	'PATCH /api/v4/jobs/{job_id}/status': StatusOK;
	'GET /api/v4/jobs/type/{job_type}': Job[];
	'GET /api/v4/latest_version': Record<string, unknown>;
	'DELETE /api/v4/ldap/certificate/private': unknown;
	'POST /api/v4/ldap/certificate/private': unknown;
	'DELETE /api/v4/ldap/certificate/public': unknown;
	'POST /api/v4/ldap/certificate/public': unknown;
	'GET /api/v4/ldap/groups': unknown;
	'DELETE /api/v4/ldap/groups/{remote_id}/link': unknown;
	'POST /api/v4/ldap/groups/{remote_id}/link': unknown;
	'POST /api/v4/ldap/migrateid': unknown;
	'POST /api/v4/ldap/sync': StatusOK;
	'POST /api/v4/ldap/test': StatusOK;
	'POST /api/v4/ldap/test_connection': unknown;
	'POST /api/v4/ldap/test_diagnostics': unknown;
	'POST /api/v4/ldap/users/{user_id}/group_sync_memberships': unknown;
	'DELETE /api/v4/license': StatusOK;
	'POST /api/v4/license': License;
	'GET /api/v4/license/client': ClientLicense;
	'GET /api/v4/license/load_metric': unknown;
	'GET /api/v4/limits/server': ServerLimits;
	'GET /api/v4/llmservices': unknown;
	'GET /api/v4/logs': string[];
	'POST /api/v4/logs': Record<string, string>;
	'GET /api/v4/logs/download': Uint8Array;
	'POST /api/v4/logs/query': unknown;
	'POST /api/v4/notifications/ack': unknown;
	'POST /api/v4/notifications/test': unknown;
	'GET /api/v4/oauth/apps': OAuthApp[];
	'POST /api/v4/oauth/apps': OAuthApp;
	'DELETE /api/v4/oauth/apps/{app_id}': StatusOK;
	'GET /api/v4/oauth/apps/{app_id}': OAuthApp;
	'PUT /api/v4/oauth/apps/{app_id}': OAuthApp;
	'GET /api/v4/oauth/apps/{app_id}/info': OAuthApp;
	'POST /api/v4/oauth/apps/{app_id}/regen_secret': OAuthApp;
	'POST /api/v4/oauth/apps/register': unknown;
	'GET /api/v4/oauth/outgoing_connections': OutgoingOAuthConnection[];
	'POST /api/v4/oauth/outgoing_connections': OutgoingOAuthConnection;
	'DELETE /api/v4/oauth/outgoing_connections/{outgoing_oauth_connection_id}': StatusOK;
	'GET /api/v4/oauth/outgoing_connections/{outgoing_oauth_connection_id}': OutgoingOAuthConnection;
	'PUT /api/v4/oauth/outgoing_connections/{outgoing_oauth_connection_id}': OutgoingOAuthConnection;
	'POST /api/v4/oauth/outgoing_connections/validate': unknown;
	'POST /api/v4/permissions/ancillary': string[];
	'GET /api/v4/plugins': PluginsResponse;
	'POST /api/v4/plugins': PluginManifest;
	'DELETE /api/v4/plugins/{plugin_id}': StatusOK;
	'POST /api/v4/plugins/{plugin_id}/disable': StatusOK;
	'POST /api/v4/plugins/{plugin_id}/enable': StatusOK;
	'POST /api/v4/plugins/install_from_url': PluginManifest;
	'GET /api/v4/plugins/marketplace': MarketplacePlugin[];
	'POST /api/v4/plugins/marketplace': PluginManifest;
	'GET /api/v4/plugins/marketplace/first_admin_visit': unknown;
	'POST /api/v4/plugins/marketplace/first_admin_visit': unknown;
	'GET /api/v4/plugins/statuses': PluginStatus[];
	'GET /api/v4/plugins/webapp': ClientPluginManifest[];
	'POST /api/v4/posts': Post;
	'DELETE /api/v4/posts/{post_id}': StatusOK;
	'GET /api/v4/posts/{post_id}': Post;
	'PUT /api/v4/posts/{post_id}': Post;
	'POST /api/v4/posts/{post_id}/actions/{action_id}': PostActionResponse;
	'DELETE /api/v4/posts/{post_id}/burn': StatusOK;
	'GET /api/v4/posts/{post_id}/edit_history': Post[];
	'GET /api/v4/posts/{post_id}/files/info': FileInfo[];
	'GET /api/v4/posts/{post_id}/info': PostInfo;
	'POST /api/v4/posts/{post_id}/move': StatusOK;
	'PUT /api/v4/posts/{post_id}/patch': Post;
	'POST /api/v4/posts/{post_id}/pin': StatusOK;
	'GET /api/v4/posts/{post_id}/reactions': Reaction[];
	'POST /api/v4/posts/{post_id}/restore/{restore_version_id}': Post;
	'GET /api/v4/posts/{post_id}/reveal': Post;
	'GET /api/v4/posts/{post_id}/thread': PaginatedPostList;
	'POST /api/v4/posts/{post_id}/unpin': StatusOK;
	'POST /api/v4/posts/ephemeral': Post;
	'POST /api/v4/posts/ids': Post[];
	'POST /api/v4/posts/ids/reactions': Record<string, Reaction[]>;
	'POST /api/v4/posts/rewrite': unknown;
	'POST /api/v4/posts/schedule': ScheduledPost;
	'DELETE /api/v4/posts/schedule/{scheduled_post_id}': ScheduledPost;
	'PUT /api/v4/posts/schedule/{scheduled_post_id}': ScheduledPost;
	'GET /api/v4/posts/scheduled/team/{team_id}': Record<string, ScheduledPost[]>;
	'POST /api/v4/posts/search': PostSearchResults;
	'POST /api/v4/reactions': Reaction;
	'GET /api/v4/recaps': Recap[];
	'POST /api/v4/recaps': Recap;
	'DELETE /api/v4/recaps/{recap_id}': StatusOK;
	'GET /api/v4/recaps/{recap_id}': Recap;
	'POST /api/v4/recaps/{recap_id}/read': unknown;
	'POST /api/v4/recaps/{recap_id}/regenerate': unknown;
	'GET /api/v4/redirect_location': { location: string };
	'GET /api/v4/remotecluster': RemoteCluster[];
	'POST /api/v4/remotecluster': unknown;
	'DELETE /api/v4/remotecluster/{remote_id}': unknown;
	'GET /api/v4/remotecluster/{remote_id}': RemoteCluster;
	'PATCH /api/v4/remotecluster/{remote_id}': unknown;
	'POST /api/v4/remotecluster/{remote_id}/channels/{channel_id}/invite': unknown;
	'POST /api/v4/remotecluster/{remote_id}/channels/{channel_id}/uninvite': unknown;
	'POST /api/v4/remotecluster/{remote_id}/generate_invite': unknown;
	'GET /api/v4/remotecluster/{remote_id}/sharedchannelremotes': SharedChannelRemote[];
	'POST /api/v4/remotecluster/{user_id}/image': unknown;
	'POST /api/v4/remotecluster/accept_invite': unknown;
	'POST /api/v4/remotecluster/confirm_invite': unknown;
	'POST /api/v4/remotecluster/msg': unknown;
	'POST /api/v4/remotecluster/ping': unknown;
	'POST /api/v4/remotecluster/upload/{upload_id}': unknown;
	'POST /api/v4/reports/posts': unknown;
	'GET /api/v4/reports/users': UserReport[];
	'GET /api/v4/reports/users/count': number;
	'POST /api/v4/reports/users/export': unknown;
	'POST /api/v4/restart': StatusOK;
	'GET /api/v4/roles': Role[];
	'GET /api/v4/roles/{role_id}': Role;
	'PUT /api/v4/roles/{role_id}/patch': Role;
	'GET /api/v4/roles/name/{role_name}': Role;
	'POST /api/v4/roles/names': Role[];
	'DELETE /api/v4/saml/certificate/idp': unknown;
	'POST /api/v4/saml/certificate/idp': unknown;
	'DELETE /api/v4/saml/certificate/private': unknown;
	'POST /api/v4/saml/certificate/private': unknown;
	'DELETE /api/v4/saml/certificate/public': unknown;
	'POST /api/v4/saml/certificate/public': unknown;
	'GET /api/v4/saml/certificate/status': SamlCertificateStatus;
	'GET /api/v4/saml/metadata': string;
	'POST /api/v4/saml/metadatafromidp': unknown;
	'POST /api/v4/saml/reset_auth_data': unknown;
	'GET /api/v4/schemes': Scheme[];
	'POST /api/v4/schemes': Scheme;
	'DELETE /api/v4/schemes/{scheme_id}': StatusOK;
	'GET /api/v4/schemes/{scheme_id}': Scheme;
	'GET /api/v4/schemes/{scheme_id}/channels': Channel[];
	'PUT /api/v4/schemes/{scheme_id}/patch': Scheme;
	'GET /api/v4/schemes/{scheme_id}/teams': Team[];
	'DELETE /api/v4/server_busy': StatusOK;
	'GET /api/v4/server_busy': ServerBusy;
	'POST /api/v4/server_busy': StatusOK;
	'GET /api/v4/sharedchannels/{channel_id}/remotes': RemoteClusterInfo[];
	'GET /api/v4/sharedchannels/{team_id}': unknown;
	'GET /api/v4/sharedchannels/remote_info/{remote_id}': RemoteClusterInfo;
	'GET /api/v4/sharedchannels/users/{user_id}/can_dm/{other_user_id}': unknown;
	'POST /api/v4/site_url/test': StatusOK;
	'GET /api/v4/system/notices/{team_id}': ProductNotice[];
	'PUT /api/v4/system/notices/view': StatusOK;
	'GET /api/v4/system/onboarding/complete': { name: string; value: string };
	'POST /api/v4/system/onboarding/complete': unknown;
	'GET /api/v4/system/ping': Ping;
	'GET /api/v4/system/schema/version': SchemaMigration[];
	'GET /api/v4/system/support_packet': Uint8Array;
	'GET /api/v4/system/timezones': string[];
	'GET /api/v4/teams': Team[];
	'POST /api/v4/teams': Team;
	'DELETE /api/v4/teams/{team_id}': StatusOK;
	'GET /api/v4/teams/{team_id}': Team;
	'PUT /api/v4/teams/{team_id}': Team;
	'GET /api/v4/teams/{team_id}/channels': Channel[];
	'GET /api/v4/teams/{team_id}/channels/autocomplete': Channel[];
	'GET /api/v4/teams/{team_id}/channels/deleted': Channel[];
	'POST /api/v4/teams/{team_id}/channels/ids': Channel[];
	'GET /api/v4/teams/{team_id}/channels/name/{channel_name}': Channel;
	'GET /api/v4/teams/{team_id}/channels/private': Channel[];
	'POST /api/v4/teams/{team_id}/channels/search': Channel[];
	'GET /api/v4/teams/{team_id}/channels/search_autocomplete': Channel[];
	'GET /api/v4/teams/{team_id}/commands/autocomplete': Command[];
	'GET /api/v4/teams/{team_id}/commands/autocomplete_suggestions': AutocompleteSuggestion[];
	'POST /api/v4/teams/{team_id}/files/search': FileSearch;
	'GET /api/v4/teams/{team_id}/groups': GroupsWithCount;
	'GET /api/v4/teams/{team_id}/groups_by_channels': { groups: Record<string, Group[]> };
	'DELETE /api/v4/teams/{team_id}/image': StatusOK;
	'GET /api/v4/teams/{team_id}/image': Uint8Array;
	'POST /api/v4/teams/{team_id}/image': StatusOK;
	'POST /api/v4/teams/{team_id}/import': unknown;
	'POST /api/v4/teams/{team_id}/invite-guests/email': StatusOK;
	'POST /api/v4/teams/{team_id}/invite/email': StatusOK;
	'GET /api/v4/teams/{team_id}/members': TeamMembership[];
	'POST /api/v4/teams/{team_id}/members': TeamMembership;
	'GET /api/v4/teams/{team_id}/members_minus_group_members': UsersWithGroupsAndCount;
	'DELETE /api/v4/teams/{team_id}/members/{user_id}': StatusOK;
	'GET /api/v4/teams/{team_id}/members/{user_id}': TeamMembership;
	'PUT /api/v4/teams/{team_id}/members/{user_id}/roles': StatusOK;
	'PUT /api/v4/teams/{team_id}/members/{user_id}/schemeRoles': StatusOK;
	'POST /api/v4/teams/{team_id}/members/batch': TeamMemberWithError[];
	'POST /api/v4/teams/{team_id}/members/ids': TeamMembership[];
	'PUT /api/v4/teams/{team_id}/patch': Team;
	'POST /api/v4/teams/{team_id}/posts/search': PostSearchResults;
	'PUT /api/v4/teams/{team_id}/privacy': Team;
	'POST /api/v4/teams/{team_id}/regenerate_invite_id': Team;
	'POST /api/v4/teams/{team_id}/restore': Team;
	'PUT /api/v4/teams/{team_id}/scheme': StatusOK;
	'GET /api/v4/teams/{team_id}/stats': TeamStats;
	'GET /api/v4/teams/invite/{invite_id}': TeamInviteInfo;
	'DELETE /api/v4/teams/invites/email': StatusOK;
	'POST /api/v4/teams/members/invite': TeamMembership;
	'GET /api/v4/teams/name/{team_name}': Team;
	'GET /api/v4/teams/name/{team_name}/channels/name/{channel_name}': Channel;
	'GET /api/v4/teams/name/{team_name}/exists': { exists: boolean };
	'POST /api/v4/teams/search': Team[];
	'GET /api/v4/terms_of_service': TermsOfService;
	'POST /api/v4/terms_of_service': TermsOfService;
	'POST /api/v4/trial-license': unknown;
	'GET /api/v4/trial-license/prev': unknown;
	'POST /api/v4/upgrade_to_enterprise': unknown;
	'GET /api/v4/upgrade_to_enterprise/allowed': unknown;
	'GET /api/v4/upgrade_to_enterprise/status': unknown;
	'POST /api/v4/uploads': UploadSession;
	'GET /api/v4/uploads/{upload_id}': UploadSession;
	'POST /api/v4/uploads/{upload_id}': FileInfo | undefined;
	'GET /api/v4/usage/posts': PostsUsageResponse;
	'GET /api/v4/usage/storage': FilesUsageResponse;
	'GET /api/v4/usage/teams': TeamsUsageResponse;
	'GET /api/v4/users': UserProfile[];
	'POST /api/v4/users': UserProfile;
	'DELETE /api/v4/users/{user_id}': StatusOK;
	'GET /api/v4/users/{user_id}': UserProfile;
	'PUT /api/v4/users/{user_id}': UserProfile;
	'PUT /api/v4/users/{user_id}/active': StatusOK;
	'GET /api/v4/users/{user_id}/audits': Audit[];
	'PUT /api/v4/users/{user_id}/auth': StatusOK;
	'GET /api/v4/users/{user_id}/channel_members': ChannelMembership[];
	'GET /api/v4/users/{user_id}/channels': Channel[];
	'DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts': StatusOK;
	'DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts/{thread_id}': StatusOK;
	'GET /api/v4/users/{user_id}/channels/{channel_id}/posts/unread': PostList;
	'GET /api/v4/users/{user_id}/channels/{channel_id}/unread': ChannelUnread;
	'POST /api/v4/users/{user_id}/convert_to_bot': Bot;
	'GET /api/v4/users/{user_id}/custom_profile_attributes': Record<string, string | string[]>;
	'PATCH /api/v4/users/{user_id}/custom_profile_attributes': Record<string, string | string[]>;
	'GET /api/v4/users/{user_id}/data_retention/channel_policies': unknown;
	'GET /api/v4/users/{user_id}/data_retention/team_policies': unknown;
	'POST /api/v4/users/{user_id}/demote': StatusOK;
	'POST /api/v4/users/{user_id}/email/verify/member': UserProfile;
	'GET /api/v4/users/{user_id}/groups': Group[];
	'DELETE /api/v4/users/{user_id}/image': StatusOK;
	'GET /api/v4/users/{user_id}/image': Uint8Array;
	'POST /api/v4/users/{user_id}/image': StatusOK;
	'GET /api/v4/users/{user_id}/image/default': Uint8Array;
	'PUT /api/v4/users/{user_id}/mfa': StatusOK;
	'POST /api/v4/users/{user_id}/mfa/generate': MfaSecret;
	'GET /api/v4/users/{user_id}/oauth/apps/authorized': OAuthApp[];
	'PUT /api/v4/users/{user_id}/password': StatusOK;
	'PUT /api/v4/users/{user_id}/patch': UserProfile;
	'DELETE /api/v4/users/{user_id}/posts/{post_id}/ack': StatusOK;
	'POST /api/v4/users/{user_id}/posts/{post_id}/ack': PostAcknowledgement;
	'DELETE /api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}': StatusOK;
	'POST /api/v4/users/{user_id}/posts/{post_id}/reminder': StatusOK;
	'POST /api/v4/users/{user_id}/posts/{post_id}/set_unread': ChannelUnread;
	'GET /api/v4/users/{user_id}/posts/flagged': PostList;
	'GET /api/v4/users/{user_id}/preferences': PreferenceType[];
	'PUT /api/v4/users/{user_id}/preferences': StatusOK;
	'GET /api/v4/users/{user_id}/preferences/{category}': PreferenceType[];
	'GET /api/v4/users/{user_id}/preferences/{category}/name/{preference_name}': PreferenceType;
	'POST /api/v4/users/{user_id}/preferences/delete': StatusOK;
	'POST /api/v4/users/{user_id}/promote': StatusOK;
	'POST /api/v4/users/{user_id}/reset_failed_attempts': StatusOK;
	'PUT /api/v4/users/{user_id}/roles': StatusOK;
	'GET /api/v4/users/{user_id}/sessions': Session[];
	'POST /api/v4/users/{user_id}/sessions/revoke': StatusOK;
	'POST /api/v4/users/{user_id}/sessions/revoke/all': StatusOK;
	'GET /api/v4/users/{user_id}/status': UserStatus;
	'PUT /api/v4/users/{user_id}/status': UserStatus;
	'DELETE /api/v4/users/{user_id}/status/custom': StatusOK;
	'PUT /api/v4/users/{user_id}/status/custom': StatusOK;
	'DELETE /api/v4/users/{user_id}/status/custom/recent': unknown;
	'POST /api/v4/users/{user_id}/status/custom/recent/delete': StatusOK;
	'GET /api/v4/users/{user_id}/teams': Team[];
	'GET /api/v4/users/{user_id}/teams/{team_id}/channels': Channel[];
	'GET /api/v4/users/{user_id}/teams/{team_id}/channels/categories': OrderedChannelCategories;
	'POST /api/v4/users/{user_id}/teams/{team_id}/channels/categories': ChannelCategory;
	'PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories': ChannelCategory[];
	'DELETE /api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}': StatusOK;
	'GET /api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}': ChannelCategory;
	'PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}': ChannelCategory;
	'GET /api/v4/users/{user_id}/teams/{team_id}/channels/categories/order': string[];
	'PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories/order': string[];
	'GET /api/v4/users/{user_id}/teams/{team_id}/channels/members': ChannelMembership[];
	'GET /api/v4/users/{user_id}/teams/{team_id}/drafts': Draft[];
	'GET /api/v4/users/{user_id}/teams/{team_id}/threads': UserThreadList;
	'GET /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}': UserThreadWithPost;
	'DELETE /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following': StatusOK;
	'PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following': StatusOK;
	'PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}': UserThreadWithPost;
	'POST /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}': UserThreadWithPost;
	'PUT /api/v4/users/{user_id}/teams/{team_id}/threads/read': StatusOK;
	'GET /api/v4/users/{user_id}/teams/{team_id}/unread': TeamUnread;
	'GET /api/v4/users/{user_id}/teams/members': TeamMembership[];
	'GET /api/v4/users/{user_id}/teams/unread': TeamUnread[];
	'GET /api/v4/users/{user_id}/terms_of_service': TermsOfService;
	'POST /api/v4/users/{user_id}/terms_of_service': StatusOK;
	'GET /api/v4/users/{user_id}/tokens': UserAccessToken[];
	'POST /api/v4/users/{user_id}/tokens': CreatedToken;
	'POST /api/v4/users/{user_id}/typing': StatusOK;
	'GET /api/v4/users/{user_id}/uploads': UploadSession[];
	'GET /api/v4/users/autocomplete': UserAutocomplete;
	'GET /api/v4/users/email/{email}': UserProfile;
	'POST /api/v4/users/email/verify': StatusOK;
	'POST /api/v4/users/email/verify/send': StatusOK;
	'POST /api/v4/users/group_channels': Record<string, UserProfile[]>;
	'POST /api/v4/users/ids': UserProfile[];
	'GET /api/v4/users/invalid_emails': UserProfile[];
	'GET /api/v4/users/known': string[];
	'POST /api/v4/users/login': UserProfile;
	'POST /api/v4/users/login/cws': unknown;
	'POST /api/v4/users/login/desktop_token': unknown;
	'POST /api/v4/users/login/sso/code-exchange': unknown;
	'POST /api/v4/users/login/switch': unknown;
	'POST /api/v4/users/login/type': unknown;
	'POST /api/v4/users/logout': StatusOK;
	'POST /api/v4/users/migrate_auth/ldap': unknown;
	'POST /api/v4/users/migrate_auth/saml': unknown;
	'POST /api/v4/users/notify-admin': unknown;
	'POST /api/v4/users/password/reset': StatusOK;
	'POST /api/v4/users/password/reset/send': StatusOK;
	'POST /api/v4/users/search': UserProfile[];
	'PUT /api/v4/users/sessions/device': StatusOK;
	'POST /api/v4/users/sessions/revoke/all': StatusOK;
	'GET /api/v4/users/stats': UsersStats;
	'GET /api/v4/users/stats/filtered': UsersStats;
	'POST /api/v4/users/status/ids': UserStatus[];
	'GET /api/v4/users/tokens': UserAccessToken[];
	'GET /api/v4/users/tokens/{token_id}': UserAccessToken;
	'POST /api/v4/users/tokens/disable': StatusOK;
	'POST /api/v4/users/tokens/enable': StatusOK;
	'POST /api/v4/users/tokens/revoke': StatusOK;
	'POST /api/v4/users/tokens/search': UserAccessToken[];
	'POST /api/v4/users/trigger-notify-admin-posts': unknown;
	'GET /api/v4/users/username/{username}': UserProfile;
	'POST /api/v4/users/usernames': UserProfile[];
	'GET /files/{file_id}/public': unknown;
	'HEAD /files/{file_id}/public': unknown;
}
