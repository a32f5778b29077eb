// What becomes due: posts that were scheduled, and reminders.
import { tellOnly } from './integrations/command-response.ts';
import { callOutgoing } from './integrations/outgoing.ts';
import { mayInChannel } from './permissions.ts';
import { createPost } from './posting.ts';
import type { Site } from './site.ts';
import type { ScheduledPost } from './world/drafts.ts';

export function scheduledView(site: Site, post: ScheduledPost): object {
	const { processed_at, error_code, ...shown } = post;
	const files = post.file_ids.flatMap((id) => site.world.files.get(id) ?? []);
	return {
		...shown,
		...(files.length === 0 ? {} : { metadata: { files } }),
		processed_at,
		error_code,
	};
}

export type ScheduledEvent = 'scheduled_post_created' | 'scheduled_post_updated' | 'scheduled_post_deleted';

export function publishScheduled(site: Site, event: ScheduledEvent, post: ScheduledPost, to: object = {}): void {
	site.hub.publish(
		event,
		{ scheduledPost: JSON.stringify(scheduledView(site, post)) },
		{ user_id: post.user_id, ...to },
	);
}

/** Posts and reminds of what is due by the server's clock. */
export async function runDue(site: Site): Promise<void> {
	const now = site.clock.now();
	for (const reminder of [...site.world.drafts.reminders.values()]) {
		if (reminder.target_time * 1000 > now) continue;
		site.world.drafts.reminders.delete(reminder);
		remind(site, reminder.user_id, reminder.post_id);
	}
	for (const post of [...site.world.drafts.scheduled.values()]) {
		if (post.scheduled_at > now || post.error_code !== '') continue;
		await postScheduled(site, post);
	}
	site.world.commit();
}

async function postScheduled(site: Site, scheduled: ScheduledPost): Promise<void> {
	const { drafts, users, channels } = site.world;
	const author = users.get(scheduled.user_id);
	const channel = channels.get(scheduled.channel_id);
	const failed = (error_code: string) => {
		drafts.scheduled.update(scheduled, { error_code, processed_at: site.clock.now() });
		publishScheduled(site, 'scheduled_post_updated', scheduled);
	};
	if (!author || author.delete_at > 0) return failed('user_deleted');
	if (!channel) return failed('channel_not_found');
	if (channel.delete_at > 0) return failed('channel_archived');
	if (!mayInChannel(site, author.id, channel.id, 'create_post')) return failed('no_channel_permission');
	// Taken away first: whoever comes while it is being posted must not post it again.
	drafts.scheduled.delete(scheduled);
	const { channel_id, message, root_id, props, file_ids } = scheduled;
	const { post: made } = await createPost(site, author, { channel_id, message, root_id, props, file_ids });
	callOutgoing(site, made, author);
	publishScheduled(site, 'scheduled_post_deleted', scheduled);
}

function remind(site: Site, userId: string, postId: string): void {
	const { users, posts, channels, teams } = site.world;
	const user = users.get(userId);
	const post = posts.get(postId);
	const channel = post && channels.get(post.channel_id);
	const author = post && users.get(post.user_id);
	if (!user || !post || !channel || !author) return;
	const team = teams.get(channel.team_id) ?? teams.ofUser(userId)[0];
	const link = `${site.settings.siteUrl}/${team?.name ?? ''}/pl/${post.id}`;
	tellOnly(
		site,
		{ user, channel, root_id: '' },
		`Hi there, here's your reminder about this message from @${author.username}: ${link}`,
	);
}
