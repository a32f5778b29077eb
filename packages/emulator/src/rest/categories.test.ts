import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTeam } from '../testing/team.ts';

interface View {
	id: string;
	type: string;
	display_name: string;
	channel_ids: string[];
}

test('channels stand under Channels and direct messages under theirs, until they are put elsewhere', async () => {
	await using team = await testTeam();
	const { ada, bob, channelId, teamId } = team;
	const path = `/users/me/teams/${teamId}/channels/categories`;
	const direct = (await ada.post('/channels/direct', [ada.id, bob.id])).body;
	const read = async () => {
		const { categories, order } = (await ada.get(path)).body as { categories: View[]; order: string[] };
		assert.deepEqual(
			order,
			categories.map(({ id }) => id),
		);
		return Object.fromEntries(categories.map((category) => [category.display_name, category]));
	};
	const before = await read();
	assert.equal(before.Channels?.channel_ids.length, 3);
	assert.deepEqual(before['Direct Messages']?.channel_ids, [direct.id]);

	const mine = (await ada.post(path, { display_name: 'Mine', channel_ids: [channelId, direct.id] })).body;
	const after = await read();
	assert.deepEqual(Object.keys(after), ['Favorites', 'Mine', 'Channels', 'Direct Messages']);
	assert.deepEqual(after.Mine?.channel_ids, [channelId, direct.id]);
	assert.equal(after.Channels?.channel_ids.length, 2);

	// A favourite leaves the heading where it stood.
	const favorites = { ...before.Favorites, channel_ids: [channelId] };
	await ada.put(`${path}/${favorites.id}`, favorites);
	assert.deepEqual((await read()).Mine?.channel_ids, [direct.id]);
	await ada.delete(`${path}/${mine.id}`);
	assert.deepEqual((await read())['Direct Messages']?.channel_ids, [direct.id]);
});

test('the order names every category once; built-in ones keep their names and cannot be deleted', async () => {
	await using team = await testTeam();
	const { ada, bob, teamId } = team;
	const path = `/users/me/teams/${teamId}/channels/categories`;
	const order = (await ada.get(`${path}/order`)).body as string[];
	const reversed = order.toReversed();
	assert.deepEqual((await ada.put(`${path}/order`, reversed)).body, reversed);
	assert.deepEqual((await ada.get(`${path}/order`)).body, reversed);
	assert.equal((await ada.put(`${path}/order`, reversed.slice(1))).status, 400);
	const favorites = (await ada.get(`${path}/${order[0]}`)).body;
	const [changed] = (await ada.put(path, [{ ...favorites, display_name: 'Best', collapsed: true }])).body;
	assert.deepEqual([changed.display_name, changed.collapsed], ['Favorites', true]);
	assert.equal((await ada.delete(`${path}/${order[0]}`)).status, 400);
	assert.equal((await ada.get(`/users/${bob.id}/teams/${teamId}/channels/categories`)).status, 403);
});
