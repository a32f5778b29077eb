// The newest post of each channel as far as open event streams have heard it. An entry is good as long as one stream that knows it is open.
import type { PostFacts } from './message.ts';

interface Heard {
	post: PostFacts;
	/** Users whose streams have heard all that happened since. */
	readonly by: Set<string>;
}

export class HeardPosts {
	readonly #byChannel = new Map<string, Heard>();
	/** Channels that each open stream knows. */
	readonly #byStream = new Map<string, Set<string>>();
	#changes = 0;

	/** Counts what was not a new post: whoever read a channel meanwhile may have read what is no more. */
	get changes(): number {
		return this.#changes;
	}

	/** The user's stream is live, and nothing is missing from now on. */
	open(userId: string): void {
		if (!this.#byStream.has(userId)) this.#byStream.set(userId, new Set());
	}

	/** The stream ended or has a gap. */
	forgetStream(userId: string): void {
		for (const channelId of this.#byStream.get(userId) ?? []) this.#withdraw(channelId, userId);
		this.#byStream.delete(userId);
	}

	isOpen(userId: string): boolean {
		return this.#byStream.has(userId);
	}

	get(channelId: string): PostFacts | undefined {
		return this.#byChannel.get(channelId)?.post;
	}

	/** A stream told of a post, or its user read it as the newest. */
	hear(userId: string, post: PostFacts): void {
		const channels = this.#byStream.get(userId);
		if (!channels) return;
		const heard = this.#byChannel.get(post.channel_id);
		if (heard && heard.post.create_at > post.create_at) return;
		if (heard?.post.id === post.id) heard.by.add(userId);
		else this.#byChannel.set(post.channel_id, { post, by: new Set([userId]) });
		channels.add(post.channel_id);
	}

	edited(post: PostFacts): void {
		this.#changes++;
		const heard = this.#byChannel.get(post.channel_id);
		if (heard?.post.id === post.id) heard.post = post;
	}

	/** The one before it is not known. */
	deleted(post: PostFacts): void {
		this.#changes++;
		if (this.#byChannel.get(post.channel_id)?.post.id === post.id) this.#byChannel.delete(post.channel_id);
	}

	/** The stream's user is no member any more. */
	left(userId: string, channelId: string): void {
		this.#byStream.get(userId)?.delete(channelId);
		this.#withdraw(channelId, userId);
	}

	#withdraw(channelId: string, userId: string): void {
		const heard = this.#byChannel.get(channelId);
		if (heard?.by.delete(userId) && heard.by.size === 0) this.#byChannel.delete(channelId);
	}
}
