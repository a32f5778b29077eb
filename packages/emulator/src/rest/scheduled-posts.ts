import { created, ok } from '../answer.ts';
import type { Call } from '../call.ts';
import { AppError, forbidden, invalidBody } from '../errors.ts';
import { newId } from '../ids.ts';
import { demand } from '../permissions.ts';
import { type Route, route } from '../router.ts';
import { publishScheduled, scheduledView } from '../scheduled-posts.ts';
import type { ScheduledPost } from '../world/drafts.ts';
import { otherConnections } from './other-connections.ts';

export const scheduledPostRoutes: readonly Route[] = [
	route('POST /api/v4/posts/schedule', (call) => {
		demandLicense(call);
		const fields = call.fields('schedule_post');
		const channelId = fields.string('channel_id');
		const { now } = call;
		const scheduled_at = inFuture(fields.number('scheduled_at'), now);
		demand.channel(call, channelId, 'create_post');
		const post: ScheduledPost = {
			id: newId(),
			user_id: call.user.id,
			channel_id: channelId,
			root_id: fields.string('root_id'),
			create_at: now,
			update_at: now,
			message: fields.string('message'),
			props: fields.record('props'),
			file_ids: fields.strings('file_ids'),
			scheduled_at,
			processed_at: 0,
			error_code: '',
		};
		call.world.drafts.scheduled.insert(post);
		publishScheduled(call.site, 'scheduled_post_created', post, otherConnections(call));
		return created(scheduledView(call.site, post));
	}),

	route('GET /api/v4/posts/scheduled/team/{team_id}', (call) => {
		demandLicense(call);
		const { world, params, user } = call;
		demand.team(call, params.team_id, 'view_team');
		const teamOf = ({ channel_id }: ScheduledPost) => world.channels.get(channel_id)?.team_id;
		const all = world.drafts.scheduledBy(user.id);
		const of = (teamId: string) =>
			all.filter((post) => teamOf(post) === teamId).map((post) => scheduledView(call.site, post));
		return {
			[params.team_id]: of(params.team_id),
			...(call.flag('includeDirectChannels') ? { directChannels: of('') } : {}),
		};
	}),

	route('PUT /api/v4/posts/schedule/{scheduled_post_id}', (call) => {
		demandLicense(call);
		const fields = call.fields('schedule_post');
		const post = own(call);
		if (fields.string('id') !== post.id) throw invalidBody('id');
		call.world.drafts.scheduled.update(post, {
			message: fields.string('message'),
			props: fields.record('props'),
			file_ids: fields.strings('file_ids'),
			scheduled_at: inFuture(fields.number('scheduled_at'), call.now),
			error_code: '',
			update_at: call.now,
		});
		publishScheduled(call.site, 'scheduled_post_updated', post, otherConnections(call));
		return scheduledView(call.site, post);
	}),

	route('DELETE /api/v4/posts/schedule/{scheduled_post_id}', (call) => {
		demandLicense(call);
		const post = own(call);
		call.world.drafts.scheduled.delete(post);
		publishScheduled(call.site, 'scheduled_post_deleted', post, otherConnections(call));
		return scheduledView(call.site, post);
	}),

	route('POST /api/v4/users/{user_id}/posts/{post_id}/reminder', (call) => {
		const { params, user, world } = call;
		if (params.user_id !== user.id) throw forbidden();
		const target_time = call.fields('target_time').number('target_time');
		if (target_time <= 0) throw invalidBody('target_time');
		const post = world.posts.get(params.post_id);
		if (!post || post.delete_at > 0) throw new AppError(404, 'app.post.get.app_error', 'Unable to get the post.');
		demand.channel(call, post.channel_id, 'read_channel_content');
		world.drafts.reminders.insert({ post_id: post.id, user_id: user.id, target_time });
		return ok;
	}),
];

function demandLicense({ site }: Call): void {
	if (site.settings.licensed) return;
	throw new AppError(400, 'api.scheduled_posts.license_error', 'Scheduled posts feature requires a license');
}

function inFuture(time: number, now: number): number {
	if (time > now) return time;
	throw new AppError(
		400,
		'model.scheduled_post.is_valid.scheduled_at.app_error',
		'Invalid scheduled at time. Must be in the future.',
	);
}

function own(call: Call<'scheduled_post_id'>): ScheduledPost {
	const post = call.world.drafts.scheduled.get(call.params.scheduled_post_id);
	if (!post) throw new AppError(404, 'app.get_scheduled_post.error', 'Unable to get the scheduled post.');
	if (post.user_id !== call.user.id) throw forbidden();
	return post;
}
