import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { testTeam } from '../testing/team.ts';

test('what an administrator sets in the configuration holds from then on', async () => {
	await using team = await testTeam();
	const { admin, ada, channelId } = team;
	assert.equal((await ada.get('/config')).status, 403);
	assert.equal((await admin.get('/config')).body.FileSettings.MaxFileSize, 104_857_600);
	const patch = {
		FileSettings: { MaxFileSize: 3 },
		Unknown: { Name: 1 },
		ServiceSettings: { SessionLengthWebInHours: 24 },
	};
	const config = (await admin.put('/config/patch', patch)).body;
	assert.deepEqual([config.FileSettings.MaxFileSize, config.ServiceSettings.SessionLengthWebInHours], [3, 24]);
	assert.equal((await ada.post(`/files?channel_id=${channelId}&filename=a.txt`, 'four')).status, 413);
	assert.equal((await ada.get('/config/client?format=old')).body.MaxFileSize, '3');
	assert.equal((await admin.put('/config/patch', { FileSettings: { MaxFileSize: 'much' } })).status, 400);
	await admin.put('/config/patch', { RateLimitSettings: { Enable: true, PerSec: 5, MaxBurst: 7 } });
	assert.deepEqual((await admin.get('/config')).body.RateLimitSettings, {
		Enable: true,
		PerSec: 5,
		MaxBurst: 7,
		VaryByUser: true,
	});
	assert.deepEqual((await admin.get('/config/environment')).body, {});
});

test('a licence is uploaded and taken away', async () => {
	await using team = await testTeam();
	const { admin, ada } = team;
	const form = () => {
		const fields = new FormData();
		fields.append('license', new Blob(['a licence']), 'matterkit.license');
		return fields;
	};
	assert.equal((await ada.post('/license', form())).status, 403);
	assert.equal((await admin.post('/license', form())).body.IsLicensed, 'true');
	assert.equal((await ada.get('/license/client?format=old')).body.IsLicensed, 'true');
	assert.equal((await admin.post('/license', '{}')).status, 400);
	await admin.delete('/license');
	assert.equal((await ada.get('/license/client?format=old')).body.IsLicensed, 'false');
});

test('a plugin is uploaded, switched on and off, and removed', async () => {
	await using team = await testTeam();
	const { admin, ada, nobody } = team;
	const manifest = { id: 'com.example.hi', name: 'Hi', version: '1.0.0', webapp: { bundle_path: 'main.js' } };
	assert.equal((await ada.post('/plugins', bundle(manifest))).status, 403);
	assert.equal((await admin.post('/plugins', bundle(manifest))).status, 201);
	assert.equal((await admin.post('/plugins', bundle(manifest))).body.id, 'app.plugin.install_id.app_error');
	assert.deepEqual((await nobody.get('/plugins/webapp')).body, []);
	await admin.post(`/plugins/${manifest.id}/enable`);
	assert.equal((await admin.get('/plugins')).body.active[0].id, manifest.id);
	assert.equal((await nobody.get('/plugins/webapp')).body[0].webapp.bundle_path, 'main.js');
	assert.equal((await admin.get('/plugins/statuses')).body[0].state, 2);
	await admin.post(`/plugins/${manifest.id}/disable`);
	assert.equal((await admin.get('/plugins')).body.inactive.length, 1);
	await admin.delete(`/plugins/${manifest.id}`);
	assert.equal((await admin.post(`/plugins/${manifest.id}/enable`)).status, 404);
	assert.equal((await admin.post('/plugins', bundle({ name: 'no id' }))).body.id, 'app.plugin.manifest.app_error');
});

function bundle(manifest: object): FormData {
	const file = Buffer.from(JSON.stringify(manifest));
	const header = Buffer.alloc(512);
	header.write('hi/plugin.json');
	header.write(file.length.toString(8).padStart(11, '0'), 124);
	const tar = Buffer.concat([header, file, Buffer.alloc(512 - (file.length % 512))]);
	const form = new FormData();
	form.append('plugin', new Blob([gzipSync(tar)]), 'hi.tar.gz');
	return form;
}

test('a job waits until it is cancelled', async () => {
	await using team = await testTeam();
	const { admin, ada } = team;
	assert.equal((await ada.get('/jobs')).status, 403);
	assert.equal((await admin.post('/jobs', { type: 'dance' })).status, 400);
	const job = (await admin.post('/jobs', { type: 'export_process', data: { a: 'b' } })).body;
	assert.deepEqual([job.status, job.data], ['pending', { a: 'b' }]);
	assert.equal((await admin.get('/jobs/type/export_process')).body.length, 1);
	await admin.post(`/jobs/${job.id}/cancel`);
	assert.equal((await admin.get(`/jobs/${job.id}`)).body.status, 'canceled');
	assert.equal((await admin.post(`/jobs/${job.id}/cancel`)).status, 500);
	assert.equal((await admin.patch(`/jobs/${job.id}/status`, { status: 'pending' })).status, 400);
	assert.equal((await admin.patch(`/jobs/${job.id}/status`, { status: 'pending', force: true })).status, 200);
	assert.equal((await admin.get('/jobs?status=pending')).body.length, 1);
});

