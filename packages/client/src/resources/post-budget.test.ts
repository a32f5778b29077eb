import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTimeoutError } from '@matterkit/http';
import { Mattermost } from '../mattermost.ts';

// The server keeps a pending_post_id for 30 s: a repeat after that would make a second post.
test('a post is tried for 8 s at a time and for less than 25 s in all, with one key', async (t) => {
	let now = 0;
	t.mock.timers.enable({ apis: ['setTimeout'] });
	t.mock.method(performance, 'now', () => now);
	const times: number[] = [];
	const keys = new Set<string>();
	/** A server that never answers. */
	const transport = (_url: string, { body, signal }: RequestInit): Promise<Response> => {
		times.push(now);
		keys.add((JSON.parse(String(body)) as { pending_post_id: string }).pending_post_id);
		return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
	};
	await using mm = new Mattermost({ url: 'https://chat.example.com', token: 't', transport });
	let error: unknown;
	void mm.posts.create({ channel_id: 'town', message: 'hello' }).catch((reason: unknown) => {
		error = reason;
	});
	for (; !error && now < 60_000; now += 100) {
		await new Promise(setImmediate);
		t.mock.timers.tick(100);
	}
	assert.ok(isTimeoutError(error));
	assert.ok(now > 20_000 && now < 25_000, `${now}`);
	const [first = 0, second = 0, third = 0] = times;
	// 8 s and a wait of 1 s, then 8 s and 2 s; 10 % are jitter.
	assert.ok(second - first >= 9_000 && second - first <= 9_300, `${second - first}`);
	assert.ok(third - second >= 10_000 && third - second <= 10_400, `${third - second}`);
	assert.equal(keys.size, 1);
});
