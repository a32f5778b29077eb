// How the recorded exchanges are made by named methods.
import type { Mattermost } from '../mattermost.ts';
import type { Route } from '../routes.ts';

/** The parts of a recorded request. */
export interface Request {
	/** Values of the route's parameters. */
	readonly path: readonly string[];
	// biome-ignore lint/suspicious/noExplicitAny: recorded by a server, of any type; what is wrong with it the stub sees.
	readonly body: any;
	// biome-ignore lint/suspicious/noExplicitAny: likewise
	readonly query: any;
}
type Call = (mm: Mattermost, request: Request) => PromiseLike<unknown>;

const id = (request: Request, index = 0) => request.path[index] ?? '';
const numbers = ({ page, per_page, ...rest }: Record<string, string> = {}) => ({
	...rest,
	...(page ? { page: Number(page) } : {}),
	...(per_page ? { per_page: Number(per_page) } : {}),
});

export const calls: { readonly [R in Route]?: Call } = {
	'GET /api/v4/system/ping': (mm, r) => mm.system.ping(r.query),
	'GET /api/v4/config/client': (mm) => mm.config.getForClients(),
	'GET /api/v4/license/client': (mm) => mm.config.getLicense(),

	'POST /api/v4/users': (mm, r) => mm.users.create(r.body),
	'POST /api/v4/users/login': (mm, r) => mm.users.login(r.body.login_id, r.body.password),
	'POST /api/v4/users/logout': (mm) => mm.users.logout(),
	'GET /api/v4/users': (mm, r) => mm.users.list(numbers(r.query)),
	'GET /api/v4/users/{user_id}': (mm, r) => (id(r) === 'me' ? mm.users.getMe() : mm.users.getById(id(r))),
	'GET /api/v4/users/username/{username}': (mm, r) => mm.users.getByUsername(id(r)),
	'GET /api/v4/users/email/{email}': (mm, r) => mm.users.getByEmail(id(r)),
	'POST /api/v4/users/ids': (mm, r) => mm.users.byIds(r.body),
	'POST /api/v4/users/usernames': (mm, r) => mm.users.byUsernames(r.body),
	'POST /api/v4/users/search': (mm, r) => mm.users.search(r.body.term),
	'GET /api/v4/users/autocomplete': (mm, r) => mm.users.autocomplete(r.query),
	'PUT /api/v4/users/{user_id}/patch': (mm, r) => mm.users.update(id(r), r.body),
	'PUT /api/v4/users/{user_id}/roles': (mm, r) => mm.users.setRoles(id(r), r.body.roles),
	'PUT /api/v4/users/{user_id}/active': (mm, r) => mm.users.setActive(id(r), r.body.active),
	'DELETE /api/v4/users/{user_id}': (mm, r) => mm.users.deactivate(id(r)),
	'GET /api/v4/users/{user_id}/image': (mm, r) => mm.users.getImage(id(r)),
	'GET /api/v4/users/{user_id}/status': (mm, r) => mm.users.getStatus(id(r)),
	'PUT /api/v4/users/{user_id}/status': (mm, r) => mm.status.set(id(r), r.body.status),
	'POST /api/v4/users/status/ids': (mm, r) => mm.status.getByIds(r.body),
	'GET /api/v4/users/{user_id}/sessions': (mm, r) => mm.sessions.list(id(r)),
	'POST /api/v4/users/{user_id}/tokens': (mm, r) => mm.tokens.create(id(r), r.body.description),
	'POST /api/v4/users/tokens/revoke': (mm, r) => mm.tokens.revoke(r.body.token_id),
	'GET /api/v4/users/{user_id}/preferences': (mm, r) => mm.preferences.list(id(r)),
	'PUT /api/v4/users/{user_id}/preferences': (mm, r) => mm.preferences.save(id(r), r.body),

	'POST /api/v4/teams': (mm, r) => mm.teams.create(r.body),
	'GET /api/v4/teams': (mm, r) => mm.teams.getAll(numbers(r.query)),
	'GET /api/v4/teams/{team_id}': (mm, r) => mm.teams.getById(id(r)),
	'GET /api/v4/teams/name/{team_name}': (mm, r) => mm.teams.getByName(id(r)),
	'GET /api/v4/teams/name/{team_name}/exists': (mm, r) => mm.teams.exists(id(r)),
	'GET /api/v4/users/{user_id}/teams': (mm, r) => mm.teams.getForUser(id(r)),
	'POST /api/v4/teams/search': (mm, r) => mm.teams.search(r.body.term),
	'PUT /api/v4/teams/{team_id}/patch': (mm, r) => mm.teams.update(id(r), r.body),
	'DELETE /api/v4/teams/{team_id}': (mm, r) => mm.teams.delete(id(r)),
	'GET /api/v4/teams/{team_id}/stats': (mm, r) => mm.teams.getStats(id(r)),
	'GET /api/v4/teams/{team_id}/members': (mm, r) => mm.teams.getMembers(id(r), numbers(r.query)),
	'POST /api/v4/teams/{team_id}/members': (mm, r) => mm.teams.addMember(id(r), r.body.user_id),
	'GET /api/v4/teams/{team_id}/members/{user_id}': (mm, r) => mm.teams.getMember(id(r), id(r, 1)),
	'DELETE /api/v4/teams/{team_id}/members/{user_id}': (mm, r) => mm.teams.removeMember(id(r), id(r, 1)),
	'PUT /api/v4/teams/{team_id}/members/{user_id}/roles': (mm, r) =>
		mm.teams.setMemberRoles(id(r), id(r, 1), r.body.roles),
	'PUT /api/v4/teams/{team_id}/members/{user_id}/schemeRoles': (mm, r) =>
		r.body.scheme_admin ? mm.teams.setAdmin(id(r), id(r, 1)) : mm.teams.removeAdmin(id(r), id(r, 1)),
	'GET /api/v4/users/{user_id}/teams/unread': (mm, r) => mm.teams.getAllUnread(id(r)),

	'POST /api/v4/channels': (mm, r) => mm.channels.create(r.body),
	'POST /api/v4/channels/direct': (mm, r) => mm.channels.createDirect(r.body),
	'POST /api/v4/channels/group': (mm, r) => mm.channels.createDirect(r.body),
	'GET /api/v4/channels': (mm, r) => mm.channels.listChannels(numbers(r.query)),
	'POST /api/v4/channels/search': (mm, r) => mm.channels.searchAll(r.body.term),
	'GET /api/v4/channels/{channel_id}': (mm, r) => mm.channels.getById(id(r)),
	'PUT /api/v4/channels/{channel_id}/patch': (mm, r) => mm.channels.update(id(r), r.body),
	'DELETE /api/v4/channels/{channel_id}': (mm, r) => mm.channels.delete(id(r)),
	'GET /api/v4/channels/{channel_id}/stats': (mm, r) => mm.channels.getStats(id(r)),
	'GET /api/v4/channels/{channel_id}/pinned': (mm, r) => mm.channels.getPinnedPosts(id(r)),
	'GET /api/v4/teams/{team_id}/channels': (mm, r) => mm.channels.getByTeam(id(r), numbers(r.query)),
	'POST /api/v4/teams/{team_id}/channels/search': (mm, r) => mm.channels.search(id(r), r.body.term),
	'GET /api/v4/teams/{team_id}/channels/name/{channel_name}': (mm, r) => mm.channels.getByName(id(r), id(r, 1)),
	'GET /api/v4/teams/name/{team_name}/channels/name/{channel_name}': (mm, r) =>
		mm.channels.getByTeamName(id(r), id(r, 1)),
	'GET /api/v4/users/{user_id}/channels': (mm, r) => mm.channels.getForUser(id(r)),
	'GET /api/v4/users/{user_id}/teams/{team_id}/channels': (mm, r) => mm.channels.getMyChannelsInTeam(id(r, 1)),
	'GET /api/v4/users/{user_id}/channels/{channel_id}/unread': (mm, r) => mm.channels.getUnread(id(r), id(r, 1)),
	'GET /api/v4/channels/{channel_id}/members': (mm, r) => mm.channels.getMembers(id(r), numbers(r.query)),
	'POST /api/v4/channels/{channel_id}/members': (mm, r) => mm.channels.addMember(id(r), r.body.user_id),
	'GET /api/v4/channels/{channel_id}/members/{user_id}': (mm, r) => mm.channels.getMember(id(r), id(r, 1)),
	'DELETE /api/v4/channels/{channel_id}/members/{user_id}': (mm, r) => mm.channels.removeMember(id(r), id(r, 1)),
	'PUT /api/v4/channels/{channel_id}/members/{user_id}/schemeRoles': (mm, r) => mm.channels.setAdmin(id(r), id(r, 1)),
	'POST /api/v4/channels/members/{user_id}/view': (mm, r) => mm.channels.view(id(r), r.body.channel_id),

	'POST /api/v4/posts': (mm, r) => mm.posts.create(r.body, { allowDroppedFiles: true }),
	'GET /api/v4/posts/{post_id}': (mm, r) => mm.posts.getById(id(r)),
	'PUT /api/v4/posts/{post_id}': (mm, r) => mm.posts.replace(r.body),
	'PUT /api/v4/posts/{post_id}/patch': (mm, r) => mm.posts.update(id(r), r.body.message),
	'DELETE /api/v4/posts/{post_id}': (mm, r) => mm.posts.delete(id(r)),
	'POST /api/v4/posts/{post_id}/pin': (mm, r) => mm.posts.pin(id(r)),
	'POST /api/v4/posts/{post_id}/unpin': (mm, r) => mm.posts.unpin(id(r)),
	'GET /api/v4/posts/{post_id}/thread': (mm, r) =>
		r.query.perPage ? mm.posts.thread(id(r), { per_page: Number(r.query.perPage) }) : mm.posts.getThread(id(r)),
	'GET /api/v4/channels/{channel_id}/posts': (mm, r) => mm.posts.getForChannel(id(r), numbers(r.query)),
	'POST /api/v4/posts/ids': (mm, r) => mm.posts.byIds(r.body),
	'POST /api/v4/teams/{team_id}/posts/search': (mm, r) => mm.posts.search(id(r), r.body.terms),
	'POST /api/v4/posts/ephemeral': (mm, r) => mm.posts.createEphemeral(r.body.user_id, r.body.post),
	'POST /api/v4/users/{user_id}/posts/{post_id}/set_unread': (mm, r) => mm.posts.markUnread(id(r), id(r, 1)),
	'POST /api/v4/posts/schedule': (mm, r) => mm.scheduledPosts.create(r.body),
	'GET /api/v4/posts/scheduled/team/{team_id}': (mm, r) =>
		mm.scheduledPosts.list(id(r), { includeDirectChannels: true }),
	'POST /api/v4/reactions': (mm, r) => mm.reactions.add(r.body.post_id, r.body.emoji_name),
	'GET /api/v4/posts/{post_id}/reactions': (mm, r) => mm.reactions.list(id(r)),
	'DELETE /api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}': (mm, r) =>
		mm.reactions.remove(id(r, 1), id(r, 2)),

	'GET /api/v4/files/{file_id}': (mm, r) => mm.files.get(id(r)),
	'GET /api/v4/files/{file_id}/info': (mm, r) => mm.files.getInfo(id(r)),
	'GET /api/v4/files/{file_id}/link': (mm, r) => mm.files.getLink(id(r)),
	'POST /api/v4/files': (mm, r) =>
		mm.files.upload(r.query.channel_id, Buffer.from(bytesOf(r.body)), { name: r.query.filename }),
	'POST /api/v4/uploads': (mm, r) => mm.uploads.create(r.body),
	'GET /api/v4/uploads/{upload_id}': (mm, r) => mm.uploads.get(id(r)),
	'POST /api/v4/uploads/{upload_id}': (mm, r) => mm.uploads.send(id(r), Buffer.from(bytesOf(r.body))),
	'GET /api/v4/users/{user_id}/uploads': (mm, r) => mm.uploads.list(id(r)),

	'POST /api/v4/bots': (mm, r) => mm.bots.create(r.body),
	'GET /api/v4/bots': (mm, r) => mm.bots.list(numbers(r.query)),
	'GET /api/v4/bots/{bot_user_id}': (mm, r) => mm.bots.get(id(r)),
	'POST /api/v4/hooks/incoming': (mm, r) => mm.incomingWebhooks.create(r.body),
	'GET /api/v4/hooks/incoming': (mm, r) => mm.incomingWebhooks.list(numbers(r.query)),
	'POST /api/v4/hooks/outgoing': (mm, r) => mm.outgoingWebhooks.create(r.body),
	'POST /api/v4/commands': (mm, r) => mm.commands.create(r.body),
	'GET /api/v4/commands': (mm, r) => mm.commands.list(r.query),
	'POST /api/v4/commands/execute': (mm, r) => mm.commands.execute(r.body),
	'GET /api/v4/emoji': (mm, r) => mm.emoji.list(numbers(r.query)),
};

