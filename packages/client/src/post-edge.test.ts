import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Edge, newPosts, noEdge } from './post-edge.ts';

interface Moment {
	id: string;
	create_at: number;
}

const byTime = (a: Moment, b: Moment) => a.create_at - b.create_at || (a.id < b.id ? -1 : 1);

test('posts that come between two pages are not given twice, and none of the older ones is left out', () => {
	// Many posts in few milliseconds: ties within a page and across pages.
	const channel = fc.uniqueArray(fc.record({ id: fc.uuid(), create_at: fc.integer({ min: 1, max: 9 }) }), {
		selector: (post) => post.id,
		maxLength: 60,
	});
	const arrivals = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 40, maxLength: 40 });
	fc.assert(
		fc.property(channel, arrivals, fc.integer({ min: 1, max: 7 }), (posts, arriving, size) => {
			const server = posts.toSorted(byTime).reverse();
			const given: string[] = [];
			let edge: Edge = noEdge;
			let clock = 10;
			for (let page = 0; ; page++) {
				const found = server.slice(page * size, (page + 1) * size);
				if (found.length === 0) break;
				const step = newPosts(found, edge, 'older');
				given.push(...step.items.map((post) => post.id));
				edge = step.edge;
				for (let n = 0; n < (arriving[page] ?? 0); n++) {
					server.unshift({ id: `new ${clock}`, create_at: clock++ });
				}
			}
			assert.equal(new Set(given).size, given.length);
			const old = posts
				.toSorted(byTime)
				.reverse()
				.map((post) => post.id);
			assert.deepEqual(
				given.filter((id) => !id.startsWith('new')),
				old,
			);
		}),
	);
});

test('a walk towards newer posts gives those of the last millisecond that came later', () => {
	const first = newPosts(
		[
			{ id: 'a', create_at: 1 },
			{ id: 'b', create_at: 2 },
		],
		noEdge,
		'newer',
	);
	const second = newPosts(
		[
			{ id: 'b', create_at: 2 },
			{ id: 'c', create_at: 2 },
			{ id: 'd', create_at: 3 },
		],
		first.edge,
		'newer',
	);
	assert.deepEqual(
		second.items.map((post) => post.id),
		['c', 'd'],
	);
});
