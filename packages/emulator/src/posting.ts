// Making posts: once for each pending_post_id, counted in the channel and for its members, and told to all who may see them.
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from './errors.ts';
import { newId } from './ids.ts';
import { mentionedBy } from './mentioned.ts';
import { hashtagsIn } from './mentions.ts';
import { mayInChannel } from './permissions.ts';
import { normalProps, postView } from './post-view.ts';
import type { Site } from './site.ts';
import { followThread, publishThreads } from './thread-following.ts';
import type { Channel } from './world/channels.ts';
import { noFiles, noProps, type Post } from './world/posts.ts';
import type { User } from './world/users.ts';

export interface NewPost {
	readonly channel_id: string;
	readonly message: string;
	readonly root_id?: string;
	readonly props?: Readonly<Record<string, unknown>>;
	readonly file_ids?: readonly string[];
	readonly pending_post_id?: string;
	/** Milliseconds since 1970. Default: now. */
	readonly create_at?: number;
}

export interface PostMade {
	readonly post: Post;
	/** It was there already: made by an earlier request with the same `pending_post_id`. */
	readonly repeated: boolean;
}

/** A post of a user. The author's right to post there is the caller's business. */
export async function createPost(site: Site, author: User, given: NewPost): Promise<PostMade> {
	const key = given.pending_post_id ?? '';
	if (key === '') return { post: await makePost(site, author, given), repeated: false };
	const earlier = site.pending.find(key, site.clock.now());
	if (earlier) {
		if (earlier.postId === undefined) {
			throw new AppError(
				500,
				'api.post.deduplicate_create_post.pending',
				'Rejected post since another client is making the same request.',
			);
		}
		const post = site.world.posts.get(earlier.postId);
		// Who may not read the first post gets one of their own.
		if (post && mayInChannel(site, author.id, post.channel_id, 'read_channel')) return { post, repeated: true };
	}
	site.pending.begin(key, site.clock.now());
	let made: Post | undefined;
	try {
		made = await makePost(site, author, given);
		return { post: made, repeated: false };
	} finally {
		site.pending.end(key, made?.id);
	}
}

async function makePost(site: Site, author: User, given: NewPost): Promise<Post> {
	const channel = site.world.channels.get(given.channel_id);
	if (!channel) throw new AppError(404, 'app.channel.get.existing.app_error', 'Unable to find the existing channel.');
	if (channel.delete_at > 0) {
		throw new AppError(400, 'api.post.create_post.can_not_post_to_deleted.error', 'Can not post to deleted channel.');
	}
	const root = rootOf(site, given);
	checkMessage(site, given.message);
	await site.faults.turn();
	if (site.settings.postTakes > 0) await delay(site.settings.postTakes);
	// A repeat that comes at the same time must find this one in flight, as it does where storing takes its time.
	else if (given.pending_post_id) await new Promise(setImmediate);

	const create_at = given.create_at || site.clock.now();
	await site.faults.hold(author.id);
	const id = newId();
	const asked = given.file_ids ?? noFiles;
	const attached = asked.length === 0 ? noFiles : site.world.files.attach({ id, user_id: author.id }, asked);
	const lost = attached.length < new Set(asked).size;
	const props = given.props ? normalProps(given.props) : noProps;
	const post = site.world.posts.table.insert({
		id,
		create_at,
		// The real server stores a post again when files that it names could not be attached.
		update_at: lost ? create_at + 1 : create_at,
		edit_at: 0,
		delete_at: 0,
		is_pinned: false,
		user_id: author.id,
		channel_id: channel.id,
		root_id: root?.id ?? '',
		original_id: '',
		message: given.message,
		type: '',
		props: author.is_bot ? { ...props, from_bot: 'true' } : Object.keys(props).length === 0 ? noProps : props,
		hashtags: hashtagsIn(given.message),
		file_ids: lost && attached.length === 0 ? null : attached,
	});
	announce(site, post, { channel, author, root, pendingPostId: given.pending_post_id ?? '' });
	return post;
}

function rootOf(site: Site, given: NewPost): Post | undefined {
	if (!given.root_id) return undefined;
	const root = site.world.posts.get(given.root_id);
	if (!root || root.delete_at > 0 || root.channel_id !== given.channel_id || root.root_id !== '') {
		throw new AppError(400, 'api.post.create_post.root_id.app_error', 'Invalid RootId parameter.');
	}
	return root;
}

export function checkMessage(site: Site, message: string): void {
	// Code points are at most as many as UTF-16 units: most messages need no counting.
	if (message.length <= site.settings.maxPostSize || [...message].length <= site.settings.maxPostSize) return;
	throw new AppError(
		400,
		'model.post.is_valid.message_length.app_error',
		'Post Message property is longer than the maximum permitted length.',
	);
}

/** Types of system posts that do not count as messages of a channel. */
const uncounted = /^system_(?:join|leave|add|remove|add_to|remove_from)(?:_|$)/;

export const countsInChannel = ({ type }: Pick<Post, 'type'>) => !uncounted.test(type);