/** What a method makes of the answer, where it is not the answer itself. */
export const results: { readonly [R in Route]?: (answer: never) => unknown } = {
	'GET /api/v4/teams/name/{team_name}/exists': ({ exists }: { exists: boolean }) => exists,
	'PUT /api/v4/teams/{team_id}/members/{user_id}/schemeRoles': () => true,
	'PUT /api/v4/channels/{channel_id}/members/{user_id}/schemeRoles': () => true,
	'GET /api/v4/posts/{post_id}/thread': (list: { posts: Record<string, { create_at: number }> }) =>
		Object.values(list.posts).sort((a, b) => a.create_at - b.create_at),
	'POST /api/v4/teams/{team_id}/posts/search': (list: { order: string[]; posts: Record<string, unknown> }) =>
		list.order.map((id) => list.posts[id]),
	'POST /api/v4/files': ({ file_infos }: { file_infos: unknown[] }) => file_infos[0],
};

/** Exchanges that no named method makes, and why. */
export const notMade: Readonly<Record<string, string>> = {
	'system: unknown route': 'no such route',
	'system: wrong method': 'no such route',
	'users: me with ETag': 'no method sends If-None-Match',
	'users: create not json': 'bodies are always JSON',
	'users: login empty': 'refused before it is sent',
	'users: token list': 'a page is always asked for',
	'users: list bad page': 'page is a number',
	'teams: create missing fields': 'the type defaults to O',
	'teams: list with count': 'asked by page only',
	'channels: create no team': 'refused before it is sent',
	'channels: all, not allowed': 'a page is always asked for',
	'channels: create direct, one id': 'refused before it is sent',
	'channels: create group of two': 'two are a direct channel',
	'posts: no channel': 'refused before it is sent',
	'posts: race 3': 'likewise',
	'posts: race 2': 'the server says that it is still at it: such an answer is waited for',
	'posts: update, id mismatch': 'one id for both',
	'posts: react for other': 'adds your own only',
	'files: upload, no channel': 'refused before it is sent',
	'files: upload empty': 'refused before it is sent',
	'files: post with 11 files': 'refused before it is sent',
	'files: get range': 'a download asks for the rest only',
};

/** `<1200 bytes>` stands for so many bytes. */
export function bytesOf(recorded: string): string {
	const size = /^<(\d+) (?:bytes|x)>$/.exec(recorded)?.[1];
	return size ? 'x'.repeat(Number(size)) : recorded;
}
