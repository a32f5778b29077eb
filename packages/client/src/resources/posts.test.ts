import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAbortError, isServerError, isTimeoutError, isValidationError } from '@matterkit/http';
import type { Post } from '@mattermost/types/posts';
import { FilesDroppedError } from '../dropped-files.ts';
import { Mattermost } from '../mattermost.ts';
import { appError, type Seen, stubServer } from '../testing/stub-server.ts';

/** Makes one post per pending_post_id, as the server does for 30 s. `lose` says which answers never arrive. */
function postServer(lose: (attempt: number) => 'answer' | 'pending' | undefined) {
	const made = new Map<string, { id: string; message: string; file_ids: string[] }>();
	const stub = stubServer((request, response) => {
		const { pending_post_id, message } = request.json as Record<string, string>;
		assert(pending_post_id);
		const id = `post ${made.size + 1}`;
		if (!made.has(pending_post_id)) made.set(pending_post_id, { id, message: message ?? '', file_ids: [] });
		attempts++;
		const lost = lose(attempts);
		if (lost === 'pending') return appError(500, 'api.post.deduplicate_create_post.pending');
		if (lost !== 'answer') return [201, made.get(pending_post_id)];
		response.destroy();
		return undefined;
	});
	let attempts = 0;
	return { stub, made };
}

const fast = { token: 't', retryBackoffFactor: 0.01 };
const hello = { channel_id: 'town', message: 'hello' };

test('a post is made once when the answer to the first try is lost', async () => {
	const { stub, made } = postServer((attempt) => (attempt < 3 ? 'answer' : undefined));
	await using server = await stub;
	await using mm = new Mattermost({ url: server.url, ...fast });
	assert.equal((await mm.posts.create(hello)).id, 'post 1');
	assert.equal(made.size, 1);
	assert.equal(server.requests.length, 3);
});

test('every post has a key of its own, and a key that is given is kept', async () => {
	await using server = await stubServer(() => [201, { id: 'p' }]);
	await using mm = new Mattermost({ url: server.url, ...fast });
	await mm.posts.create(hello);
	await mm.posts.create(hello);
	await mm.posts.create({ ...hello, pending_post_id: 'mine' });
	const keys = server.requests.map((request) => (request.json as Record<string, string>).pending_post_id ?? '');
	assert.equal(new Set(keys).size, 3);
	assert(keys[0] && keys[0].length >= 32);
	assert.equal(keys[2], 'mine');
});

test('while an earlier attempt is still being made, the post is waited for', async () => {
	const { stub, made } = postServer((attempt) => (attempt < 6 ? 'pending' : undefined));
	await using server = await stub;
	await using mm = new Mattermost({ url: server.url, ...fast });
	assert.equal((await mm.posts.create(hello)).id, 'post 1');
	assert.deepEqual([made.size, server.requests.length], [1, 6]);
});

test('waiting for a pending post ends at once when it is aborted, and when the time is up', async () => {
	await using server = await stubServer(() => appError(500, 'api.post.deduplicate_create_post.pending'));
	await using mm = new Mattermost({ url: server.url, ...fast });
	const controller = new AbortController();
	const creating = mm.posts.create(hello, { signal: controller.signal });
	setImmediate(() => controller.abort());
	await assert.rejects(creating, isAbortError);
	const start = performance.now();
	await assert.rejects(
		mm.posts.create(hello, { totalTimeout: 700 }),
		(error) => isServerError(error) || isTimeoutError(error),
	);
	assert(performance.now() - start < 20_000, 'by itself it would have ended after 24 s');
});

test('a post whose files the server left out says so, and gives the post', async () => {
	await using server = await stubServer(() => [201, { id: 'p', file_ids: ['a'] }]);
	await using mm = new Mattermost({ url: server.url, ...fast });
	await assert.rejects(mm.posts.create({ ...hello, file_ids: ['a', 'b'] }), (error) => {
		assert(error instanceof FilesDroppedError);
		assert.deepEqual(error.dropped, ['b']);
		assert.equal(error.post.id, 'p');
		return true;
	});
	assert.equal((await mm.posts.create({ ...hello, file_ids: ['b'] }, { allowDroppedFiles: true })).id, 'p');
});

