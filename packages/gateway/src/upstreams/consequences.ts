// What the events of open streams change in what the gateway remembers, and whose subscriptions they end.
import type { StreamEvent } from '@matterkit/client';
import type { Access } from '../access/access.ts';
import type { Channels } from '../chat/channels.ts';
import type { HeardPosts } from '../chat/heard-posts.ts';
import type { People } from '../chat/people.ts';
import type { Site } from '../chat/site.ts';
import type { Effect, Publication } from './effects.ts';

export interface ConsequencesOptions {
	readonly access: Access;
	readonly channels: Channels;
	readonly heard: HeardPosts;
	readonly people: People;
	readonly site: Site;
	/** Somebody was deactivated, nobody knows who. */
	readonly checkViewers: () => void;
}

/** The channels that somebody listens to. */
export interface Feeds {
	publish(publication: Publication): void;
	/** Ends what one user, or everyone, hears of a channel. */
	end(channelId: string, message: string, userId?: string): void;
	/** Ends what one user hears of the team's channels. */
	endAll(message: string, userId: string): void;
}

export class Consequences {
	readonly #options: ConsequencesOptions;

	constructor(options: ConsequencesOptions) {
		this.#options = options;
	}

	/** What a user's stream heard of all their channels, not only of those that somebody listens to. */
	remember(event: StreamEvent, userId: string): void {
		const { heard } = this.#options;
		if (event.broadcast.user_id !== '') return;
		if (event.type === 'posted') heard.hear(userId, event.data.post);
		else if (event.type === 'post_edited') heard.edited(event.data.post);
		else if (event.type === 'post_deleted') heard.deleted(event.data.post);
	}

	/** @param ownerId whose stream told it */
	draw(effect: Effect, ownerId: string, feeds: Feeds): void {
		const { access, channels, checkViewers, heard, people, site } = this.#options;
		switch (effect.do) {
			case 'publish':
				feeds.publish(effect.publication);
				return;
			case 'left-channel':
				access.forget(effect.channelId, effect.userId);
				if (effect.userId === ownerId) heard.left(ownerId, effect.channelId);
				feeds.end(effect.channelId, 'You were removed from this channel.', effect.userId);
				return;
			case 'left-team':
				if (effect.teamId !== site.knownTeamId) return;
				// Of the channels nothing is said.
				access.forgetAll();
				if (effect.userId === ownerId) heard.forgetStream(ownerId);
				feeds.endAll('You left the team.', effect.userId);
				return;
			case 'archived':
				channels.forget(effect.channelId);
				feeds.end(effect.channelId, 'This channel was archived.');
				return;
			case 'channel-changed':
				if (effect.channel && effect.channel.delete_at === 0) channels.remember(effect.channel);
				else channels.forget(effect.channelId);
				return;
			case 'person-changed':
				people.forget(effect.userId);
				return;
			case 'settings-changed':
				site.forgetSettings();
				return;
			case 'check-viewers':
				checkViewers();
		}
	}
}
