// A channel that answers reads as a real server does, traps and all, in memory: for properties over thousands of histories.
import type { Post } from '@mattermost/types/posts';
import { Reads } from '../reads.ts';

export class ChannelPages {
	posts: Post[] = [];
	/** Called after each answer: what happens on the server between two reads. */
	between: () => void = () => {};
	reads = 0;

	/** The newest first; of one millisecond in an order of its own. */
	#page(params: Readonly<Record<string, string | number>>): Post[] {
		const { after, page = 0, per_page = 60 } = params;
		let posts = this.posts.toSorted((a, b) => b.create_at - a.create_at || (a.id < b.id ? 1 : -1));
		if (after !== undefined) {
			const anchor = posts.find(({ id }) => id === after);
			// An anchor that is not known looks like nothing new.
			if (!anchor) return [];
			posts = posts.filter(({ create_at }) => create_at > anchor.create_at);
		}
		posts = posts.filter(({ delete_at }) => delete_at === 0);
		const [from, count] = [Number(page) * Number(per_page), Number(per_page)];
		if (after === undefined) return posts.slice(from, from + count);
		// The page next to the anchor, and the newest of that first.
		return posts.slice(Math.max(0, posts.length - from - count), Math.max(0, posts.length - from));
	}

	as(): Reads {
		const read = async <T>(
			_method: string,
			_path: string,
			options: { params?: Readonly<Record<string, string | number>> },
		) => {
			this.reads++;
			const found = this.#page(options.params ?? {});
			this.between();
			return { order: found.map(({ id }) => id), posts: Object.fromEntries(found.map((post) => [post.id, post])) } as T;
		};
		return new Reads({ url: '', token: () => '', read }, AbortSignal.timeout(60_000));
	}
}
