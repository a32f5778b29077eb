// Which shape the answer of which route must have. Loaded when a client is `strict`.
import type { UserAutocomplete } from '@mattermost/types/autocomplete';
import type { ChannelViewResponse } from '@mattermost/types/channels';
import type { FileUploadResponse } from '@mattermost/types/files';
import { AnswerError } from '../answer-error.ts';
import type { CommandResponse } from '../answers.ts';
import type { Route, Routes } from '../routes.ts';
import { list, object, type Shape, text } from './shape.ts';
import * as s from './shapes.ts';

const shapes: { readonly [R in Route]?: Shape<Routes[R]> } = {
	'GET /api/v4/users': list(s.user),
	'POST /api/v4/users': s.user,
	'GET /api/v4/users/{user_id}': s.user,
	'PUT /api/v4/users/{user_id}/patch': s.user,
	'DELETE /api/v4/users/{user_id}': s.ok,
	'PUT /api/v4/users/{user_id}/active': s.ok,
	'PUT /api/v4/users/{user_id}/roles': s.ok,
	'GET /api/v4/users/username/{username}': s.user,
	'GET /api/v4/users/email/{email}': s.user,
	'POST /api/v4/users/ids': list(s.user),
	'POST /api/v4/users/usernames': list(s.user),
	'POST /api/v4/users/search': list(s.user),
	'GET /api/v4/users/autocomplete': object<UserAutocomplete>({ users: list(s.user) }),
	'GET /api/v4/users/{user_id}/status': s.userStatus,
	'PUT /api/v4/users/{user_id}/status': s.userStatus,
	'POST /api/v4/users/status/ids': list(s.userStatus),
	'GET /api/v4/users/{user_id}/preferences': list(s.preference),
	'PUT /api/v4/users/{user_id}/preferences': s.ok,
	'GET /api/v4/users/{user_id}/sessions': list(s.session),
	'GET /api/v4/users/{user_id}/tokens': list(s.accessToken),
	'POST /api/v4/users/{user_id}/tokens': s.createdToken,
	'POST /api/v4/users/tokens/revoke': s.ok,
	'POST /api/v4/users/logout': s.ok,

	'GET /api/v4/teams': list(s.team),
	'POST /api/v4/teams': s.team,
	'GET /api/v4/teams/{team_id}': s.team,
	'PUT /api/v4/teams/{team_id}/patch': s.team,
	'DELETE /api/v4/teams/{team_id}': s.ok,
	'GET /api/v4/teams/name/{team_name}': s.team,
	'GET /api/v4/teams/name/{team_name}/exists': object<{ exists: boolean }>({ exists: 'boolean' }),
	'GET /api/v4/users/{user_id}/teams': list(s.team),
	'POST /api/v4/teams/search': list(s.team),
	'GET /api/v4/teams/{team_id}/stats': s.teamStats,
	'GET /api/v4/users/{user_id}/teams/unread': list(s.teamUnread),
	'GET /api/v4/teams/{team_id}/members': list(s.teamMember),
	'POST /api/v4/teams/{team_id}/members': s.teamMember,
	'GET /api/v4/teams/{team_id}/members/{user_id}': s.teamMember,
	'DELETE /api/v4/teams/{team_id}/members/{user_id}': s.ok,
	'PUT /api/v4/teams/{team_id}/members/{user_id}/roles': s.ok,
	'PUT /api/v4/teams/{team_id}/members/{user_id}/schemeRoles': s.ok,

	'GET /api/v4/channels': list(s.channel),
	'POST /api/v4/channels': s.channel,
	'POST /api/v4/channels/direct': s.channel,
	'POST /api/v4/channels/group': s.channel,
	'GET /api/v4/channels/{channel_id}': s.channel,
	'PUT /api/v4/channels/{channel_id}/patch': s.channel,
	'DELETE /api/v4/channels/{channel_id}': s.ok,
	'GET /api/v4/channels/{channel_id}/stats': s.channelStats,
	'GET /api/v4/teams/{team_id}/channels': list(s.channel),
	'POST /api/v4/teams/{team_id}/channels/search': list(s.channel),
	'GET /api/v4/teams/{team_id}/channels/name/{channel_name}': s.channel,
	'GET /api/v4/teams/name/{team_name}/channels/name/{channel_name}': s.channel,
	'GET /api/v4/users/{user_id}/channels': list(s.channel),
	'GET /api/v4/users/{user_id}/teams/{team_id}/channels': list(s.channel),
	'GET /api/v4/users/{user_id}/channels/{channel_id}/unread': s.channelUnread,
	'GET /api/v4/channels/{channel_id}/members': list(s.channelMember),
	'POST /api/v4/channels/{channel_id}/members': s.channelMember,
	'GET /api/v4/channels/{channel_id}/members/{user_id}': s.channelMember,
	'DELETE /api/v4/channels/{channel_id}/members/{user_id}': s.ok,
	'PUT /api/v4/channels/{channel_id}/members/{user_id}/schemeRoles': s.ok,
	'POST /api/v4/channels/members/{user_id}/view': object<ChannelViewResponse>({
		status: 'string',
		last_viewed_at_times: 'object',
	}),

	'POST /api/v4/posts': s.post,
	'GET /api/v4/posts/{post_id}': s.post,
	'PUT /api/v4/posts/{post_id}': s.post,
	'PUT /api/v4/posts/{post_id}/patch': s.post,
	'DELETE /api/v4/posts/{post_id}': s.ok,
	'POST /api/v4/posts/{post_id}/pin': s.ok,
	'POST /api/v4/posts/{post_id}/unpin': s.ok,
	'POST /api/v4/posts/ephemeral': s.post,
	'POST /api/v4/posts/ids': list(s.post),
	'GET /api/v4/posts/{post_id}/thread': s.postList,
	'GET /api/v4/channels/{channel_id}/posts': s.postList,
	'GET /api/v4/channels/{channel_id}/pinned': s.postList,
	'POST /api/v4/teams/{team_id}/posts/search': s.postList,
	'POST /api/v4/users/{user_id}/posts/{post_id}/set_unread': s.channelUnread,
	'POST /api/v4/reactions': s.reaction,
	'GET /api/v4/posts/{post_id}/reactions': list(s.reaction),
	'DELETE /api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}': s.ok,

	'POST /api/v4/files': object<FileUploadResponse>({ file_infos: list(s.file) }),
	'GET /api/v4/files/{file_id}/info': s.file,
	'POST /api/v4/uploads': s.upload,
	'GET /api/v4/uploads/{upload_id}': s.upload,
	'GET /api/v4/users/{user_id}/uploads': list(s.upload),

	'GET /api/v4/bots': list(s.bot),
	'POST /api/v4/bots': s.bot,
	'GET /api/v4/bots/{bot_user_id}': s.bot,
	'GET /api/v4/hooks/incoming': list(s.incomingWebhook),
	'POST /api/v4/hooks/incoming': s.incomingWebhook,
	'POST /api/v4/hooks/outgoing': s.outgoingWebhook,
	'GET /api/v4/commands': list(s.command),
	'POST /api/v4/commands': s.command,
	'POST /api/v4/commands/execute': object<CommandResponse>({
		response_type: 'string',
		text: 'string',
		trigger_id: 'string',
	}),
	'GET /api/v4/system/ping': s.ok,
	'GET /api/v4/users/known': list(text),
};

/** @throws AnswerError */
export function check(route: Route, answer: unknown): void {
	const shape: Shape<never> | undefined = shapes[route];
	const fault = shape?.fault(answer, '');
	if (fault) throw new AnswerError(route, fault.at, fault.expected, fault.found);
}
