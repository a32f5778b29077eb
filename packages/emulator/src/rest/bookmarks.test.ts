import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTeam } from '../testing/team.ts';

const link = (display_name: string) => ({
	type: 'link',
	display_name,
	link_url: `https://example.com/${display_name}`,
});

test('bookmarks of a channel are added, sorted, changed and deleted by its members', async () => {
	await using team = await testTeam({ settings: { licensed: true } });
	const { ada, bob, eve, channelId, emulator } = team;
	const path = `/channels/${channelId}/bookmarks`;
	const made = [];
	for (const name of ['one', 'two', 'three']) made.push((await bob.post(path, link(name))).body);
	const names = async (query = '') =>
		(await ada.get(path + query)).body.map((each: { display_name: string }) => each.display_name);
	const sorted = await bob.post(`${path}/${made[2].id}/sort_order`, '0');
	assert.equal(sorted.body[0].display_name, 'three');
	assert.deepEqual(await names(), ['three', 'one', 'two']);
	const { updated } = (await ada.patch(`${path}/${made[0].id}`, { display_name: 'first', emoji: ':star:' })).body;
	assert.deepEqual(
		[updated.display_name, updated.emoji, updated.link_url],
		['first', 'star', 'https://example.com/one'],
	);
	const since = emulator.clock.now() + 1;
	emulator.clock.advance(5);
	await bob.delete(`${path}/${made[1].id}`);
	assert.deepEqual(await names(), ['three', 'first']);
	assert.deepEqual(await names(`?bookmarks_since=${since}`), ['two']);
	assert.equal((await eve.get(path)).status, 403);
});

test('a bookmark of a file carries the file; what is neither link nor file is refused', async () => {
	await using team = await testTeam({ settings: { licensed: true } });
	const { ada, channelId, emulator } = team;
	const path = `/channels/${channelId}/bookmarks`;
	const file = (await ada.post(`/files?channel_id=${channelId}&filename=a.txt`, 'a')).body.file_infos[0];
	const made = await ada.post(path, { type: 'file', display_name: 'A', file_id: file.id });
	assert.deepEqual([made.status, made.body.file.name], [201, 'a.txt']);
	assert.equal((await ada.post(path, { type: 'link', display_name: 'A' })).status, 400);
	assert.equal((await ada.post(path, { type: 'file', display_name: 'A', file_id: 'a'.repeat(26) })).status, 400);
	assert.equal((await ada.post(path, { ...link('x'), type: 'other' })).status, 400);
	assert.equal((await ada.post(path, link(''))).status, 400);
	emulator.settings.licensed = false;
	assert.equal((await ada.get(path)).body.id, 'api.channel.bookmark.channel_bookmark.license.error');
});
