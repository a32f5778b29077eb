import { type Builder, viewerOf } from './builder.ts';
import { type defineResponseBase, ok } from './response-base.ts';

/** Not over `mm.reactions`, which would ask Mattermost whose the reaction is. */
export function defineReactions(builder: Builder, responseBase: ReturnType<typeof defineResponseBase>): void {
	builder.mutationFields((t) => ({
		reactionAdd: t.field({
			type: responseBase,
			description: 'Puts an emoji on a message, by its name: `thumbsup`.',
			args: { messageId: t.arg.id({ required: true }), emojiName: t.arg.string({ required: true }) },
			extensions: { cost: 10 },
			resolve: async (_root, { messageId, emojiName }, context) => {
				const viewer = viewerOf(context);
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
				await viewer.mattermost((mm) =>
					mm.request('DELETE /api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}', {
						user_id: viewer.userId,
						post_id: messageId,
						emoji_name: emojiName,
					}),
				);
				return ok('Reaction removed.');
			},
		}),
	}));
}
