// Pages by number slide when posts come between two requests, and pages of a thread repeat the root. So that no post is given
// twice, without keeping every id: a walk goes one way in time, so what does not lie beyond its last moment was given already.
import type { Post } from '@mattermost/types/posts';

type Moment = Pick<Post, 'id' | 'create_at'>;

/** The posts of the last moment given: id and `create_at`, the same for all, the last one given last. */
export type Edge = ReadonlyMap<string, number>;

export const noEdge: Edge = new Map();

/** The posts of a page (in the order of the walk) that were not given yet, and the edge after them. */
export function newPosts<P extends Moment>(
	page: readonly P[],
	edge: Edge,
	towards: 'newer' | 'older',
): { items: readonly P[]; edge: Edge } {
	const at = edge.values().next().value;
	const sign = towards === 'newer' ? 1 : -1;
	const isNew = (post: P) =>
		at === undefined || sign * (post.create_at - at) > 0 || (post.create_at === at && !edge.has(post.id));
	const items = page.filter(isNew);
	const last = items.at(-1)?.create_at;
	if (last === undefined) return { items, edge };
	const ofLast = items.filter((post) => post.create_at === last).map((post) => [post.id, last] as const);
	return { items, edge: new Map([...(last === at ? edge : []), ...ofLast]) };
}