test('an OAuth application is kept with a secret that others do not see', async () => {
	await using team = await testTeam();
	const { admin, ada } = team;
	const asked = {
		name: 'App',
		description: 'd',
		callback_urls: ['https://a.b/c'],
		homepage: 'https://a.b',
		is_trusted: true,
	};
	assert.equal((await ada.post('/oauth/apps', asked)).status, 403);
	assert.equal((await admin.post('/oauth/apps', { ...asked, callback_urls: [] })).status, 400);
	const app = (await admin.post('/oauth/apps', asked)).body;
	assert.equal((await ada.get(`/oauth/apps/${app.id}/info`)).body.client_secret, '');
	assert.notEqual((await admin.post(`/oauth/apps/${app.id}/regen_secret`)).body.client_secret, app.client_secret);
	assert.equal((await admin.put(`/oauth/apps/${app.id}`, { ...asked, id: app.id, name: 'New' })).body.name, 'New');
	assert.equal((await admin.get('/oauth/apps')).body.length, 1);
	await admin.delete(`/oauth/apps/${app.id}`);
	assert.equal((await admin.get(`/oauth/apps/${app.id}`)).status, 404);
});

test('terms of service are accepted and refused by each user', async () => {
	await using team = await testTeam({ settings: { licensed: true } });
	const { admin, ada } = team;
	assert.equal((await ada.get('/terms_of_service')).status, 404);
	assert.equal((await ada.post('/terms_of_service', { text: 'be kind' })).status, 403);
	const terms = (await admin.post('/terms_of_service', { text: 'be kind' })).body;
	assert.equal((await admin.post('/terms_of_service', { text: 'be kind' })).body.id, terms.id);
	await ada.post('/users/me/terms_of_service', { serviceTermsId: terms.id, accepted: true });
	assert.equal((await ada.get('/users/me/terms_of_service')).body.terms_of_service_id, terms.id);
	await ada.post('/users/me/terms_of_service', { serviceTermsId: terms.id, accepted: false });
	assert.equal((await ada.get('/users/me/terms_of_service')).status, 404);
});

test('statistics count what is there', async () => {
	await using team = await testTeam();
	const { admin, ada, channelId } = team;
	await ada.post('/posts', { channel_id: channelId, message: 'one' });
	const rows = (await admin.get('/analytics/old?name=standard')).body as { name: string; value: number }[];
	const value = (name: string) => rows.find((row) => row.name === name)?.value;
	assert.deepEqual([value('team_count'), value('channel_open_count'), value('unique_user_count')], [1, 3, 4]);
	assert.equal((await admin.get('/analytics/old?name=user_counts_with_posts_day')).body.length, 1);
	assert.equal((await ada.get('/analytics/old')).status, 403);
	assert.deepEqual((await ada.get('/usage/teams')).body, { active: 1, cloud_archived: 0 });
	assert.equal((await admin.get('/limits/server')).body.activeUserCount, 4);
});

test('pictures of users and teams are shown instead of the default', async () => {
	await using team = await testTeam();
	const { ada, bob, teamId } = team;
	const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
	const form = (content = Buffer.from(png, 'base64')) => {
		const fields = new FormData();
		fields.append('image', new Blob([content]), 'me.png');
		return fields;
	};
	const sizeOf = async (path: string) => Number((await bob.get(path)).headers.get('content-length'));
	const before = await sizeOf(`/users/${ada.id}/image`);
	assert.equal((await bob.post(`/users/${ada.id}/image`, form())).status, 403);
	assert.equal((await ada.post('/users/me/image', form(Buffer.from('words, no image at all')))).status, 400);
	await ada.post('/users/me/image', form());
	assert.equal(await sizeOf(`/users/${ada.id}/image`), 70);
	assert.equal(await sizeOf(`/users/${ada.id}/image/default`), before);
	assert.ok((await bob.get(`/users/${ada.id}`)).body.last_picture_update > 0);
	await ada.delete('/users/me/image');
	assert.equal(await sizeOf(`/users/${ada.id}/image`), before);
	assert.equal((await bob.get(`/teams/${teamId}/image`)).status, 404);
	await ada.post(`/teams/${teamId}/image`, form());
	assert.equal(await sizeOf(`/teams/${teamId}/image`), 70);
	await ada.delete(`/teams/${teamId}/image`);
	assert.equal((await bob.get(`/teams/${teamId}/image`)).status, 404);
});

test('time zones, onboarding and recent custom statuses', async () => {
	await using team = await testTeam();
	const { admin, ada } = team;
	assert.ok((await ada.get('/system/timezones')).body.includes('Europe/Berlin'));
	assert.equal((await admin.get('/system/onboarding/complete')).body.value, 'false');
	await admin.post('/system/onboarding/complete');
	assert.equal((await admin.get('/system/onboarding/complete')).body.value, 'true');
	await ada.put('/users/me/status/custom', { emoji: 'coffee', text: 'away' });
	const status = { emoji: 'coffee', text: 'away' };
	assert.equal((await ada.post('/users/me/status/custom/recent/delete', status)).status, 200);
	assert.equal((await ada.post('/users/me/status/custom/recent/delete', status)).status, 400);
});
