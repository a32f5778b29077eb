import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTimeoutError } from '@matterkit/http';
import { Mattermost } from '../mattermost.ts';
import { stubServer } from '../testing/stub-server.ts';

// By the clock, because the server's 30 s, after which a repeat would make a second post, are by the clock too.
test('a post is tried for 8 s at a time and for less than 25 s in all, with one key', async () => {
	const times: number[] = [];
	await using stub = await stubServer(() => void times.push(performance.now()));
	await using mm = new Mattermost({ url: stub.url, token: 't' });
	const start = performance.now();
	await assert.rejects(mm.posts.create({ channel_id: 'town', message: 'hello' }), isTimeoutError);
	assert(performance.now() - start < 25_000);
	const [first = 0, second = 0, third = 0] = times;
	// 8 s and a wait of 1 s, then 8 s and 2 s; 10 % are jitter.
	assert(second - first > 8_900 && second - first < 9_700, `${second - first}`);
	assert(third - second > 9_900 && third - second < 11_000, `${third - second}`);
	const keys = stub.requests.map((request) => (request.json as Record<string, string>).pending_post_id);
	assert.equal(new Set(keys).size, 1);
});
