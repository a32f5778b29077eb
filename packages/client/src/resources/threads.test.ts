import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mattermost } from '../mattermost.ts';
import { stubServer } from '../testing/stub-server.ts';

/** Five threads, t1 the one with the oldest reply; asked with a cursor it gives those beyond. */
function threadServer() {
	const threads = [1, 2, 3, 4, 5].map((last_reply_at) => ({ id: `t${last_reply_at}`, last_reply_at }));
	return stubServer(({ query: { before, after, per_page } }) => {
		const size = Number(per_page);
		const at = Number((before ?? after)?.slice(1));
		if (after)
			return {
				threads: threads
					.filter((thread) => thread.last_reply_at > at)
					.slice(0, size)
					.reverse(),
			};
		return {
			threads: threads
				.filter((thread) => !before || thread.last_reply_at < at)
				.reverse()
				.slice(0, size),
		};
	});
}

test('threads are read by cursor, the latest reply first, and after one the other way', async () => {
	await using stub = await threadServer();
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	const ids = async (params: object) =>
		(await Array.fromAsync(mm.threads.list('me', 'team', { per_page: 2, ...params })))
			.map((thread) => thread.id)
			.join(' ');
	assert.equal(await ids({}), 't5 t4 t3 t2 t1');
	assert.equal(await ids({ before: 't4' }), 't3 t2 t1');
	assert.equal(await ids({ after: 't2' }), 't3 t4 t5');
	assert.deepEqual(stub.requests[1]?.query, { per_page: '2', before: 't4' });
});
