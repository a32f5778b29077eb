import { ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden } from '../errors.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import type { Post } from '../world/posts.ts';

/** Milliseconds in which an acknowledgement can be taken back. */
const regret = 300_000;

export const acknowledgementRoutes: readonly Route[] = [
	route('POST /api/v4/users/{user_id}/posts/{post_id}/ack', (call) => {
		const post = postFor(call);
		const { table } = call.world.acknowledgements;
		const before = table.get(`${post.id} ${call.user.id}`);
		const made =
			before ??
			table.insert({ user_id: call.user.id, post_id: post.id, channel_id: post.channel_id, acknowledged_at: call.now });
		if (!before) tell(call, post, 'post_acknowledgement_added', made.acknowledged_at);
		return view(call, post, made.acknowledged_at);
	}),

	route('DELETE /api/v4/users/{user_id}/posts/{post_id}/ack', (call) => {
		const post = postFor(call);
		const { table } = call.world.acknowledgements;
		const made = table.get(`${post.id} ${call.user.id}`);
		if (!made) throw new AppError(404, 'app.acknowledgement.get.app_error', 'Unable to get the acknowledgement.');
		if (call.now - made.acknowledged_at > regret) {
			throw new AppError(
				403,
				'api.acknowledgement.delete.deadline.app_error',
				'You cannot delete an acknowledgement after 5 minutes.',
			);
		}
		table.delete(made);
		tell(call, post, 'post_acknowledgement_removed', 0);
		return ok;
	}),
];

function postFor(call: Call<'user_id' | 'post_id'>): Post {
	const { params, user, world, site } = call;
	if (!site.settings.licensed) {
		throw new AppError(501, 'license_error.feature_unavailable', 'Feature is not available for the current license.');
	}
	if (params.user_id !== user.id) throw forbidden();
	const post = world.posts.get(params.post_id);
	if (!post || post.delete_at > 0) throw new AppError(404, 'app.post.get.app_error', 'Unable to get the post.');
	demand.channel(call, post.channel_id, 'read_channel_content');
	return post;
}

const view = ({ user }: Call, { id, channel_id }: Post, acknowledged_at: number) => ({
	user_id: user.id,
	post_id: id,
	acknowledged_at,
	channel_id,
});

function tell(call: Call, post: Post, event: string, at: number): void {
	call.hub.publish(event, { acknowledgement: JSON.stringify(view(call, post, at)) }, { channel_id: post.channel_id });
}
