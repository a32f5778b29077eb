import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { testTeam } from '../testing/team.ts';

const megabyte = 1 << 20;

test('a part that was cut off counts as far as it came, and the upload goes on from there', async () => {
	await using team = await testTeam();
	const { ada, bob, channelId, emulator } = team;
	const size = 8 * megabyte;
	const upload = (await ada.post('/uploads', { channel_id: channelId, filename: 'a.bin', file_size: size })).body;
	assert.equal((await bob.get(`/uploads/${upload.id}`)).status, 403);

	const first = request(`${emulator.url}/api/v4/uploads/${upload.id}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${ada.token}`, 'content-length': size },
	});
	first.on('error', () => {});
	first.write(Buffer.alloc(6 * megabyte, 'a'), () => setImmediate(() => first.destroy()));
	await new Promise((resolve) => first.on('close', resolve));

	const offset = await until('the first part is counted', async () => {
		const { body } = await ada.get(`/uploads/${upload.id}`);
		return body.file_offset as number;
	});
	assert.ok(offset >= 5 * megabyte && offset <= 6 * megabyte, String(offset));
	const last = await ada.post(`/uploads/${upload.id}`, Buffer.alloc(size - offset, 'b'));
	assert.equal(last.status, 200);
	assert.equal(last.body.size, size);
	assert.equal((await ada.get(`/files/${last.body.id}`)).text.length, size);
	assert.deepEqual((await ada.get('/users/me/uploads')).body, []);
});

test('an upload needs a channel that the caller may upload to, a name and a size', async () => {
	await using team = await testTeam();
	const { ada, eve, channelId } = team;
	const asked = { channel_id: channelId, filename: 'a.bin', file_size: 10 };
	assert.equal((await eve.post('/uploads', asked)).status, 403);
	assert.equal((await ada.post('/uploads', { ...asked, filename: '' })).status, 400);
	assert.equal((await ada.post('/uploads', { ...asked, file_size: 0 })).status, 400);
});
