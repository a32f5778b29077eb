// The routes of the REST API of server 11.6: those that the emulator does not have answer 501. One path a line, its methods first.

const table = `
GET /api/v4/{websocket}
PUT /api/v4/access_control_policies
DELETE GET /api/v4/access_control_policies/{policy_id}
GET /api/v4/access_control_policies/{policy_id}/activate
POST /api/v4/access_control_policies/{policy_id}/assign
GET /api/v4/access_control_policies/{policy_id}/resources/channels
POST /api/v4/access_control_policies/{policy_id}/resources/channels/search
DELETE /api/v4/access_control_policies/{policy_id}/unassign
PUT /api/v4/access_control_policies/activate
GET /api/v4/access_control_policies/cel/autocomplete/fields
POST /api/v4/access_control_policies/cel/check
POST /api/v4/access_control_policies/cel/test
POST /api/v4/access_control_policies/cel/validate_requester
POST /api/v4/access_control_policies/cel/visual_ast
POST /api/v4/access_control_policies/search
POST /api/v4/actions/dialogs/lookup
POST /api/v4/actions/dialogs/open
POST /api/v4/actions/dialogs/submit
GET /api/v4/agents
GET /api/v4/agents/status
GET /api/v4/analytics/old
DELETE POST /api/v4/audit_logs/certificate
GET /api/v4/audits
GET POST /api/v4/bots
GET PUT /api/v4/bots/{bot_user_id}
POST /api/v4/bots/{bot_user_id}/assign/{user_id}
POST /api/v4/bots/{bot_user_id}/convert_to_user
POST /api/v4/bots/{bot_user_id}/disable
POST /api/v4/bots/{bot_user_id}/enable
DELETE GET POST /api/v4/brand/image
POST /api/v4/caches/invalidate
GET POST /api/v4/channels
DELETE GET PUT /api/v4/channels/{channel_id}
GET /api/v4/channels/{channel_id}/access_control/attributes
GET POST /api/v4/channels/{channel_id}/bookmarks
DELETE PATCH /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}
POST /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}/sort_order
GET /api/v4/channels/{channel_id}/common_teams
POST /api/v4/channels/{channel_id}/convert_to_channel
GET /api/v4/channels/{channel_id}/groups
GET /api/v4/channels/{channel_id}/member_counts_by_group
GET POST /api/v4/channels/{channel_id}/members
GET /api/v4/channels/{channel_id}/members_minus_group_members
DELETE GET /api/v4/channels/{channel_id}/members/{user_id}
PUT /api/v4/channels/{channel_id}/members/{user_id}/autotranslation
PUT /api/v4/channels/{channel_id}/members/{user_id}/notify_props
PUT /api/v4/channels/{channel_id}/members/{user_id}/roles
PUT /api/v4/channels/{channel_id}/members/{user_id}/schemeRoles
POST /api/v4/channels/{channel_id}/members/ids
GET /api/v4/channels/{channel_id}/moderations
PUT /api/v4/channels/{channel_id}/moderations/patch
POST /api/v4/channels/{channel_id}/move
PUT /api/v4/channels/{channel_id}/patch
GET /api/v4/channels/{channel_id}/pinned
GET /api/v4/channels/{channel_id}/posts
PUT /api/v4/channels/{channel_id}/privacy
POST /api/v4/channels/{channel_id}/restore
PUT /api/v4/channels/{channel_id}/scheme
GET /api/v4/channels/{channel_id}/stats
GET /api/v4/channels/{channel_id}/timezones
POST /api/v4/channels/direct
POST /api/v4/channels/group
POST /api/v4/channels/group/search
POST /api/v4/channels/members/{user_id}/mark_read
POST /api/v4/channels/members/{user_id}/view
POST /api/v4/channels/search
POST /api/v4/channels/stats/member_count
POST /api/v4/client_perf
GET /api/v4/cloud/check-cws-connection
GET PUT /api/v4/cloud/customer
PUT /api/v4/cloud/customer/address
GET /api/v4/cloud/installation
GET /api/v4/cloud/limits
GET /api/v4/cloud/preview/modal_data
GET /api/v4/cloud/products
GET /api/v4/cloud/subscription
GET /api/v4/cloud/subscription/invoices
GET /api/v4/cloud/subscription/invoices/{invoice_id}/pdf
POST /api/v4/cloud/validate-business-email
POST /api/v4/cloud/validate-workspace-business-email
POST /api/v4/cloud/webhook
GET /api/v4/cluster/status
GET POST /api/v4/commands
DELETE GET PUT /api/v4/commands/{command_id}
PUT /api/v4/commands/{command_id}/move
PUT /api/v4/commands/{command_id}/regen_token
POST /api/v4/commands/execute
GET POST /api/v4/compliance/reports
GET /api/v4/compliance/reports/{report_id}
GET /api/v4/compliance/reports/{report_id}/download
GET PUT /api/v4/config
GET /api/v4/config/client
GET /api/v4/config/environment
PUT /api/v4/config/patch
POST /api/v4/config/reload
GET PUT /api/v4/content_flagging/config
GET /api/v4/content_flagging/fields
GET /api/v4/content_flagging/flag/config
GET /api/v4/content_flagging/post/{post_id}
POST /api/v4/content_flagging/post/{post_id}/assign/{content_reviewer_id}
GET /api/v4/content_flagging/post/{post_id}/field_values
POST /api/v4/content_flagging/post/{post_id}/flag
PUT /api/v4/content_flagging/post/{post_id}/keep
PUT /api/v4/content_flagging/post/{post_id}/remove
GET /api/v4/content_flagging/team/{team_id}/reviewers/search
GET /api/v4/content_flagging/team/{team_id}/status
GET POST /api/v4/custom_profile_attributes/fields
DELETE PATCH /api/v4/custom_profile_attributes/fields/{field_id}
GET /api/v4/custom_profile_attributes/group
PATCH /api/v4/custom_profile_attributes/values
GET POST /api/v4/data_retention/policies
GET /api/v4/data_retention/policies_count
DELETE GET PATCH /api/v4/data_retention/policies/{policy_id}
DELETE GET POST /api/v4/data_retention/policies/{policy_id}/channels
POST /api/v4/data_retention/policies/{policy_id}/channels/search
DELETE GET POST /api/v4/data_retention/policies/{policy_id}/teams
POST /api/v4/data_retention/policies/{policy_id}/teams/search
GET /api/v4/data_retention/policy
POST /api/v4/database/recycle
POST /api/v4/drafts
POST /api/v4/elasticsearch/purge_indexes
POST /api/v4/elasticsearch/test
POST /api/v4/email/test
GET POST /api/v4/emoji
DELETE GET /api/v4/emoji/{emoji_id}
GET /api/v4/emoji/{emoji_id}/image
GET /api/v4/emoji/autocomplete
GET /api/v4/emoji/name/{emoji_name}
POST /api/v4/emoji/names
POST /api/v4/emoji/search
GET /api/v4/exports
DELETE GET /api/v4/exports/{export_name}
POST /api/v4/exports/{export_name}/presign-url
POST /api/v4/file/s3_test
POST /api/v4/files
GET HEAD /api/v4/files/{file_id}
GET /api/v4/files/{file_id}/info
GET /api/v4/files/{file_id}/link
GET HEAD /api/v4/files/{file_id}/preview
GET HEAD /api/v4/files/{file_id}/thumbnail
POST /api/v4/files/search
GET POST /api/v4/groups
DELETE GET /api/v4/groups/{group_id}
GET /api/v4/groups/{group_id}/{syncable_type}
GET /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}
DELETE POST /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/link
PUT /api/v4/groups/{group_id}/{syncable_type}/{syncable_id}/patch
DELETE GET POST /api/v4/groups/{group_id}/members
PUT /api/v4/groups/{group_id}/patch
POST /api/v4/groups/{group_id}/restore
GET /api/v4/groups/{group_id}/stats
POST /api/v4/groups/names
GET POST /api/v4/hooks/incoming
DELETE GET PUT /api/v4/hooks/incoming/{hook_id}
GET POST /api/v4/hooks/outgoing
DELETE GET PUT /api/v4/hooks/outgoing/{hook_id}
POST /api/v4/hooks/outgoing/{hook_id}/regen_token
GET /api/v4/hosted_customer/signup_available
GET /api/v4/image
GET /api/v4/imports
DELETE /api/v4/imports/{import_name}
GET POST /api/v4/ip_filtering
GET /api/v4/ip_filtering/my_ip
GET POST /api/v4/jobs
GET /api/v4/jobs/{job_id}
POST /api/v4/jobs/{job_id}/cancel
GET /api/v4/jobs/{job_id}/download
PATCH /api/v4/jobs/{job_id}/status
GET /api/v4/jobs/type/{job_type}
GET /api/v4/latest_version
DELETE POST /api/v4/ldap/certificate/private
DELETE POST /api/v4/ldap/certificate/public
GET /api/v4/ldap/groups
DELETE POST /api/v4/ldap/groups/{remote_id}/link
POST /api/v4/ldap/migrateid
POST /api/v4/ldap/sync
POST /api/v4/ldap/test
POST /api/v4/ldap/test_connection
POST /api/v4/ldap/test_diagnostics
POST /api/v4/ldap/users/{user_id}/group_sync_memberships
DELETE POST /api/v4/license
GET /api/v4/license/client
GET /api/v4/license/load_metric
GET /api/v4/limits/server
GET /api/v4/llmservices
GET POST /api/v4/logs
GET /api/v4/logs/download
POST /api/v4/logs/query
POST /api/v4/notifications/ack
POST /api/v4/notifications/test
GET POST /api/v4/oauth/apps
DELETE GET PUT /api/v4/oauth/apps/{app_id}
GET /api/v4/oauth/apps/{app_id}/info
POST /api/v4/oauth/apps/{app_id}/regen_secret
POST /api/v4/oauth/apps/register
GET POST /api/v4/oauth/outgoing_connections
DELETE GET PUT /api/v4/oauth/outgoing_connections/{outgoing_oauth_connection_id}
POST /api/v4/oauth/outgoing_connections/validate
POST /api/v4/permissions/ancillary
GET POST /api/v4/plugins
DELETE /api/v4/plugins/{plugin_id}
POST /api/v4/plugins/{plugin_id}/disable
POST /api/v4/plugins/{plugin_id}/enable
POST /api/v4/plugins/install_from_url
GET POST /api/v4/plugins/marketplace
GET POST /api/v4/plugins/marketplace/first_admin_visit
GET /api/v4/plugins/statuses
GET /api/v4/plugins/webapp
POST /api/v4/posts
DELETE GET PUT /api/v4/posts/{post_id}
POST /api/v4/posts/{post_id}/actions/{action_id}
DELETE /api/v4/posts/{post_id}/burn
GET /api/v4/posts/{post_id}/edit_history
GET /api/v4/posts/{post_id}/files/info
GET /api/v4/posts/{post_id}/info
POST /api/v4/posts/{post_id}/move
PUT /api/v4/posts/{post_id}/patch
POST /api/v4/posts/{post_id}/pin
GET /api/v4/posts/{post_id}/reactions
POST /api/v4/posts/{post_id}/restore/{restore_version_id}
GET /api/v4/posts/{post_id}/reveal
GET /api/v4/posts/{post_id}/thread
POST /api/v4/posts/{post_id}/unpin
POST /api/v4/posts/ephemeral
POST /api/v4/posts/ids
POST /api/v4/posts/ids/reactions
POST /api/v4/posts/rewrite
POST /api/v4/posts/schedule
DELETE PUT /api/v4/posts/schedule/{scheduled_post_id}
GET /api/v4/posts/scheduled/team/{team_id}
POST /api/v4/posts/search
POST /api/v4/reactions
GET POST /api/v4/recaps
DELETE GET /api/v4/recaps/{recap_id}
POST /api/v4/recaps/{recap_id}/read
POST /api/v4/recaps/{recap_id}/regenerate
GET /api/v4/redirect_location
GET POST /api/v4/remotecluster
DELETE GET PATCH /api/v4/remotecluster/{remote_id}
POST /api/v4/remotecluster/{remote_id}/channels/{channel_id}/invite
POST /api/v4/remotecluster/{remote_id}/channels/{channel_id}/uninvite
POST /api/v4/remotecluster/{remote_id}/generate_invite
GET /api/v4/remotecluster/{remote_id}/sharedchannelremotes
POST /api/v4/remotecluster/{user_id}/image
POST /api/v4/remotecluster/accept_invite
POST /api/v4/remotecluster/confirm_invite
POST /api/v4/remotecluster/msg
POST /api/v4/remotecluster/ping
POST /api/v4/remotecluster/upload/{upload_id}
POST /api/v4/reports/posts
GET /api/v4/reports/users
GET /api/v4/reports/users/count
POST /api/v4/reports/users/export
POST /api/v4/restart
GET /api/v4/roles
GET /api/v4/roles/{role_id}
PUT /api/v4/roles/{role_id}/patch
GET /api/v4/roles/name/{role_name}
POST /api/v4/roles/names
DELETE POST /api/v4/saml/certificate/idp
DELETE POST /api/v4/saml/certificate/private
DELETE POST /api/v4/saml/certificate/public
GET /api/v4/saml/certificate/status
GET /api/v4/saml/metadata
POST /api/v4/saml/metadatafromidp
POST /api/v4/saml/reset_auth_data
GET POST /api/v4/schemes
DELETE GET /api/v4/schemes/{scheme_id}
GET /api/v4/schemes/{scheme_id}/channels
PUT /api/v4/schemes/{scheme_id}/patch
GET /api/v4/schemes/{scheme_id}/teams
DELETE GET POST /api/v4/server_busy
GET /api/v4/sharedchannels/{channel_id}/remotes
GET /api/v4/sharedchannels/{team_id}
GET /api/v4/sharedchannels/remote_info/{remote_id}
GET /api/v4/sharedchannels/users/{user_id}/can_dm/{other_user_id}
POST /api/v4/site_url/test
GET /api/v4/system/notices/{team_id}
PUT /api/v4/system/notices/view
GET POST /api/v4/system/onboarding/complete
GET /api/v4/system/ping
GET /api/v4/system/schema/version
GET /api/v4/system/support_packet
GET /api/v4/system/timezones
GET POST /api/v4/teams
DELETE GET PUT /api/v4/teams/{team_id}
GET /api/v4/teams/{team_id}/channels
GET /api/v4/teams/{team_id}/channels/autocomplete
GET /api/v4/teams/{team_id}/channels/deleted
POST /api/v4/teams/{team_id}/channels/ids
GET /api/v4/teams/{team_id}/channels/name/{channel_name}
GET /api/v4/teams/{team_id}/channels/private
POST /api/v4/teams/{team_id}/channels/search
GET /api/v4/teams/{team_id}/channels/search_autocomplete
GET /api/v4/teams/{team_id}/commands/autocomplete
GET /api/v4/teams/{team_id}/commands/autocomplete_suggestions
POST /api/v4/teams/{team_id}/files/search
GET /api/v4/teams/{team_id}/groups
GET /api/v4/teams/{team_id}/groups_by_channels
DELETE GET POST /api/v4/teams/{team_id}/image
POST /api/v4/teams/{team_id}/import
POST /api/v4/teams/{team_id}/invite-guests/email
POST /api/v4/teams/{team_id}/invite/email
GET POST /api/v4/teams/{team_id}/members
GET /api/v4/teams/{team_id}/members_minus_group_members
DELETE GET /api/v4/teams/{team_id}/members/{user_id}
PUT /api/v4/teams/{team_id}/members/{user_id}/roles
PUT /api/v4/teams/{team_id}/members/{user_id}/schemeRoles
POST /api/v4/teams/{team_id}/members/batch
POST /api/v4/teams/{team_id}/members/ids
PUT /api/v4/teams/{team_id}/patch
POST /api/v4/teams/{team_id}/posts/search
PUT /api/v4/teams/{team_id}/privacy
POST /api/v4/teams/{team_id}/regenerate_invite_id
POST /api/v4/teams/{team_id}/restore
PUT /api/v4/teams/{team_id}/scheme
GET /api/v4/teams/{team_id}/stats
GET /api/v4/teams/invite/{invite_id}
DELETE /api/v4/teams/invites/email
POST /api/v4/teams/members/invite
GET /api/v4/teams/name/{team_name}
GET /api/v4/teams/name/{team_name}/channels/name/{channel_name}
GET /api/v4/teams/name/{team_name}/exists
POST /api/v4/teams/search
GET POST /api/v4/terms_of_service
POST /api/v4/trial-license
GET /api/v4/trial-license/prev
POST /api/v4/upgrade_to_enterprise
GET /api/v4/upgrade_to_enterprise/allowed
GET /api/v4/upgrade_to_enterprise/status
POST /api/v4/uploads
GET POST /api/v4/uploads/{upload_id}
GET /api/v4/usage/posts
GET /api/v4/usage/storage
GET /api/v4/usage/teams
GET POST /api/v4/users
DELETE GET PUT /api/v4/users/{user_id}
PUT /api/v4/users/{user_id}/active
GET /api/v4/users/{user_id}/audits
PUT /api/v4/users/{user_id}/auth
GET /api/v4/users/{user_id}/channel_members
GET /api/v4/users/{user_id}/channels
DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts
DELETE /api/v4/users/{user_id}/channels/{channel_id}/drafts/{thread_id}
GET /api/v4/users/{user_id}/channels/{channel_id}/posts/unread
GET /api/v4/users/{user_id}/channels/{channel_id}/unread
POST /api/v4/users/{user_id}/convert_to_bot
GET PATCH /api/v4/users/{user_id}/custom_profile_attributes
GET /api/v4/users/{user_id}/data_retention/channel_policies
GET /api/v4/users/{user_id}/data_retention/team_policies
POST /api/v4/users/{user_id}/demote
POST /api/v4/users/{user_id}/email/verify/member
GET /api/v4/users/{user_id}/groups
DELETE GET POST /api/v4/users/{user_id}/image
GET /api/v4/users/{user_id}/image/default
PUT /api/v4/users/{user_id}/mfa
POST /api/v4/users/{user_id}/mfa/generate
GET /api/v4/users/{user_id}/oauth/apps/authorized
PUT /api/v4/users/{user_id}/password
PUT /api/v4/users/{user_id}/patch
DELETE POST /api/v4/users/{user_id}/posts/{post_id}/ack
DELETE /api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}
POST /api/v4/users/{user_id}/posts/{post_id}/reminder
POST /api/v4/users/{user_id}/posts/{post_id}/set_unread
GET /api/v4/users/{user_id}/posts/flagged
GET PUT /api/v4/users/{user_id}/preferences
GET /api/v4/users/{user_id}/preferences/{category}
GET /api/v4/users/{user_id}/preferences/{category}/name/{preference_name}
POST /api/v4/users/{user_id}/preferences/delete
POST /api/v4/users/{user_id}/promote
POST /api/v4/users/{user_id}/reset_failed_attempts
PUT /api/v4/users/{user_id}/roles
GET /api/v4/users/{user_id}/sessions
POST /api/v4/users/{user_id}/sessions/revoke
POST /api/v4/users/{user_id}/sessions/revoke/all
GET PUT /api/v4/users/{user_id}/status
DELETE PUT /api/v4/users/{user_id}/status/custom
DELETE /api/v4/users/{user_id}/status/custom/recent
POST /api/v4/users/{user_id}/status/custom/recent/delete
GET /api/v4/users/{user_id}/teams
GET /api/v4/users/{user_id}/teams/{team_id}/channels
GET POST PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories
DELETE GET PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories/{category_id}
GET PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories/order
GET /api/v4/users/{user_id}/teams/{team_id}/channels/members
GET /api/v4/users/{user_id}/teams/{team_id}/drafts
GET /api/v4/users/{user_id}/teams/{team_id}/threads
GET /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}
DELETE PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/following
PUT /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}
POST /api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}
PUT /api/v4/users/{user_id}/teams/{team_id}/threads/read
GET /api/v4/users/{user_id}/teams/{team_id}/unread
GET /api/v4/users/{user_id}/teams/members
GET /api/v4/users/{user_id}/teams/unread
GET POST /api/v4/users/{user_id}/terms_of_service
GET POST /api/v4/users/{user_id}/tokens
POST /api/v4/users/{user_id}/typing
GET /api/v4/users/{user_id}/uploads
GET /api/v4/users/autocomplete
GET /api/v4/users/email/{email}
POST /api/v4/users/email/verify
POST /api/v4/users/email/verify/send
POST /api/v4/users/group_channels
POST /api/v4/users/ids
GET /api/v4/users/invalid_emails
GET /api/v4/users/known
POST /api/v4/users/login
POST /api/v4/users/login/cws
POST /api/v4/users/login/desktop_token
POST /api/v4/users/login/sso/code-exchange
POST /api/v4/users/login/switch
POST /api/v4/users/login/type
POST /api/v4/users/logout
POST /api/v4/users/migrate_auth/ldap
POST /api/v4/users/migrate_auth/saml
POST /api/v4/users/notify-admin
POST /api/v4/users/password/reset
POST /api/v4/users/password/reset/send
POST /api/v4/users/search
PUT /api/v4/users/sessions/device
POST /api/v4/users/sessions/revoke/all
GET /api/v4/users/stats
GET /api/v4/users/stats/filtered
POST /api/v4/users/status/ids
GET /api/v4/users/tokens
GET /api/v4/users/tokens/{token_id}
POST /api/v4/users/tokens/disable
POST /api/v4/users/tokens/enable
POST /api/v4/users/tokens/revoke
POST /api/v4/users/tokens/search
POST /api/v4/users/trigger-notify-admin-posts
GET /api/v4/users/username/{username}
POST /api/v4/users/usernames
GET HEAD /files/{file_id}/public
`;

/** 'GET /api/v4/users/{user_id}', in the order of the paths. */
export const knownRoutes: readonly string[] = table
	.trim()
	.split('\n')
	.flatMap((line) => {
		const words = line.split(' ');
		const path = words.pop();
		return words.map((method) => `${method} ${path}`);
	});
