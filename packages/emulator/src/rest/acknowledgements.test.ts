import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTeam } from '../testing/team.ts';

test('a post is acknowledged once, and for five minutes this can be taken back', async () => {
	await using team = await testTeam({ settings: { licensed: true } });
	const { ada, bob, eve, channelId, emulator } = team;
	const post = (await ada.post('/posts', { channel_id: channelId, message: 'read this' })).body;
	const path = `/users/me/posts/${post.id}/ack`;
	const first = (await bob.post(path)).body;
	assert.deepEqual((await bob.post(path)).body, first);
	assert.equal((await eve.post(path)).status, 403);
	assert.equal((await ada.post(`/users/${bob.id}/posts/${post.id}/ack`)).status, 403);
	assert.equal((await bob.delete(path)).status, 200);
	assert.equal((await bob.delete(path)).status, 404);
	await bob.post(path);
	emulator.clock.advance(301_000);
	assert.equal((await bob.delete(path)).status, 403);
	emulator.settings.licensed = false;
	assert.equal((await bob.post(path)).status, 501);
});
