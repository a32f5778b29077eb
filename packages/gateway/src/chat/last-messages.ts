// The newest message of each channel, for lists of channels. Known from the event stream while one is open that hears the channel;
// otherwise asked for, a few channels at a time.

import type { Viewer } from '../access/viewer.ts';
import { Lru } from '../lru.ts';
import type { ChannelFacts } from './channels.ts';
import type { HeardPosts } from './heard-posts.ts';
import type { Message, PostFacts } from './message.ts';
import type { Messages } from './messages.ts';

/** What Mattermost's list of channels tells of a channel's last change. */
export interface ChannelState extends ChannelFacts {
	readonly last_post_at: number;
	readonly total_msg_count: number;
}

interface Known {
	readonly post: PostFacts | null;
	/** As the channel was when the post was its last. */
	readonly mark: string;
	readonly until: number;
}

/** Requests to Mattermost at a time for one list. */
const atOnce = 5;

/** An edit of the last message changes nothing in the list of channels: where no stream tells of it, it is seen after this, in milliseconds. */
const freshFor = 30_000;

export class LastMessages {
	readonly #messages: Messages;
	readonly #heard: HeardPosts;
	readonly #known = new Lru<Known>({ entries: 50_000, weight: 50_000 });

	constructor(messages: Messages, heard: HeardPosts) {
		this.#messages = messages;
		this.#heard = heard;
	}

	/** One for each channel, in their order; null for a channel without messages. */
	async of(viewer: Viewer, channels: readonly ChannelState[]): Promise<readonly (Message | null)[]> {
		const posts = new Map<string, PostFacts | null>();
		const unknown: ChannelState[] = [];
		for (const channel of channels) {
			const known = this.#peek(channel);
			if (known === undefined) unknown.push(channel);
			else posts.set(channel.id, known);
		}
		await inTurns(unknown, async (channel) => {
			posts.set(channel.id, await this.#fetch(viewer, channel));
		});
		return Promise.all(
			channels.map(async ({ id }) => {
				const post = posts.get(id);
				return post ? this.#messages.withOwner(post) : null;
			}),
		);
	}

	#peek(channel: ChannelState): PostFacts | null | undefined {
		const heard = this.#heard.get(channel.id);
		if (heard) return heard;
		const known = this.#known.get(channel.id);
		return known && known.mark === markOf(channel) && known.until > Date.now() ? known.post : undefined;
	}

	async #fetch(viewer: Viewer, channel: ChannelState): Promise<PostFacts | null> {
		const before = this.#heard.changes;
		const list = await viewer.mattermost((mm) => mm.posts.getForChannel(channel.id, { per_page: 1 }));
		const post = list.posts[list.order[0] ?? ''] ?? null;
		if (post && this.#heard.changes === before) this.#heard.hear(viewer.userId, post);
		this.#known.set(channel.id, { post, mark: markOf(channel), until: Date.now() + freshFor }, 1);
		return post;
	}
}

const markOf = ({ last_post_at, total_msg_count }: ChannelState) => `${last_post_at}:${total_msg_count}`;

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const waiting = items.values();
	const worker = async () => {
		for (const item of waiting) await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
