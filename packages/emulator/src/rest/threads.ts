// The threads that somebody follows, and what of them is unread.
import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden } from '../errors.ts';
import { keywordIn, spokenTo } from '../mentions.ts';
import { demand } from '../permissions.ts';
import { postWith } from '../post-changes.ts';
import { countsInChannel } from '../posting.ts';
import { type Route, route } from '../router.ts';
import { threadView, unreadReplies } from '../thread-following.ts';
import type { Post } from '../world/posts.ts';
import { firstFrom } from '../world/posts-by-channel.ts';
import type { ThreadMembership } from '../world/threads.ts';

const base = '/api/v4/users/{user_id}/teams/{team_id}/threads';

export const threadRoutes: readonly Route[] = [
	route(`GET ${base}`, list),

	route(`GET ${base}/{thread_id}`, (call) => {
		const { root, membership } = followed(call);
		return threadView(call.site, root, membership, call.flag('extended'));
	}),

	route(`PUT ${base}/{thread_id}/following`, (call) => follow(call, true)),
	route(`DELETE ${base}/{thread_id}/following`, (call) => follow(call, false)),

	route(`PUT ${base}/{thread_id}/read/{timestamp}`, (call) => read(call, Number(call.params.timestamp))),

	route(`POST ${base}/{thread_id}/set_unread/{post_id}`, (call) =>
		// Up to the millisecond before: the post itself counts as unread.
		read(call, postWith(call.site, call.params.post_id).create_at - 1),
	),

	route(`PUT ${base}/read`, (call) => {
		demandOwn(call);
		for (const { root, membership } of threadsIn(call)) {
			if (unreadReplies(call.site, membership) === 0 && membership.unread_mentions === 0) continue;
			call.world.threads.memberships.update(membership, {
				last_view_timestamp: Math.max(call.now, lastReplyAt(call, root)),
				last_updated: call.now,
				unread_mentions: 0,
			});
		}
		call.hub.publish('thread_read_changed', {}, { user_id: call.params.user_id, team_id: call.params.team_id });
		return ok;
	}),

	route('POST /api/v4/users/{user_id}/posts/{post_id}/set_unread', setUnread),
];

type ThreadsCall = Call<'user_id' | 'team_id'>;
type ThreadCall = Call<'user_id' | 'team_id' | 'thread_id'>;

interface Followed {
	readonly root: Post;
	readonly membership: ThreadMembership;
}

interface Thread extends Followed {
	readonly lastReplyAt: number;
}

const lastReplyAt = ({ world }: Call, root: Post) =>
	Math.max(0, ...[...world.posts.repliesTo(root.id)].map((reply) => reply.create_at));

function demandOwn(call: ThreadsCall): void {
	demand.user(call, call.params.user_id);
	if (!call.world.teams.isMember(call.params.team_id, call.params.user_id)) throw forbidden();
}

/** What the user follows in the team and in direct messages, that with the last reply first. */
function threadsIn(call: ThreadsCall): Thread[] {
	const { world, params } = call;
	const threads: Thread[] = [];
	for (const membership of world.threads.ofUser(params.user_id)) {
		const root = world.posts.get(membership.post_id);
		const channel = root && world.channels.get(root.channel_id);
		if (!membership.following || !root || !channel || root.delete_at > 0) continue;
		if (channel.team_id !== '' && channel.team_id !== params.team_id) continue;
		if (world.channels.isMember(channel.id, params.user_id))
			threads.push({ root, membership, lastReplyAt: lastReplyAt(call, root) });
	}
	return threads.sort((a, b) => b.lastReplyAt - a.lastReplyAt);
}

function list(call: ThreadsCall): object {
	demandOwn(call);
	const threads = threadsIn(call).filter(({ root }) => call.world.posts.repliesTo(root.id).size > 0);
	const isUnread = ({ membership }: Thread) => unreadReplies(call.site, membership) > 0;
	const counts = call.flag('threadsOnly')
		? {}
		: {
				total: threads.length,
				total_unread_threads: threads.filter(isUnread).length,
				total_unread_mentions: threads.reduce((sum, { membership }) => sum + membership.unread_mentions, 0),
				total_unread_urgent_mentions: 0,
			};
	if (call.flag('totalsOnly')) return { ...counts, threads: null };
	const since = Number(call.asked('since'));
	const asked = threads
		.filter((thread) => !call.flag('unread') || isUnread(thread))
		.filter(({ lastReplyAt, membership }) => since === 0 || lastReplyAt >= since || membership.last_updated >= since);
	const { perPage } = call.page(30);
	const page = around(asked, call.asked('before'), call.asked('after'), perPage);
	const views = page.map(({ root, membership }) => threadView(call.site, root, membership, call.flag('extended')));
	return { ...counts, threads: views };
}

