import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTeam } from '../testing/team.ts';

const licensed = { settings: { licensed: true } };
const pilots = { name: 'pilots', display_name: 'Pilots', source: 'custom', allow_reference: true };

test('groups need a licence', async () => {
	await using team = await testTeam();
	assert.equal((await team.ada.get('/groups')).body.id, 'api.license_error');
	assert.equal((await team.ada.post('/groups', pilots)).status, 403);
});

test('members of a group add others, remove them, and rename it; strangers may not', async () => {
	await using team = await testTeam(licensed);
	const { ada, bob, eve } = team;
	const group = (await ada.post('/groups', { ...pilots, user_ids: [ada.id] })).body;
	assert.equal((await eve.post(`/groups/${group.id}/members`, { user_ids: [eve.id] })).status, 403);
	await ada.post(`/groups/${group.id}/members`, { user_ids: [bob.id] });
	const { members, total_member_count } = (await eve.get(`/groups/${group.id}/members`)).body;
	assert.deepEqual(
		[members.map(({ username }: { username: string }) => username), total_member_count],
		[['ada', 'bob'], 2],
	);
	assert.deepEqual(
		(await bob.get('/users/me/groups')).body.map(({ name }: { name: string }) => name),
		['pilots'],
	);
	await bob.put(`/groups/${group.id}/patch`, { display_name: 'Aviators' });
	assert.equal((await ada.get(`/groups/${group.id}`)).body.display_name, 'Aviators');
	await bob.delete(`/groups/${group.id}/members`, { user_ids: [ada.id] });
	assert.equal((await bob.get(`/groups/${group.id}/stats`)).body.total_member_count, 1);
});

test('an archived group is found only where archived ones are asked for, until it is restored', async () => {
	await using team = await testTeam(licensed);
	const { ada } = team;
	const group = (await ada.post('/groups', { ...pilots, user_ids: [ada.id] })).body;
	await ada.delete(`/groups/${group.id}`);
	assert.deepEqual((await ada.get('/groups')).body, []);
	assert.equal((await ada.get('/groups?filter_archived=true')).body.length, 1);
	await ada.post(`/groups/${group.id}/restore`);
	assert.equal((await ada.get('/groups?q=pil&include_member_count=true')).body[0].member_count, 1);
	assert.equal((await ada.post('/groups/names', ['pilots', 'nothing'])).body.length, 1);
});

test('a group’s name is one of its own and not a user’s', async () => {
	await using team = await testTeam(licensed);
	const { ada, bob } = team;
	assert.equal((await ada.post('/groups', { ...pilots, name: bob.username })).body.id, 'app.custom_group.unique_name');
	assert.equal((await ada.post('/groups', { ...pilots, name: 'No Spaces' })).status, 400);
	assert.equal((await ada.post('/groups', { ...pilots, source: 'ldap' })).status, 501);
	assert.equal((await ada.post('/groups', { ...pilots, user_ids: ['a'.repeat(26)] })).status, 404);
});

test('a group that is linked to a team and a channel is listed there', async () => {
	await using team = await testTeam(licensed);
	const { ada, admin, bob, teamId, channelId } = team;
	const group = (await ada.post('/groups', { ...pilots, user_ids: [ada.id] })).body;
	assert.equal((await bob.post(`/groups/${group.id}/teams/${teamId}/link`, { auto_add: true })).status, 403);
	const link = (await ada.post(`/groups/${group.id}/teams/${teamId}/link`, { auto_add: true })).body;
	assert.deepEqual([link.team_id, link.team_display_name, link.auto_add], [teamId, 'Engineering', true]);
	await ada.post(`/groups/${group.id}/channels/${channelId}/link`, {});
	assert.equal((await bob.get(`/teams/${teamId}/groups`)).body.total_group_count, 1);
	assert.equal((await bob.get(`/channels/${channelId}/groups`)).body.groups[0].has_syncables, true);
	assert.deepEqual(Object.keys((await bob.get(`/teams/${teamId}/groups_by_channels`)).body.groups), [channelId]);
	const patched = await ada.put(`/groups/${group.id}/teams/${teamId}/patch`, { scheme_admin: true });
	assert.deepEqual([patched.body.auto_add, patched.body.scheme_admin], [true, true]);
	await ada.delete(`/groups/${group.id}/teams/${teamId}/link`);
	assert.deepEqual((await admin.get(`/groups/${group.id}/teams`)).body, []);
});
