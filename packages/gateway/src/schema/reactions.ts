import { orGone } from '../or-gone.ts';
import { RefusedError } from '../refused-error.ts';
import { type Builder, viewerOf } from './builder.ts';
import { type ReadableParts, readablePost } from './readable-post.ts';
import { type defineResponseBase, ok } from './response-base.ts';

/** Not over `mm.reactions`, which would ask Mattermost whose the reaction is. */
export function defineReactions(
	builder: Builder,
	{ responseBase, ...parts }: ReadableParts & { responseBase: ReturnType<typeof defineResponseBase> },
): void {
	builder.mutationFields((t) => ({
		reactionAdd: t.field({
			type: responseBase,
			description: 'Puts an emoji on a message, by its name: `thumbsup`.',
			args: { messageId: t.arg.id({ required: true }), emojiName: t.arg.string({ required: true }) },
			extensions: { cost: 10 },
			resolve: async (_root, { messageId, emojiName }, context) => {
				const viewer = viewerOf(context);
				refuseEmojiName(emojiName);
				await readablePost(parts, viewer, messageId);
				const json = { user_id: viewer.userId, post_id: messageId, emoji_name: emojiName };
				await viewer.mattermost((mm) => mm.request('POST /api/v4/reactions', {}, { json }));
				return ok('Reaction added.');
			},
		}),
		reactionRemove: t.field({
			type: responseBase,
			description: 'Takes your emoji off a message.',
			args: { messageId: t.arg.id({ required: true }), emojiName: t.arg.string({ required: true }) },
			extensions: { cost: 10 },
			resolve: async (_root, { messageId, emojiName }, context) => {
				const viewer = viewerOf(context);
				refuseEmojiName(emojiName);
				await readablePost(parts, viewer, messageId);
				const path = { user_id: viewer.userId, post_id: messageId, emoji_name: emojiName };
				const route = 'DELETE /api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}';
				await orGone(viewer.mattermost((mm) => mm.request(route, path)));
				return ok('Reaction removed.');
			},
		}),
	}));
}

/** Mattermost's own rule. What breaks it would be a path that it does not know, or one that is too long. */
function refuseEmojiName(name: string): void {
	if (/^[A-Za-z0-9+_-]{1,64}$/.test(name)) return;
	throw new RefusedError(
		'emojiName must be the name of an emoji without colons, 1 to 64 letters, digits, "+", "-" and "_": thumbsup.',
		'BAD_USER_INPUT',
	);
}
