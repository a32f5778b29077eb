// Editing, pinning and deleting posts, and reactions to them.
import { AppError } from './errors.ts';
import { newId } from './ids.ts';
import { hashtagsIn } from './mentions.ts';
import { postView, reactionView } from './post-view.ts';
import { checkMessage } from './posting.ts';
import type { Site } from './site.ts';
import type { Post } from './world/posts.ts';
import type { Reaction } from './world/reactions.ts';

export const noSuchPost = () => new AppError(404, 'app.post.get.app_error', 'Unable to get the post.');

/** A post that is not deleted. */
export function postWith(site: Site, id: string): Post {
	const post = site.world.posts.get(id);
	if (!post || post.delete_at > 0) throw noSuchPost();
	return post;
}

export type PostChanges = Partial<Pick<Post, 'message' | 'props' | 'is_pinned' | 'file_ids'>>;

/** A change of text keeps the version before it, and is a moment in `edit_at`; pinning is not. */
export function changePost(site: Site, post: Post, changes: PostChanges): void {
	const { posts } = site.world;
	if (changes.message !== undefined) checkMessage(site, changes.message);
	const now = site.clock.now();
	const isEdit = changes.message !== undefined && changes.message !== post.message;
	if (isEdit) posts.history.insert({ ...post, id: newId(), original_id: post.id, update_at: now, delete_at: now });
	posts.table.update(post, {
		...changes,
		...(isEdit ? { edit_at: now, hashtags: hashtagsIn(changes.message ?? '') } : {}),
		update_at: now,
	});
	publishEdited(site, post);
}

export function publishEdited(site: Site, post: Post): void {
	site.hub.publish('post_edited', { post: JSON.stringify(postView(site, post)) }, { channel_id: post.channel_id });
}

/** With a root its replies go. Members hear of it; who deleted it only administrators. */
export function deletePost(site: Site, post: Post, byId: string): void {
	const { posts, channels, files } = site.world;
	const view = JSON.stringify(postView(site, post, { metadata: false }));
	const now = site.clock.now();
	for (const gone of [post, ...posts.repliesTo(post.id)]) {
		posts.table.update(gone, { delete_at: now, update_at: now });
		files.deleteOfPost(gone.id, now);
	}
	const channel = channels.get(post.channel_id);
	const newest = posts.inChannel.live(post.channel_id).at(-1)?.create_at;
	// The time of the newest post goes back when that is deleted.
	if (channel && newest !== undefined && newest < channel.last_post_at) {
		channels.table.update(channel, { last_post_at: newest });
	}
	const to = { channel_id: post.channel_id };
	site.hub.publish('post_deleted', { post: view }, { ...to, contains_sanitized_data: true });
	site.hub.publish('post_deleted', { delete_by: byId, post: view }, { ...to, contains_sensitive_data: true });
}

export function addReaction(site: Site, userId: string, post: Post, emoji_name: string): Reaction {
	const { reactions } = site.world;
	const existing = reactions.get(userId, post.id, emoji_name);
	if (existing) return existing;
	const now = site.clock.now();
	const reaction = reactions.table.insert({
		user_id: userId,
		post_id: post.id,
		emoji_name,
		create_at: now,
		update_at: now,
		delete_at: 0,
		channel_id: post.channel_id,
	});
	publishReaction(site, 'reaction_added', post, reactionView(reaction));
	return reaction;
}

export function removeReaction(site: Site, post: Post, reaction: Reaction): void {
	site.world.reactions.table.delete(reaction);
	// Recorded: a removed reaction has no channel and no create_at.
	const gone = { ...reactionView(reaction), create_at: 0, update_at: site.clock.now(), channel_id: '' };
	publishReaction(site, 'reaction_removed', post, gone);
}

function publishReaction(site: Site, event: string, post: Post, reaction: object): void {
	// ETags of the post must change with its reactions.
	site.world.posts.table.update(post, { update_at: site.clock.now() });
	site.hub.publish(event, { reaction: JSON.stringify(reaction) }, { channel_id: post.channel_id });
}
