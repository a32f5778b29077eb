import type { Method, Repeat } from '@matterkit/http';
import type { Route } from './routes.ts';

/** DELETE again: what is gone stays gone. A PUT or PATCH could undo what somebody else changed in between. */
export const repeats: Readonly<Partial<Record<Method, Repeat>>> = {
	DELETE: 'safe',
	PUT: 'unless-acted',
	PATCH: 'unless-acted',
	POST: 'unless-acted',
};

/** POSTs that only read, and those for which a real server was seen to answer a second one like the first. */
export const safePosts: ReadonlySet<string> = new Set<Route & `POST ${string}`>([
	'POST /api/v4/users/ids',
	'POST /api/v4/users/usernames',
	'POST /api/v4/users/search',
	'POST /api/v4/users/status/ids',
	'POST /api/v4/users/group_channels',
	'POST /api/v4/users/tokens/search',
	'POST /api/v4/teams/search',
	'POST /api/v4/teams/{team_id}/members/ids',
	'POST /api/v4/teams/{team_id}/channels/ids',
	'POST /api/v4/teams/{team_id}/channels/search',
	'POST /api/v4/teams/{team_id}/posts/search',
	'POST /api/v4/teams/{team_id}/files/search',
	'POST /api/v4/channels/search',
	'POST /api/v4/channels/group/search',
	'POST /api/v4/channels/stats/member_count',
	'POST /api/v4/channels/{channel_id}/members/ids',
	'POST /api/v4/posts/ids',
	'POST /api/v4/posts/ids/reactions',
	'POST /api/v4/posts/search',
	'POST /api/v4/files/search',
	'POST /api/v4/emoji/names',
	'POST /api/v4/emoji/search',
	'POST /api/v4/groups/names',
	'POST /api/v4/roles/names',
	'POST /api/v4/permissions/ancillary',
	// The same channel and the same membership, however often they are asked for.
	'POST /api/v4/channels/direct',
	'POST /api/v4/channels/{channel_id}/members',
	'POST /api/v4/teams/{team_id}/members',
]);
