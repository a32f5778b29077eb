import type { ChannelHistory } from './history.ts';

/** How long after a post is known to be there its event may come, in milliseconds. */
const patience = 1_000;

/** Notices that a channel's cover is silent: posts that are known to be there are not told. */
export class CoverWatch {
	readonly #history: ChannelHistory;
	readonly #silent: () => void;
	#timer: NodeJS.Timeout | undefined;
	/** The latest of those that are expected. */
	#latest = '';

	constructor(history: ChannelHistory, silent: () => void) {
		this.#history = history;
		this.#silent = silent;
	}

	/** Mattermost answered with the post, or another stream told of it. */
	expect(postId: string): void {
		if (this.#history.knows(postId)) return;
		this.#latest = postId;
		this.#timer ??= setTimeout(() => this.#lookFor(postId), patience).unref();
	}

	close(): void {
		clearTimeout(this.#timer);
	}

	#lookFor(postId: string): void {
		this.#timer = undefined;
		if (!this.#history.knows(postId)) this.#silent();
		else this.expect(this.#latest);
	}
}
