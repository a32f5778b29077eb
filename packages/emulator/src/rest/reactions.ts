import { ok } from '../answer.ts';
import { AppError, forbidden, invalidUrl } from '../errors.ts';
import { demand } from '../permissions.ts';
import { addReaction, postWith, removeReaction } from '../post-changes.ts';
import { reactionView } from '../post-view.ts';
import { type Route, route } from '../router.ts';
import { isSystemEmoji } from '../system-emojis.ts';
import { demandRead, mayRead } from './posts.ts';

export const reactionRoutes: readonly Route[] = [
	route('POST /api/v4/reactions', (call) => {
		const fields = call.fields('reaction');
		if (fields.string('user_id') !== call.user.id) {
			throw new AppError(
				403,
				'api.reaction.save_reaction.user_id.app_error',
				'You cannot save reaction for the other user.',
			);
		}
		const name = fields.string('emoji_name');
		const post = postWith(call.site, fields.string('post_id'));
		demand.channel(call, post.channel_id, 'add_reaction');
		if (!isSystemEmoji(name) && !call.world.emojis.named(name)) {
			throw new AppError(404, 'app.emoji.get_by_name.no_result', 'We couldn’t find the emoji.');
		}
		return reactionView(addReaction(call.site, call.user.id, post, name));
	}),
	route('GET /api/v4/posts/{post_id}/reactions', (call) => {
		const post = postWith(call.site, call.params.post_id);
		demandRead(call, post.channel_id);
		return [...call.world.reactions.ofPost(post.id)].map(reactionView);
	}),
	route('DELETE /api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}', (call) => {
		const { user_id, post_id, emoji_name } = call.params;
		if (!/^[a-z0-9+_-]+$/.test(emoji_name)) throw invalidUrl('emoji_name');
		const post = postWith(call.site, post_id);
		demand.channel(call, post.channel_id, 'remove_reaction');
		if (user_id !== call.user.id) demand.system(call, 'manage_system');
		const reaction = call.world.reactions.get(user_id, post_id, emoji_name);
		if (reaction) removeReaction(call.site, post, reaction);
		return ok;
	}),
	route('POST /api/v4/posts/ids/reactions', (call) => {
		const result: Record<string, object[]> = {};
		for (const id of call.strings('post_ids')) {
			const post = postWith(call.site, id);
			if (!mayRead(call, post.channel_id)) throw forbidden();
			result[id] = [...call.world.reactions.ofPost(id)].map(reactionView);
		}
		return result;
	}),
];
