import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { testTeam } from '../testing/team.ts';

const licensed = { settings: { licensed: true } };
const hour = 3_600_000;

test('a scheduled post is posted when the server’s clock says so, once', async () => {
	await using team = await testTeam(licensed);
	const { ada, bob, channelId, teamId, emulator } = team;
	const asked = { channel_id: channelId, message: 'good morning', scheduled_at: emulator.clock.now() + hour };
	const { id } = (await ada.post('/posts/schedule', asked)).body;
	await ada.put(`/posts/schedule/${id}`, { ...asked, id, message: 'good evening' });
	assert.equal((await bob.put(`/posts/schedule/${id}`, { ...asked, id })).status, 403);
	const list = `/posts/scheduled/team/${teamId}?includeDirectChannels=true`;
	assert.equal((await ada.get(list)).body[teamId][0].message, 'good evening');
	assert.deepEqual((await ada.get(list)).body.directChannels, []);
	await Promise.all([ada.listen(), bob.listen()]);
	emulator.clock.advance(hour + 1);
	emulator.clock.advance(1);
	await until('the post is posted', () => bob.heardOf('posted').length > 0);
	await until('the scheduled one is gone', () => ada.heardOf('scheduled_post_deleted').length > 0);
	await bob.settled();
	assert.equal(bob.heardOf('posted').length, 1);
	assert.deepEqual((await ada.get(list)).body[teamId], []);
});

test('a scheduled post that may no longer be posted stays, with the reason', async () => {
	await using team = await testTeam(licensed);
	const { ada, bob, channelId, teamId, emulator } = team;
	const scheduled_at = emulator.clock.now() + hour;
	await bob.post('/posts/schedule', { channel_id: channelId, message: 'late', scheduled_at });
	await ada.delete(`/channels/${channelId}`);
	emulator.clock.advance(hour + 1);
	const list = async () => (await bob.get(`/posts/scheduled/team/${teamId}`)).body[teamId];
	await until('the reason is there', async () => (await list())[0].error_code === 'channel_archived');
});

test('only the future can be scheduled, and only with a licence', async () => {
	await using team = await testTeam(licensed);
	const { ada, bob, channelId, emulator } = team;
	const past = { channel_id: channelId, message: 'x', scheduled_at: emulator.clock.now() - 1 };
	assert.equal((await ada.post('/posts/schedule', past)).status, 400);
	const { id } = (await ada.post('/posts/schedule', { ...past, scheduled_at: past.scheduled_at + hour })).body;
	assert.equal((await bob.delete(`/posts/schedule/${id}`)).status, 403);
	assert.equal((await ada.delete(`/posts/schedule/${id}`)).body.id, id);
	emulator.settings.licensed = false;
	assert.equal((await ada.post('/posts/schedule', past)).body.id, 'api.scheduled_posts.license_error');
});

test('a reminder comes when it is due, to its user only', async () => {
	await using team = await testTeam();
	const { ada, bob, channelId, emulator } = team;
	const post = (await ada.post('/posts', { channel_id: channelId, message: 'to do' })).body;
	const target_time = Math.ceil((emulator.clock.now() + hour) / 1_000);
	assert.equal((await bob.post(`/users/me/posts/${post.id}/reminder`, { target_time })).status, 200);
	assert.equal((await ada.post(`/users/${bob.id}/posts/${post.id}/reminder`, { target_time })).status, 403);
	await Promise.all([ada.listen(), bob.listen()]);
	emulator.clock.advance(hour + 2_000);
	await until('bob is reminded', () => bob.heardOf('ephemeral_message').length > 0);
	assert.match(String(bob.heardOf('ephemeral_message')[0]?.data.post), new RegExp(`/eng/pl/${post.id}`));
	await ada.settled();
	assert.deepEqual(ada.heardOf('ephemeral_message'), []);
});
