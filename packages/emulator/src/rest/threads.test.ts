import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTeam } from '../testing/team.ts';

test('who writes, is mentioned or follows has the thread in the list, with what is unread', async () => {
	await using team = await testTeam();
	const { ada, bob, channelId, teamId } = team;
	const threads = `/users/me/teams/${teamId}/threads`;
	const root = (await ada.post('/posts', { channel_id: channelId, message: 'root' })).body;
	const reply = (message: string, by = bob) => by.post('/posts', { channel_id: channelId, message, root_id: root.id });
	await reply('one');
	await reply('two for @ada');
	const list = (await ada.get(threads)).body;
	assert.deepEqual([list.total, list.total_unread_threads, list.total_unread_mentions], [1, 1, 1]);
	const [thread] = list.threads;
	assert.deepEqual([thread.id, thread.reply_count, thread.unread_replies, thread.unread_mentions], [root.id, 2, 2, 1]);
	assert.deepEqual(
		thread.participants.map(({ id }: { id: string }) => id),
		[bob.id],
	);

	await ada.put(`${threads}/read`);
	assert.equal((await ada.get(`${threads}?totalsOnly=true`)).body.total_unread_threads, 0);
	const third = (await reply('three')).body;
	assert.equal((await ada.get(`${threads}/${root.id}`)).body.unread_replies, 1);
	assert.equal((await ada.put(`${threads}/${root.id}/read/${third.create_at}`)).body.unread_replies, 0);
	assert.equal((await ada.post(`${threads}/${root.id}/set_unread/${third.id}`)).body.unread_replies, 1);
	assert.equal((await ada.get(`${threads}?unread=true`)).body.threads.length, 1);
});

test('a thread that is not followed is not in the list; following it again brings it back', async () => {
	await using team = await testTeam();
	const { ada, bob, eve, channelId, teamId } = team;
	const threads = `/users/me/teams/${teamId}/threads`;
	const root = (await ada.post('/posts', { channel_id: channelId, message: 'root' })).body;
	await bob.post('/posts', { channel_id: channelId, message: 'reply', root_id: root.id });
	await bob.delete(`${threads}/${root.id}/following`);
	assert.deepEqual((await bob.get(threads)).body.threads, []);
	assert.equal((await bob.get(`${threads}/${root.id}`)).status, 404);
	await bob.put(`${threads}/${root.id}/following`);
	assert.equal((await bob.get(threads)).body.threads.length, 1);
	assert.equal((await eve.put(`${threads}/${root.id}/following`)).status, 403);
	assert.equal((await bob.get(`/users/${ada.id}/teams/${teamId}/threads`)).status, 403);
});

test('pages of threads go on before and after a thread', async () => {
	await using team = await testTeam();
	const { ada, channelId, teamId, emulator } = team;
	const threads = `/users/me/teams/${teamId}/threads`;
	const roots: string[] = [];
	for (const message of ['one', 'two', 'three']) {
		emulator.clock.advance(5);
		const { id } = (await ada.post('/posts', { channel_id: channelId, message })).body;
		await ada.post('/posts', { channel_id: channelId, message: 'reply', root_id: id });
		roots.unshift(id);
	}
	const ids = async (query: string) =>
		(await ada.get(`${threads}?${query}`)).body.threads.map(({ id }: { id: string }) => id);
	assert.deepEqual(await ids('per_page=2'), roots.slice(0, 2));
	assert.deepEqual(await ids(`per_page=2&before=${roots[1]}`), roots.slice(2));
	assert.deepEqual(await ids(`per_page=2&after=${roots[2]}`), roots.slice(0, 2));
});

test('a channel that was marked unread counts from that post on', async () => {
	await using team = await testTeam();
	const { ada, bob, channelId, emulator } = team;
	await ada.post('/posts', { channel_id: channelId, message: 'before' });
	emulator.clock.advance(5);
	const post = (await ada.post('/posts', { channel_id: channelId, message: 'hello @bob' })).body;
	emulator.clock.advance(5);
	await ada.post('/posts', { channel_id: channelId, message: 'after' });
	await bob.post('/channels/members/me/view', { channel_id: channelId });
	await bob.post(`/users/me/posts/${post.id}/set_unread`);
	const unread = (await bob.get(`/users/me/channels/${channelId}/unread`)).body;
	assert.deepEqual([unread.msg_count, unread.mention_count], [2, 1]);
});
