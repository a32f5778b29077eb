import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTeam } from '../testing/team.ts';

test('a draft is kept for its writer until it is deleted or emptied', async () => {
	await using team = await testTeam();
	const { ada, bob, eve, channelId, teamId } = team;
	const drafts = `/users/me/teams/${teamId}/drafts`;
	await ada.post('/drafts', { channel_id: channelId, message: 'half' });
	const again = (await ada.post('/drafts', { channel_id: channelId, message: 'half a' })).body;
	assert.ok(again.update_at >= again.create_at);
	const messages = async () => (await ada.get(drafts)).body.map(({ message }: { message: string }) => message);
	assert.deepEqual(await messages(), ['half a']);
	assert.deepEqual((await bob.get(drafts)).body, []);
	await ada.post('/drafts', { channel_id: channelId, message: '' });
	assert.deepEqual(await messages(), []);
	assert.equal((await ada.delete(`/users/me/channels/${channelId}/drafts`)).status, 404);
	assert.equal((await eve.post('/drafts', { channel_id: channelId, message: 'x' })).status, 403);
	assert.equal((await ada.get(`/users/${bob.id}/teams/${teamId}/drafts`)).status, 403);
});

test('a draft of a thread is another one than that of its channel', async () => {
	await using team = await testTeam();
	const { ada, channelId, teamId } = team;
	const root = (await ada.post('/posts', { channel_id: channelId, message: 'root' })).body;
	await ada.post('/drafts', { channel_id: channelId, message: 'to all' });
	await ada.post('/drafts', { channel_id: channelId, root_id: root.id, message: 'in the thread' });
	assert.equal((await ada.get(`/users/me/teams/${teamId}/drafts`)).body.length, 2);
	await ada.delete(`/users/me/channels/${channelId}/drafts/${root.id}`);
	assert.deepEqual((await ada.get(`/users/me/teams/${teamId}/drafts`)).body[0].message, 'to all');
});

test('the connection that changed a draft does not hear of it', async () => {
	await using team = await testTeam();
	const { ada, channelId } = team;
	await ada.listen();
	const connectionId = String(ada.heardOf('hello')[0]?.data.connection_id);
	await ada.post('/drafts', { channel_id: channelId, message: 'a' }, { 'connection-id': connectionId });
	await ada.settled();
	assert.deepEqual(ada.heardOf('draft_created'), []);
});
