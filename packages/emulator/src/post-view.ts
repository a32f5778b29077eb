// A post as answers and events have it: keys in the order of the recordings.
import { fileJson } from './files/file-json.ts';
import { newId } from './ids.ts';
import type { Site } from './site.ts';
import type { Post } from './world/posts.ts';
import type { Reaction } from './world/reactions.ts';

export interface PostViewOptions {
	/** Files, embeds and reactions. Default true; the answer to a repeated post and deleted posts come without. */
	readonly metadata?: boolean;
	readonly pendingPostId?: string;
	/** Overrides what is counted: a root as it stands in its thread says 0. */
	readonly replyCount?: number;
}

export function postView(site: Site, post: Post, options: PostViewOptions = {}): Record<string, unknown> {
	const { metadata = true, pendingPostId = '' } = options;
	const rootId = post.root_id || post.id;
	const hasReactions = site.world.reactions.ofPost(post.id).size > 0;
	return {
		id: post.id,
		create_at: post.create_at,
		update_at: post.update_at,
		edit_at: post.edit_at,
		delete_at: post.delete_at,
		is_pinned: post.is_pinned,
		user_id: post.user_id,
		channel_id: post.channel_id,
		root_id: post.root_id,
		original_id: post.original_id,
		message: post.message,
		type: post.type,
		props: post.props,
		hashtags: post.hashtags,
		file_ids: post.file_ids,
		pending_post_id: pendingPostId,
		// Only posts that came through POST /posts have it.
		...(isPlain(post) ? { remote_id: '' } : {}),
		reply_count: options.replyCount ?? site.world.posts.repliesTo(rootId).size,
		last_reply_at: 0,
		participants: null,
		...(hasReactions ? { has_reactions: true } : {}),
		...(metadata ? { metadata: metadataOf(site, post, hasReactions) } : {}),
	};
}

const isPlain = (post: Post) => post.type === '' && post.props.from_webhook !== 'true';

function metadataOf(site: Site, post: Post, hasReactions: boolean): object {
	const metadata: Record<string, unknown> = {};
	if (Array.isArray(post.props.attachments)) metadata.embeds = [{ type: 'message_attachment' }];
	if (post.file_ids !== null && post.file_ids.length > 0)
		metadata.files = site.world.files.ofPost(post.id).map(fileJson);
	if (hasReactions) metadata.reactions = [...site.world.reactions.ofPost(post.id)].map(reactionView);
	return metadata;
}

export const reactionView = (reaction: Reaction) => ({
	user_id: reaction.user_id,
	post_id: reaction.post_id,
	emoji_name: reaction.emoji_name,
	create_at: reaction.create_at,
	update_at: reaction.update_at,
	delete_at: reaction.delete_at,
	remote_id: '',
	channel_id: reaction.channel_id,
});

const attachment = {
	id: 0,
	fallback: '',
	color: '',
	pretext: '',
	author_name: '',
	author_link: '',
	author_icon: '',
	title: '',
	title_link: '',
	text: '',
	fields: null,
	image_url: '',
	thumb_url: '',
	footer: '',
	footer_icon: '',
	ts: null,
} as const;

/** Message attachments with all the fields that the server adds, and with ids for their buttons and menus. */
export function normalProps(props: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
	if (!Array.isArray(props.attachments)) return props;
	const attachments = props.attachments
		.filter((given): given is { actions?: unknown } => typeof given === 'object' && given !== null)
		.map((given) => ({ ...attachment, ...given, ...(Array.isArray(given.actions) ? withIds(given.actions) : {}) }));
	return { ...props, attachments };
}

const withIds = (actions: readonly { id?: unknown }[]) => ({
	actions: actions.map((action) => ({ ...action, id: action.id || newId() })),
});

export interface PostListing {
	readonly order: readonly string[];
	readonly posts: Readonly<Record<string, unknown>>;
	readonly next_post_id: string;
	readonly prev_post_id: string;
	readonly has_next?: boolean;
	readonly first_inaccessible_post_time: 0;
}

/** A list of posts; `beside` are in `posts` but not in `order`. The server sorts the keys of `posts`. */
export function postListing(
	site: Site,
	posts: readonly Post[],
	{ beside = [], next = '', prev = '' }: { beside?: Iterable<Post>; next?: string; prev?: string } = {},
): PostListing {
	const all = new Map<string, Post>();
	for (const post of posts) all.set(post.id, post);
	for (const post of beside) all.set(post.id, post);
	const sorted = [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
	return {
		order: posts.map((post) => post.id),
		posts: Object.fromEntries(sorted.map((post) => [post.id, postView(site, post)])),
		next_post_id: next,
		prev_post_id: prev,
		first_inaccessible_post_time: 0,
	};
}
