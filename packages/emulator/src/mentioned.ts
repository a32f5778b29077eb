import { keywordIn, spokenTo } from './mentions.ts';
import type { Site } from './site.ts';
import type { Channel } from './world/channels.ts';
import type { Post } from './world/posts.ts';
import type { User } from './world/users.ts';

/** Members of the channel to whom the post speaks. */
export function mentionedBy(site: Site, post: Post, channel: Channel, author: User): ReadonlySet<string> {
	const mentioned = new Set<string>();
	const { channels, users } = site.world;
	if (post.type !== '') {
		const added = post.type === 'system_add_to_channel' ? post.props.addedUserId : undefined;
		if (typeof added === 'string') mentioned.add(added);
		return mentioned;
	}
	if (channel.type === 'D' || channel.type === 'G') {
		for (const { user_id } of channels.membersOf(channel.id)) mentioned.add(user_id);
	}
	const spoken = spokenTo(post.message);
	for (const name of spoken.names) {
		const user = users.named(name);
		if (user && channels.isMember(channel.id, user.id)) mentioned.add(user.id);
	}
	if (post.message !== '') {
		for (const { user_id } of channels.membersOf(channel.id)) {
			const user = users.get(user_id);
			if (!user) continue;
			if (spoken.everybody || (spoken.here && site.world.statuses.get(user_id)?.status === 'online'))
				mentioned.add(user_id);
			else if (hasKeywords(user) && keywordIn(post.message, user)) mentioned.add(user_id);
		}
	}
	mentioned.delete(author.id);
	return mentioned;
}

const hasKeywords = ({ notify_props: { mention_keys, first_name } }: User) =>
	mention_keys !== '' || first_name === 'true';
