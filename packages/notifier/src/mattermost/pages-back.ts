// Reading a channel back, newest first, so that no post is passed over while others come and go.
import { AnswerError } from '@matterkit/client';
import type { MarkedPost } from './marker.ts';

/** A page of a channel, counted from the newest post, or from those made in an earlier millisecond than the post `before`. */
export interface PagePlace {
	readonly before?: string;
	/** From 0. */
	readonly page: number;
}

/** Posts of one channel, newest first. */
export type ReadPage = (channelId: string, place: PagePlace) => Promise<readonly MarkedPost[]>;

/**
 * The pages of a channel to its end, the newest first. Some posts come twice.
 * @throws AnswerError where Mattermost does not know any more what it gave a moment ago: what came so far is not all.
 */
export async function* pagesBack(read: ReadPage, channelId: string): AsyncGenerator<readonly MarkedPost[]> {
	let place: PagePlace = { page: 0 };
	let known: ReadonlySet<string> = new Set();
	for (;;) {
		const posts = await read(channelId, place);
		// The page begins with posts that were there: an anchor that is gone for good answers an empty list too.
		if (posts.length === 0 && place.before !== undefined && place.page === 0)
			throw new AnswerError('Mattermost', '', 'the posts before one that it gave', 'an empty list');
		// Not a short page: only one without anything new is the end.
		if (posts.every(({ id }) => known.has(id))) return;
		yield posts;
		known = new Set(posts.map(({ id }) => id));
		place = after(place, posts);
	}
}

/**
 * Where the next page begins. Pages are not counted on: a post that is deleted meanwhile would move another one past the place between two.
 * `before` leaves out the others of its millisecond, so the last millisecond of this page comes again.
 */
function after({ before, page }: PagePlace, posts: readonly MarkedPost[]): PagePlace {
	const oldest = posts.at(-1)?.create_at;
	const anchor = posts.findLast(({ create_at }) => create_at !== oldest);
	if (anchor) return { before: anchor.id, page: 0 };
	// All of one millisecond: there is no place between them.
	return { ...(before !== undefined && { before }), page: page + 1 };
}
