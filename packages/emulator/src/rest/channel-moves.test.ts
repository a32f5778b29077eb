import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator } from '../index.ts';
import { Person } from '../testing/person.ts';

test('a channel moves to a team in which all its members are', async () => {
	await using emulator = await createEmulator();
	const admin = new Person(emulator.url, emulator.admin);
	const [from, to] = [emulator.team('from'), emulator.team('to')];
	const channel = from.channel('ops');
	const ada = channel.user('ada');
	const move = (force = false) => admin.post(`/channels/${channel.id}/move`, { team_id: to.id, force });
	assert.equal((await move()).body.id, 'app.channel.move_channel.members_do_not_match.error');
	to.user('ada');
	assert.equal((await move()).body.team_id, to.id);
	assert.equal((await new Person(emulator.url, ada).get(`/teams/${to.id}/channels/name/ops`)).status, 200);
});

test('a moved channel loses who is not in the team, where that is wanted', async () => {
	await using emulator = await createEmulator();
	const admin = new Person(emulator.url, emulator.admin);
	const channel = emulator.team('from').channel('ops');
	const ada = channel.user('ada');
	const { status } = await admin.post(`/channels/${channel.id}/move`, { team_id: emulator.team('to').id, force: true });
	assert.equal(status, 200);
	assert.equal((await admin.get(`/channels/${channel.id}/members/${ada.id}`)).status, 404);
});

test('a group message becomes a private channel of a team that all are in', async () => {
	await using emulator = await createEmulator();
	const team = emulator.team('eng');
	const [ada, bob, eve] = ['ada', 'bob', 'eve'].map((name) => new Person(emulator.url, team.user(name)));
	assert.ok(ada && bob && eve);
	const group = (await ada.post('/channels/group', [ada.id, bob.id, eve.id])).body;
	const teams = (await bob.get(`/channels/${group.id}/common_teams`)).body;
	assert.deepEqual(
		teams.map(({ name }: { name: string }) => name),
		['eng'],
	);
	const made = await ada.post(`/channels/${group.id}/convert_to_channel`, {
		channel_id: group.id,
		team_id: team.id,
		name: 'three',
		display_name: 'Three',
	});
	assert.deepEqual([made.status, made.body.type, made.body.team_id], [200, 'P', team.id]);
	assert.equal((await eve.get(`/channels/${group.id}`)).status, 200);
});
