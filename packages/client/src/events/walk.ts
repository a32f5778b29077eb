// Reading all posts of a channel from a time on, the oldest first, where there are too many for `since`.
import type { Post } from '@mattermost/types/posts';
import type { Reads } from './reads.ts';

/** Posts that two pages in a row have in common, so that a deletion between two reads moves nothing out of sight. */
const overlap = 20;

/**
 * Pages of the posts of a channel made later than `floor`, the oldest page first, each the oldest post first. Posts of
 * neighbouring pages repeat.
 */
export async function* walk(reads: Reads, channelId: string, floor: number): AsyncGenerator<Post[]> {
	let { page, anchor } = await startingPoint(reads, channelId, floor);
	if (page.length > 0) yield page;
	let reached = floor;
	/** Pages from the present anchor that are read already: more than none where one millisecond fills a page. */
	let read = 0;
	while (anchor !== undefined) {
		page = (await reads.after(channelId, anchor.id, read)).reverse();
		const newest = page.at(-1);
		if (newest) {
			yield page;
			reached = newest.create_at;
			const later = anchorIn(page);
			if (later && later.create_at > anchor.create_at) {
				anchor = later;
				read = 0;
			} else read++;
		} else {
			if (read > 0) return;
			// Nothing, not even what two pages have in common: was it deleted, or does the server not know the anchor any more?
			const again = await startingPoint(reads, channelId, reached - 1);
			if (again.anchor === undefined || again.anchor.id === anchor.id) return;
			({ page, anchor } = again);
			if (page.length > 0) yield page;
		}
	}
}

/** The post to read on after: some way back, and of an earlier millisecond than what is to come again. */
function anchorIn(page: readonly Post[]): Post | undefined {
	const first = page[Math.max(0, page.length - overlap)];
	return page.findLast((post) => first !== undefined && post.create_at < first.create_at);
}

/**
 * Where to begin: the newest post not later than `floor`, or the channel's oldest page when all posts are later. Found by
 * doubling the page number and halving back: few reads, and the server surely knows the anchor.
 */
async function startingPoint(
	reads: Reads,
	channelId: string,
	floor: number,
): Promise<{ page: Post[]; anchor: Post | undefined }> {
	const read = async (number: number) => {
		const posts = await reads.page(channelId, number);
		const anchor = posts.find(({ create_at }) => create_at <= floor);
		return { number, posts, anchor, reached: anchor !== undefined || posts.length === 0 };
	};
	let later = await read(0);
	let reached = later;
	while (!reached.reached) {
		later = reached;
		reached = await read(later.number * 2 + 1);
	}
	while (reached.number - later.number > 1) {
		const between = await read(Math.floor((later.number + reached.number) / 2));
		if (between.reached) reached = between;
		else later = between;
	}
	// A post that was made while this was read has moved the oldest to the next page.
	while (!reached.anchor) {
		const next = await read(later.number + 1);
		if (next.posts.length === 0) return { page: later.posts.toReversed(), anchor: later.posts.at(-1) };
		if (next.anchor) return { page: [], anchor: next.anchor };
		later = next;
	}
	return { page: [], anchor: reached.anchor };
}
