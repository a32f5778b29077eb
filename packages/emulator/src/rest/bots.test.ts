import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from '../testing/person.ts';
import { testTeam } from '../testing/team.ts';

test('a disabled bot is deaf and dumb until it is enabled and has a new token', async () => {
	await using team = await testTeam();
	const { admin, emulator } = team;
	const bot = (await admin.post('/bots', { username: 'robot', display_name: 'Robot' })).body;
	const tokenFor = async () => (await admin.post(`/users/${bot.user_id}/tokens`, { description: 'd' })).body.token;
	const robot = new Person(emulator.url, { id: bot.user_id, username: 'robot', token: await tokenFor() });
	assert.equal((await robot.get('/users/me')).body.is_bot, true);
	assert.ok((await admin.post(`/bots/${bot.user_id}/disable`)).body.delete_at > 0);
	assert.equal((await robot.get('/users/me')).status, 401);
	assert.deepEqual((await admin.get('/bots')).body, []);
	assert.equal((await admin.get('/bots?include_deleted=true')).body.length, 1);
	await admin.post(`/bots/${bot.user_id}/enable`);
	const again = new Person(emulator.url, { id: bot.user_id, username: 'robot', token: await tokenFor() });
	assert.equal((await again.get('/users/me')).status, 200);
});

test('a bot is patched, given away, and made a user', async () => {
	await using team = await testTeam();
	const { admin, ada, emulator } = team;
	const bot = (await admin.post('/bots', { username: 'robot' })).body;
	const patched = (await admin.put(`/bots/${bot.user_id}`, { username: 'r2d2', display_name: 'R2' })).body;
	assert.deepEqual([patched.username, patched.display_name], ['r2d2', 'R2']);
	assert.equal((await admin.put(`/bots/${bot.user_id}`, { username: 'ada' })).status, 400);
	assert.equal((await admin.post(`/bots/${bot.user_id}/assign/${ada.id}`)).body.owner_id, ada.id);
	const user = await admin.post(`/bots/${bot.user_id}/convert_to_user`, { password: 'Passw0rd!x' });
	assert.equal(user.body.is_bot, undefined);
	const nobody = new Person(emulator.url, { id: '', username: '', token: '' });
	assert.equal((await nobody.post('/users/login', { login_id: 'r2d2', password: 'Passw0rd!x' })).status, 200);
	assert.equal((await admin.get(`/bots/${bot.user_id}`)).status, 404);
});

test('users see no bots and may not change them', async () => {
	await using team = await testTeam();
	const { admin, ada } = team;
	const bot = (await admin.post('/bots', { username: 'robot' })).body;
	assert.equal((await ada.get('/bots')).status, 403);
	assert.equal((await ada.get(`/bots/${bot.user_id}`)).body.id, 'store.sql_bot.get.missing.app_error');
	assert.equal((await ada.post(`/bots/${bot.user_id}/disable`)).status, 404);
	assert.equal((await ada.post(`/users/${ada.id}/convert_to_bot`)).status, 403);
	assert.equal((await admin.post(`/users/${ada.id}/convert_to_bot`)).body.username, 'ada');
	assert.equal((await ada.get('/users/me')).body.is_bot, true);
});
