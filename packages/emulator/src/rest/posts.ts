import { Answer, created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { postEphemeral } from '../ephemeral.ts';
import { AppError, forbidden, invalidBody, noSuchUser } from '../errors.ts';
import type { Fields } from '../fields.ts';
import { callOutgoing } from '../integrations/outgoing.ts';
import { demand, isSystemAdmin, mayInChannel, mayInTeam } from '../permissions.ts';
import { changePost, deletePost, type PostChanges, postWith } from '../post-changes.ts';
import { normalProps, postListing, postView } from '../post-view.ts';
import { createPost, viewByPosting } from '../posting.ts';
import { type Route, route } from '../router.ts';
import { setOnline } from '../status.ts';
import { version } from '../version.ts';
import type { Post } from '../world/posts.ts';

/** Ids in one request at most. */
const idsLimit = 1_000;

export const postRoutes: readonly Route[] = [
	route('POST /api/v4/posts', create),
	route('POST /api/v4/posts/ephemeral', ephemeral),
	route('POST /api/v4/posts/ids', (call) => {
		const ids = call.strings('post_ids');
		if (ids.length > idsLimit)
			throw new AppError(
				400,
				'api.post.posts_by_ids.invalid_body.request_error',
				`Post ids are more than ${idsLimit}.`,
			);
		const posts = ids.flatMap((id) => call.world.posts.get(id) ?? []);
		const readable = posts.filter((post) => post.delete_at === 0 && mayRead(call, post.channel_id));
		const newestFirst = [...new Set(readable)].sort((a, b) => b.create_at - a.create_at);
		const views = newestFirst.map((post) => postView(call.site, post));
		return new Answer(200, views, { 'First-Inaccessible-Post-Time': '0' });
	}),
	route('GET /api/v4/posts/{post_id}', (call) => {
		const deleted = call.flag('include_deleted') && isSystemAdmin(call.site, call.user.id);
		const post = deleted ? call.world.posts.get(call.params.post_id) : undefined;
		return read(call, post ?? postWith(call.site, call.params.post_id));
	}),
	route('GET /api/v4/posts/{post_id}/info', info),
	route('PUT /api/v4/posts/{post_id}', (call) => {
		const fields = call.fields('post');
		if (fields.string('id') !== call.params.post_id) throw invalidBody('id');
		return edit(call, fields);
	}),
	route('PUT /api/v4/posts/{post_id}/patch', (call) => edit(call, call.fields('post'))),
	route('DELETE /api/v4/posts/{post_id}', (call) => {
		const post = postWith(call.site, call.params.post_id);
		demand.channel(call, post.channel_id, post.user_id === call.user.id ? 'delete_post' : 'delete_others_posts');
		deletePost(call.site, post, call.user.id);
		return ok;
	}),
	route('POST /api/v4/posts/{post_id}/pin', (call) => pin(call, true)),
	route('POST /api/v4/posts/{post_id}/unpin', (call) => pin(call, false)),
	route('GET /api/v4/posts/{post_id}/edit_history', (call) => {
		const post = postWith(call.site, call.params.post_id);
		if (post.user_id !== call.user.id) throw forbidden();
		const versions = [...call.world.posts.versionsOf(post.id)].sort((a, b) => b.update_at - a.update_at);
		if (versions.length === 0) {
			throw new AppError(
				404,
				'app.post.get_edit_history_for_post.not_found.app_error',
				'Unable to find the edit history of the post.',
			);
		}
		return versions.map((old) => postView(call.site, old, { metadata: false }));
	}),
	route('POST /api/v4/posts/{post_id}/restore/{restore_version_id}', (call) => {
		const post = postWith(call.site, call.params.post_id);
		if (post.user_id !== call.user.id) throw forbidden();
		const old = call.world.posts.history.get(call.params.restore_version_id);
		if (old?.original_id !== post.id)
			throw new AppError(
				404,
				'app.post.restore_post_version.not_an_history_item.app_error',
				'The version does not belong to the post.',
			);
		changePost(call.site, post, { message: old.message, file_ids: old.file_ids });
		return postView(call.site, post);
	}),
	route('GET /api/v4/posts/{post_id}/thread', thread),
	route('GET /api/v4/channels/{channel_id}/pinned', (call) => {
		demandRead(call, call.params.channel_id);
		const posts = [...call.world.posts.pinnedIn(call.params.channel_id)].sort((a, b) => b.create_at - a.create_at);
		return call.tagged(listTag(posts), () => postListing(call.site, posts));
	}),
	route('GET /api/v4/users/{user_id}/posts/flagged', (call) => {
		demand.user(call, call.params.user_id);
		const flags = call.world.preferences
			.ofUser(call.params.user_id)
			.filter(({ category }) => category === 'flagged_post');
		const posts = flags
			.flatMap(({ name }) => call.world.posts.get(name) ?? [])
			.filter((post) => post.delete_at === 0 && mayRead(call, post.channel_id) && asked(call, post))
			.sort((a, b) => b.create_at - a.create_at);
		const { from, to } = call.page();
		return postListing(call.site, posts.slice(from, to));
	}),
];

/** ETag of a list: its first post, and which of them changed last. */
function listTag(posts: readonly Post[]): string {
	const later = (a: Post, b: Post) => (a.update_at - b.update_at || a.create_at - b.create_at) > 0;
	const last = posts.reduce<Post | undefined>((a, b) => (a && later(a, b) ? a : b), undefined);
	return `${version}.${posts[0]?.id ?? ''}.${last?.id ?? ''}.${last?.update_at ?? 0}`;
}

function asked(call: Call, post: Post): boolean {
	const channel = call.world.channels.get(post.channel_id);
	const [teamId, channelId] = [call.asked('team_id'), call.asked('channel_id')];
	if (channelId && post.channel_id !== channelId) return false;
	return !teamId || channel?.team_id === '' || channel?.team_id === teamId;
}

/** Members, and all of the team where the channel is public. */
export function mayRead({ site, user }: Call, channelId: string): boolean {
	if (mayInChannel(site, user.id, channelId, 'read_channel_content')) return true;
	const channel = site.world.channels.get(channelId);
	return channel?.type === 'O' && mayInTeam(site, user.id, channel.team_id, 'read_public_channel');
}

export function demandRead(call: Call, channelId: string): void {
	if (!mayRead(call, channelId)) throw forbidden();
}

async function create(call: Call): Promise<Answer> {
	const fields = call.fields('post');
	const channelId = fields.string('channel_id');
	// An unknown or missing channel is refused like one that is not open to the caller.
	if (!call.world.channels.get(channelId) || !mayPost(call, channelId)) throw forbidden();
	const pending = fields.string('pending_post_id');
	const createAt = isSystemAdmin(call.site, call.user.id) ? fields.number('create_at') : 0;
	const { post, repeated } = await createPost(call.site, call.user, {
		channel_id: channelId,
		message: fields.string('message'),
		root_id: fields.string('root_id'),
		...(fields.has('props') ? { props: fields.record('props') } : {}),
		...(fields.has('file_ids') ? { file_ids: fields.strings('file_ids') } : {}),
		pending_post_id: pending,
		...(createAt > 0 ? { create_at: createAt } : {}),
	});
	if (repeated) return created(postView(call.site, post, { metadata: false }));
	if (post.root_id === '') viewByPosting(call.site, post);
	callOutgoing(call.site, post, call.user);
	if (call.asked('set_online') !== 'false') setOnline(call.site, call.user.id);
	return created(postView(call.site, post, { pendingPostId: pending }));
}

function mayPost({ site, user }: Call, channelId: string): boolean {
	if (mayInChannel(site, user.id, channelId, 'create_post')) return true;
	const channel = site.world.channels.get(channelId);
	return channel?.type === 'O' && mayInTeam(site, user.id, channel.team_id, 'create_post_public');
}

/** Seen by one user and stored nowhere. */
function ephemeral(call: Call): Answer {
	const fields = call.fields('post_ephemeral');
	const userId = fields.string('user_id');
	if (userId === '') throw invalidBody('user_id');
	demand.system(call, 'create_post_ephemeral');
	if (!call.world.users.get(userId)) throw noSuchUser();
	const given = fields.fields('post');
	const view = postEphemeral(call.site, {
		to: userId,
		from: call.user.id,
		channel_id: given.string('channel_id'),
		root_id: given.string('root_id'),
		message: given.string('message'),
		props: given.record('props'),
	});
	return created(view);
}

function read(call: Call, post: Post): Answer {
	demandRead(call, post.channel_id);
	return call.tagged(`${version}.${post.id}.${post.update_at}`, () => postView(call.site, post));
}

function info(call: Call<'post_id'>): object {
	const post = postWith(call.site, call.params.post_id);
	demandRead(call, post.channel_id);
	const channel = call.world.channels.get(post.channel_id);
	const team = call.world.teams.get(channel?.team_id ?? '');
	return {
		channel_id: post.channel_id,
		channel_type: channel?.type ?? '',
		channel_display_name: channel?.display_name ?? '',
		has_joined_channel: call.world.channels.isMember(post.channel_id, call.user.id),
		team_id: team?.id ?? '',
		team_type: team?.type ?? '',
		team_display_name: team?.display_name ?? '',
		has_joined_team: team ? call.world.teams.isMember(team.id, call.user.id) : false,
	};
}

function edit(call: Call<'post_id'>, fields: Fields): object {
	const post = postWith(call.site, call.params.post_id);
	const isOwn = post.user_id === call.user.id;
	if (!isOwn) demand.channel(call, post.channel_id, 'edit_others_posts');
	else demand.channel(call, post.channel_id, 'edit_post');
	const changes: PostChanges = {};
	const message = fields.optional('message');
	if (message !== undefined) changes.message = message;
	if (fields.has('props')) changes.props = normalProps(fields.record('props'));
	if (fields.has('is_pinned')) changes.is_pinned = fields.boolean('is_pinned');
	changePost(call.site, post, changes);
	return postView(call.site, post);
}

function pin(call: Call<'post_id'>, is_pinned: boolean): typeof ok {
	const post = postWith(call.site, call.params.post_id);
	demandRead(call, post.channel_id);
	changePost(call.site, post, { is_pinned });
	return ok;
}

/**
 * The whole thread, or `perPage` posts of it from `fromCreateAt`/`fromPost` on. As on the real server the post that was asked
 * for comes first, and a page holds it beside its own.
 */
function thread(call: Call<'post_id'>): Answer {
	const asked = postWith(call.site, call.params.post_id);
	demandRead(call, asked.channel_id);
	const root = asked.root_id === '' ? asked : call.world.posts.get(asked.root_id);
	const up = call.asked('direction') === 'up';
	const rows = [...(root ? [root] : []), ...call.world.posts.repliesTo(root?.id ?? '')].sort(
		(a, b) => (a.create_at - b.create_at) * (up ? -1 : 1),
	);
	const fromCreateAt = Number(call.asked('fromCreateAt')) || 0;
	const fromPost = call.asked('fromPost');
	const beyond = (post: Post) => {
		if (fromCreateAt === 0) return true;
		if (post.create_at === fromCreateAt) return fromPost !== '' && (up ? post.id < fromPost : post.id > fromPost);
		return up ? post.create_at < fromCreateAt : post.create_at > fromCreateAt;
	};
	const after = rows.filter(beyond);
	const perPage = Number(call.asked('perPage')) || after.length;
	const page = after.slice(0, perPage);
	const posts = [...new Set([asked, ...page])];
	return call.tagged(listTag(posts), () => {
		const {
			order,
			posts: views,
			next_post_id,
			prev_post_id,
			first_inaccessible_post_time,
		} = postListing(call.site, posts);
		return {
			order,
			posts: views,
			next_post_id,
			prev_post_id,
			has_next: after.length > perPage,
			first_inaccessible_post_time,
		};
	});
}