/** Before and after a thread in time: the list has the newest first. */
function around(threads: readonly Thread[], before: string, after: string, size: number): readonly Thread[] {
	const place = (id: string) => threads.findIndex(({ root }) => root.id === id);
	if (before !== '') return threads.slice(place(before) + 1).slice(0, size);
	if (after !== '') return threads.slice(0, Math.max(place(after), 0)).slice(-size);
	return threads.slice(0, size);
}

/** A thread by any of its posts. */
function rootOf(call: ThreadCall): Post {
	demand.user(call, call.params.user_id);
	const post = postWith(call.site, call.params.thread_id);
	const root = post.root_id === '' ? post : postWith(call.site, post.root_id);
	demand.channel(call, root.channel_id, 'read_channel_content');
	return root;
}

function followed(call: ThreadCall): Followed {
	const root = rootOf(call);
	const membership = call.world.threads.membership(root.id, call.params.user_id);
	if (!membership?.following) {
		throw new AppError(404, 'app.user.get_threads_for_user.not_found', 'Thread does not exist or is not followed.');
	}
	return { root, membership };
}

function membershipOf(call: ThreadCall, root: Post): ThreadMembership {
	const { memberships } = call.world.threads;
	const user_id = call.params.user_id;
	return (
		call.world.threads.membership(root.id, user_id) ??
		memberships.insert({
			post_id: root.id,
			user_id,
			following: false,
			last_updated: call.now,
			last_view_timestamp: call.now,
			unread_mentions: 0,
		})
	);
}

function follow(call: ThreadCall, following: boolean): object {
	const root = rootOf(call);
	call.world.threads.memberships.update(membershipOf(call, root), { following, last_updated: call.now });
	const data = { thread_id: root.id, state: following, reply_count: call.world.posts.repliesTo(root.id).size };
	call.hub.publish('thread_follow_changed', data, { user_id: call.params.user_id, team_id: call.params.team_id });
	return ok;
}

/** Replies until `timestamp` are read, later ones are not. */
function read(call: ThreadCall, timestamp: number): object {
	const { root, membership } = followed(call);
	const { user_id, team_id } = call.params;
	const previous = { replies: unreadReplies(call.site, membership), mentions: membership.unread_mentions };
	const user = call.world.users.get(user_id);
	const later = [...call.world.posts.repliesTo(root.id)].filter((reply) => reply.create_at > timestamp);
	const speaksTo = ({ message, user_id: author }: Post) =>
		user !== undefined &&
		author !== user.id &&
		(spokenTo(message).names.has(user.username) || keywordIn(message, user));
	const unread_mentions = later.filter(speaksTo).length;
	call.world.threads.memberships.update(membership, {
		last_view_timestamp: timestamp,
		last_updated: call.now,
		unread_mentions,
	});
	const data = {
		thread_id: root.id,
		timestamp,
		unread_mentions,
		unread_replies: unreadReplies(call.site, membership),
		previous_unread_mentions: previous.mentions,
		previous_unread_replies: previous.replies,
		channel_id: root.channel_id,
	};
	call.hub.publish('thread_read_changed', data, { user_id, team_id });
	return threadView(call.site, root, membership);
}

/** The channel is unread from this post on. */
function setUnread(call: Call<'user_id' | 'post_id'>): object {
	const { world, hub, params } = call;
	demand.user(call, params.user_id);
	const post = postWith(call.site, params.post_id);
	const channel = world.channels.get(post.channel_id);
	const member = world.channels.member(post.channel_id, params.user_id);
	const user = world.users.get(params.user_id);
	if (!channel || !member || !user) throw forbidden();
	const live = world.posts.inChannel.live(channel.id);
	const unread = live.slice(firstFrom(live, post.create_at)).filter(countsInChannel);
	const roots = unread.filter(({ root_id }) => root_id === '');
	const isDirect = channel.type === 'D' || channel.type === 'G';
	const speaksTo = ({ message, user_id }: Post) =>
		user_id !== user.id && (isDirect || spokenTo(message).names.has(user.username) || keywordIn(message, user));
	const counts = {
		msg_count: channel.total_msg_count - unread.length,
		mention_count: unread.filter(speaksTo).length,
		mention_count_root: roots.filter(speaksTo).length,
		urgent_mention_count: 0,
		msg_count_root: channel.total_msg_count_root - roots.length,
		last_viewed_at: post.create_at - 1,
	};
	world.channels.members.update(member, { ...counts, last_update_at: call.now });
	const to = { user_id: user.id, team_id: channel.team_id, channel_id: channel.id };
	hub.publish('post_unread', { ...counts, post_id: post.id }, to);
	return { team_id: channel.team_id, user_id: user.id, channel_id: channel.id, ...counts };
}