test('more than ten files, or no channel, is refused before anything is sent', async () => {
	await using server = await stubServer(() => [201, { id: 'p' }]);
	await using mm = new Mattermost({ url: server.url, ...fast });
	const file_ids = Array.from({ length: 11 }, (_, n) => `file ${n}`);
	await assert.rejects(
		mm.posts.create({ ...hello, file_ids }),
		(error) => isValidationError(error) && /at most 10 files/.test(error.message),
	);
	await assert.rejects(mm.posts.create({ channel_id: '', message: '' }), isValidationError);
	assert.equal(server.requests.length, 0);
});

/** A channel with posts of the given times, newest first in each page, as the server pages them. */
function channelServer(times: number[]) {
	const all = times.map((create_at, n) => ({ id: `p${n}`, create_at }));
	return stubServer(({ query }: Seen) => {
		const anchor = all.find((post) => post.id === (query.after ?? query.before));
		const at = anchor?.create_at ?? 0;
		const size = Number(query.per_page);
		const page = Number(query.page);
		let found = all.toReversed();
		if (query.after) {
			const newer = all.filter((post) => post.create_at > at);
			found = newer.slice(page * size, (page + 1) * size).reverse();
		} else {
			if (query.before) found = found.filter((post) => post.create_at < at);
			found = found.slice(page * size, (page + 1) * size);
		}
		return { order: found.map((post) => post.id), posts: Object.fromEntries(found.map((post) => [post.id, post])) };
	});
}

const ids = (posts: readonly Post[]) => posts.map((post) => post.id).join(' ');

test('the posts after one come oldest first, and none is lost to a tie at the edge of a page', async () => {
	await using server = await channelServer([1, 2, 2, 2, 3, 3, 4]);
	await using mm = new Mattermost({ url: server.url, ...fast });
	const posts = await Array.fromAsync(mm.posts.list('town', { after: 'p0', per_page: 2 }));
	assert.equal(ids(posts), 'p1 p2 p3 p4 p5 p6');
	assert.deepEqual(new Set(server.requests.map((request) => request.query.after)), new Set(['p0']));
});

test('a channel is read newest first, and before a post likewise', async () => {
	await using server = await channelServer([1, 2, 2, 3, 4]);
	await using mm = new Mattermost({ url: server.url, ...fast });
	assert.equal(ids(await Array.fromAsync(mm.posts.list('town', { per_page: 2 }))), 'p4 p3 p2 p1 p0');
	assert.equal(ids(await Array.fromAsync(mm.posts.list('town', { before: 'p3', per_page: 2 }))), 'p2 p1 p0');
	assert.equal(ids(await mm.posts.list('town', { page: 1, per_page: 2 })), 'p2 p1');
});

test('the posts since a moment are one page', async () => {
	await using server = await channelServer([1, 2]);
	await using mm = new Mattermost({ url: server.url, ...fast });
	await Array.fromAsync(mm.posts.list('town', { since: 1 }));
	assert.equal(server.requests.length, 1);
});

test('a long thread is read page by page, the root once', async () => {
	const thread = [
		{ id: 'root', create_at: 1, root_id: '' },
		...[2, 3, 3, 4, 5].map((create_at, n) => ({ id: `r${n}`, create_at, root_id: 'root' })),
	];
	await using server = await stubServer(({ query }) => {
		const from = thread.findIndex((post) => post.id === query.fromPost);
		const page = thread.slice(Math.max(from, 0) + 1).slice(0, Number(query.perPage));
		const found = [...page, thread[0]].filter((post) => post !== undefined);
		return { order: found.map((post) => post.id), posts: Object.fromEntries(found.map((post) => [post.id, post])) };
	});
	await using mm = new Mattermost({ url: server.url, ...fast });
	assert.equal(ids(await Array.fromAsync(mm.posts.thread('root', { per_page: 2 }))), 'root r0 r1 r2 r3 r4');
});
