import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTeam } from '../testing/team.ts';

const fields = '/custom_profile_attributes/fields';

test('administrators make fields, users fill them, and a new type empties them', async () => {
	await using team = await testTeam({ settings: { licensed: true } });
	const { admin, ada, bob } = team;
	assert.equal((await ada.post(fields, { name: 'Rank', type: 'text' })).status, 403);
	const rank = (await admin.post(fields, { name: 'Rank', type: 'text', attrs: { sort_order: 2 } })).body;
	const ship = (await admin.post(fields, { name: 'Ship', type: 'text', attrs: { sort_order: 1 } })).body;
	assert.equal(rank.group_id, (await ada.get('/custom_profile_attributes/group')).body.id);
	assert.deepEqual(
		(await ada.get(fields)).body.map(({ name }: { name: string }) => name),
		['Ship', 'Rank'],
	);
	await ada.patch('/custom_profile_attributes/values', { [rank.id]: 'captain', [ship.id]: 'Harvard' });
	const values = `/users/${ada.id}/custom_profile_attributes`;
	assert.deepEqual((await bob.get(values)).body, { [rank.id]: 'captain', [ship.id]: 'Harvard' });
	assert.equal((await bob.patch(values, { [rank.id]: 'cook' })).status, 403);
	await admin.patch(`${fields}/${rank.id}`, { type: 'select' });
	await admin.delete(`${fields}/${ship.id}`);
	assert.deepEqual((await bob.get(values)).body, {});
	assert.equal((await ada.patch('/custom_profile_attributes/values', { [ship.id]: 'x' })).status, 404);
});

test('there are at most 20 fields, with a name and a known type, and only with a licence', async () => {
	await using team = await testTeam({ settings: { licensed: true } });
	const { admin, emulator } = team;
	assert.equal((await admin.post(fields, { name: ' ', type: 'text' })).status, 422);
	assert.equal((await admin.post(fields, { name: 'x', type: 'colour' })).status, 422);
	for (let number = 0; number < 20; number++) await admin.post(fields, { name: `f${number}`, type: 'text' });
	const one = await admin.post(fields, { name: 'one more', type: 'text' });
	assert.equal(one.body.id, 'app.custom_profile_attributes.limit_reached.app_error');
	emulator.settings.licensed = false;
	assert.equal((await admin.get(fields)).status, 403);
});
