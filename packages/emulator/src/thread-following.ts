// Who follows a thread, what they have not read of it, and the events that tell them.
import { profile } from './accounts.ts';
import { postView } from './post-view.ts';
import type { Site } from './site.ts';
import type { Post } from './world/posts.ts';
import type { ThreadMembership } from './world/threads.ts';

/** The author of the root, who replies, and who is mentioned in a reply follow the thread from then on. */
export function followThread(site: Site, reply: Post, root: Post, mentioned: ReadonlySet<string>): void {
	join(site, root, root.user_id);
	// Who writes has not viewed the thread by that: `last_viewed_at` stays as it was.
	site.world.threads.memberships.update(join(site, root, reply.user_id), { unread_mentions: 0 });
	for (const userId of mentioned) {
		const membership = join(site, root, userId);
		site.world.threads.memberships.update(membership, { unread_mentions: membership.unread_mentions + 1 });
	}
}

function join(site: Site, root: Post, userId: string): ThreadMembership {
	const now = site.clock.now();
	return (
		site.world.threads.membership(root.id, userId) ??
		site.world.threads.memberships.insert({
			post_id: root.id,
			user_id: userId,
			following: true,
			last_updated: now,
			last_view_timestamp: 0,
			unread_mentions: 0,
		})
	);
}

export function unreadReplies(site: Site, membership: ThreadMembership): number {
	let unread = 0;
	for (const reply of site.world.posts.repliesTo(membership.post_id)) {
		if (reply.create_at > membership.last_view_timestamp && reply.user_id !== membership.user_id) unread++;
	}
	return unread;
}

/** A thread as its follower sees it. */
export function threadView(
	site: Site,
	root: Post,
	membership: ThreadMembership,
	extended = true,
): Record<string, unknown> {
	const replies = [...site.world.posts.repliesTo(root.id)];
	const participants = new Set(replies.map((reply) => reply.user_id));
	return {
		id: root.id,
		reply_count: replies.length,
		last_reply_at: replies.at(-1)?.create_at ?? 0,
		last_viewed_at: membership.last_view_timestamp,
		participants: [...participants].flatMap((id) => {
			const user = site.world.users.get(id);
			return user ? [extended ? profile(site, user, 'other') : { id }] : [];
		}),
		post: postView(site, root, { metadata: false, replyCount: 0 }),
		unread_replies: unreadReplies(site, membership),
		unread_mentions: membership.unread_mentions,
		is_urgent: false,
		delete_at: root.delete_at,
	};
}

/** Tells every follower who is a member of the channel of a new reply. */
export function publishThreads(site: Site, root: Post, reply: Post, mentioned: ReadonlySet<string>): void {
	const teamId = site.world.channels.get(root.channel_id)?.team_id ?? '';
	for (const membership of site.world.threads.ofPost(root.id)) {
		const { user_id: userId, following } = membership;
		if (!following || !site.world.channels.isMember(root.channel_id, userId)) continue;
		const isWriter = userId === reply.user_id;
		const thread = threadView(site, root, membership);
		site.hub.publish(
			'thread_updated',
			{
				previous_unread_mentions: membership.unread_mentions - (mentioned.has(userId) ? 1 : 0),
				previous_unread_replies: Math.max(Number(thread.unread_replies) - (isWriter ? 0 : 1), 0),
				thread: JSON.stringify(thread),
			},
			{ user_id: userId, team_id: teamId },
		);
	}
}
