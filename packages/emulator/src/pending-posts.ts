/** For how long a `pending_post_id` stands for the post that it made. A repeat does not make it longer. */
const window = 30_000;

/** Posts that were asked for in the last 30 seconds, by `pending_post_id`. In memory only, as on the real server. */
export class PendingPosts {
	readonly #posts = new Map<string, { postId: string | undefined; at: number }>();

	find(key: string, now: number): { readonly postId: string | undefined } | undefined {
		const pending = this.#posts.get(key);
		if (!pending || now - pending.at < window) return pending;
		this.#posts.delete(key);
		return undefined;
	}

	begin(key: string, now: number): void {
		// The oldest stand first: those whose time is over go.
		for (const [old, { at }] of this.#posts) {
			if (now - at < window) break;
			this.#posts.delete(old);
		}
		this.#posts.set(key, { postId: undefined, at: now });
	}

	end(key: string, postId: string | undefined): void {
		const pending = this.#posts.get(key);
		if (!pending) return;
		if (postId === undefined) this.#posts.delete(key);
		else pending.postId = postId;
	}

	clear(): void {
		this.#posts.clear();
	}
}
