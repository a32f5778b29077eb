// A post as the gateway shows it: only what is the same for every member of the channel. The server rewrites some of a post for each
// receiver (previews of links to other posts, burn-on-read text, mentions of channels); none of that is taken over.
import type { Person } from './person.ts';

/** Plain data: it travels in events from node to node. Times are milliseconds since 1970, 0 where it did not happen. */
export type Message = {
	readonly id: string;
	readonly channelId: string;
	/** The thread's first message; '' where this is no reply. */
	readonly rootId: string;
	readonly message: string;
	/** `text`, `image`, `file`, or Mattermost's own type, e.g. `system_join_team`. */
	readonly type: string;
	readonly createAt: number;
	readonly editAt: number;
	readonly deleteAt: number;
	readonly replyCount: number;
	readonly isPinned: boolean;
	readonly owner: Person | null;
	readonly files: readonly FileFacts[];
	readonly reactions: readonly ReactionFacts[];
};

export type FileFacts = {
	readonly id: string;
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	readonly mimeType: string;
	/** Pixels; 0 where it is no image. */
	readonly width: number;
	readonly height: number;
};

export type ReactionFacts = { readonly userId: string; readonly emojiName: string; readonly createAt: number };

/** What of a post Mattermost's answers and events have. */
export interface PostFacts {
	readonly id: string;
	readonly user_id: string;
	readonly channel_id: string;
	readonly root_id: string;
	readonly message: string;
	readonly type: string;
	readonly create_at: number;
	readonly update_at: number;
	readonly edit_at: number;
	readonly delete_at: number;
	readonly reply_count?: number;
	readonly is_pinned: boolean;
	readonly has_reactions?: boolean;
	readonly file_ids?: readonly string[] | null;
	readonly metadata?: {
		readonly files?:
			| readonly {
					id: string;
					name: string;
					size: number;
					mime_type: string;
					width?: number;
					height?: number;
			  }[]
			| null;
		readonly reactions?: readonly { user_id: string; emoji_name: string; create_at: number }[] | null;
	};
}

/** Its text is for one reader at a time, and gone when it was read. */
const burnOnRead = 'burn_on_read';

export function messageOf(post: PostFacts, owner: Person | null): Message {
	const files = (post.metadata?.files ?? []).map((file) => ({
		id: file.id,
		name: file.name,
		size: file.size,
		mimeType: file.mime_type,
		width: file.width ?? 0,
		height: file.height ?? 0,
	}));
	const hidden = post.type === burnOnRead;
	return {
		id: post.id,
		channelId: post.channel_id,
		rootId: post.root_id,
		message: hidden ? '' : post.message,
		type: messageType(post.type, hidden ? [] : files, (post.file_ids ?? []).length),
		createAt: post.create_at,
		editAt: post.edit_at,
		deleteAt: post.delete_at,
		replyCount: post.reply_count ?? 0,
		isPinned: post.is_pinned,
		owner,
		files: hidden ? [] : files,
		reactions: (post.metadata?.reactions ?? []).map((reaction) => ({
			userId: reaction.user_id,
			emojiName: reaction.emoji_name,
			createAt: reaction.create_at,
		})),
	};
}

function messageType(type: string, files: readonly FileFacts[], fileCount: number): string {
	if (type !== '') return type;
	if (fileCount === 0) return 'text';
	return files.length === fileCount && files.every(({ mimeType }) => mimeType.startsWith('image/')) ? 'image' : 'file';
}

/** As the reference writes times: ISO 8601 with microseconds and offset. */
export const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '000+00:00');