/** A post that the server makes by itself: who joined, what was changed. */
export function systemPost(
	site: Site,
	channel: Channel,
	userId: string,
	{ type, message, props }: { type: string; message: string; props: Readonly<Record<string, unknown>> },
): Post | undefined {
	const author = site.world.users.get(userId);
	if (!author) return undefined;
	const now = site.clock.now();
	const post = site.world.posts.table.insert({
		id: newId(),
		create_at: now,
		update_at: now,
		edit_at: 0,
		delete_at: 0,
		is_pinned: false,
		user_id: userId,
		channel_id: channel.id,
		root_id: '',
		original_id: '',
		message,
		type,
		props,
		hashtags: '',
		file_ids: noFiles,
	});
	announce(site, post, { channel, author });
	return post;
}

interface Announcement {
	readonly channel: Channel;
	readonly author: User;
	readonly root?: Post | undefined;
	readonly pendingPostId?: string;
	/** Shown instead of the author's name. */
	readonly senderName?: string;
}

/** Counts a stored post and tells of it. Also for posts that other nouns store (webhooks). */
export function announce(
	site: Site,
	post: Post,
	{ channel, author, root, pendingPostId = '', senderName }: Announcement,
): void {
	const { channels, posts } = site.world;
	const isReply = post.root_id !== '';
	if (root) posts.table.update(root, { update_at: post.create_at });
	const counts = countsInChannel(post) ? 1 : 0;
	const countsAsRoot = isReply ? 0 : counts;
	channels.table.update(channel, {
		last_post_at: Math.max(post.create_at, channel.last_post_at),
		total_msg_count: channel.total_msg_count + counts,
		...(isReply
			? {}
			: {
					last_root_post_at: Math.max(post.create_at, channel.last_root_post_at),
					total_msg_count_root: channel.total_msg_count_root + countsAsRoot,
				}),
	});
	const mentioned = mentionedBy(site, post, channel, author);
	for (const userId of mentioned) {
		const member = channels.member(channel.id, userId);
		if (!member) continue;
		channels.members.update(member, {
			mention_count: member.mention_count + 1,
			mention_count_root: member.mention_count_root + (isReply ? 0 : 1),
		});
	}
	if (root) followThread(site, post, root, mentioned);
	publishPosted(site, post, {
		channel,
		author,
		senderName: senderName ?? senderOf(post, author),
		pendingPostId,
		mentioned,
	});
	if (root) publishThreads(site, root, post, mentioned);
	posts.tellNew(post);
}

const senderOf = (post: Post, author: User) => (post.type === '' ? `@${author.username}` : 'System');

function publishPosted(
	site: Site,
	post: Post,
	about: { channel: Channel; author: User; senderName: string; pendingPostId: string; mentioned: ReadonlySet<string> },
): void {
	const { channel, author, senderName, pendingPostId, mentioned } = about;
	const files = site.world.files.ofPost(post.id);
	const followers = post.root_id === '' ? undefined : site.world.threads.ofPost(post.root_id);
	const isFollower = (userId: string) =>
		userId !== author.id &&
		[...(followers ?? [])].some((follower) => follower.user_id === userId && follower.following);
	const data = {
		channel_display_name: channel.type === 'D' ? `@${author.username}` : channel.display_name,
		channel_name: channel.name,
		channel_type: channel.type,
		post: JSON.stringify(postView(site, post, { pendingPostId })),
		sender_name: senderName,
		set_online: true,
		team_id: channel.team_id,
		...(files.length > 0 ? { otherFile: 'true' } : {}),
		...(files.some((file) => file.mime_type.startsWith('image/')) ? { image: 'true' } : {}),
	};
	site.hub.publish('posted', data, { channel_id: channel.id }, (userId) => {
		const isMentioned = mentioned.has(userId);
		const follows = followers !== undefined && isFollower(userId);
		if (!isMentioned && !follows) return undefined;
		const own = JSON.stringify([userId]);
		return { ...(isMentioned ? { mentions: own } : {}), ...(follows ? { followers: own } : {}) };
	});
}

/** The channel as its author has just seen it; their other connections are told. */
export function viewByPosting(site: Site, post: Post): void {
	const { channels } = site.world;
	const member = channels.member(post.channel_id, post.user_id);
	const channel = channels.get(post.channel_id);
	if (!member || !channel) return;
	channels.members.update(member, {
		last_viewed_at: channel.last_post_at,
		last_update_at: channel.last_post_at,
		msg_count: channel.total_msg_count,
		msg_count_root: channel.total_msg_count_root,
		mention_count: 0,
		mention_count_root: 0,
		urgent_mention_count: 0,
	});
	publishViewed(site, post.user_id, { [channel.id]: channel.last_post_at });
}

export function publishViewed(site: Site, userId: string, times: Readonly<Record<string, number>>): void {
	if (!site.settings.channelViewedMessages) return;
	site.hub.publish('multiple_channels_viewed', { channel_times: times }, { user_id: userId });
}
