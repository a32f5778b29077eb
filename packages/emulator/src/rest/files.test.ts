import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { testTeam } from '../testing/team.ts';

const words = (name: string, text = 'some words') => ({
	path: (id: string) => `/files?channel_id=${id}&filename=${name}`,
	text,
});

test('a file is its uploader’s own until a post has it; then members of the channel have it', async () => {
	await using team = await testTeam();
	const { ada, bob, eve, channelId } = team;
	const { path, text } = words('notes.txt');
	const { body } = await ada.post(path(channelId), text);
	const { id } = body.file_infos[0];
	assert.equal((await ada.get(`/files/${id}`)).text, 'some words');
	assert.equal((await eve.get(`/files/${id}`)).status, 403);
	const post = (await ada.post('/posts', { channel_id: channelId, message: 'look', file_ids: [id] })).body;
	assert.deepEqual(post.file_ids, [id]);
	assert.equal((await bob.get(`/files/${id}`)).text, 'some words');
	assert.deepEqual(
		(await bob.get(`/posts/${post.id}/files/info`)).body.map((file: { id: string }) => file.id),
		[id],
	);
	assert.equal((await eve.get(`/files/${id}`)).status, 403);
	await ada.delete(`/posts/${post.id}`);
	assert.equal((await bob.get(`/files/${id}`)).status, 404);
});

test('a file over MaxFileSize is refused, whether its length is told or not', async () => {
	await using team = await testTeam({ settings: { maxFileSize: 10 } });
	const { ada, channelId } = team;
	assert.equal((await ada.post(words('a.txt').path(channelId), '12345678901')).status, 413);
	const form = new FormData();
	form.append('channel_id', channelId);
	form.append('files', new Blob(['12345678901']), 'a.txt');
	assert.equal((await ada.post('/files', form)).status, 413);
	assert.equal((await ada.post(words('a.txt').path(channelId), '1234567890')).status, 201);
});

test('images have a size, a preview and a thumbnail; other files have none', async () => {
	await using team = await testTeam();
	const { ada, channelId } = team;
	const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
	const image = (await ada.post(words('dot.png').path(channelId), Buffer.from(png, 'base64'))).body.file_infos[0];
	assert.deepEqual([image.width, image.height, image.has_preview_image], [1, 1, true]);
	const preview = await ada.get(`/files/${image.id}/preview`);
	assert.equal(preview.headers.get('content-type'), 'image/png');
	const text = (await ada.post(words('a.txt').path(channelId), 'a')).body.file_infos[0];
	assert.equal(
		(await ada.get(`/files/${text.id}/thumbnail`)).body.id,
		'api.file.get_file_thumbnail.no_thumbnail.app_error',
	);
	assert.equal((await ada.ask('HEAD', `/files/${image.id}`)).headers.get('content-length'), '70');
});

test('a public link needs no token, where links are on', async () => {
	await using team = await testTeam({ settings: { publicLinks: true } });
	const { ada, nobody, channelId, emulator } = team;
	const { id } = (await ada.post(words('a.txt').path(channelId), 'open')).body.file_infos[0];
	await ada.post('/posts', { channel_id: channelId, message: '', file_ids: [id] });
	const { link } = (await ada.get(`/files/${id}/link`)).body;
	const path = link.slice(emulator.url.length);
	assert.equal((await nobody.get(path)).text, 'open');
	assert.equal((await nobody.get(path.replace(/h=.*/, 'h=guessed'))).status, 400);
});

test('files are found by words of their names and by extension', async () => {
	await using team = await testTeam();
	const { ada, eve, channelId, teamId } = team;
	for (const name of ['Quarterly report.pdf', 'report.txt', 'photo.png']) {
		const { id } = (await ada.post(words(encodeURIComponent(name)).path(channelId), name)).body.file_infos[0];
		await ada.post('/posts', { channel_id: channelId, message: '', file_ids: [id] });
	}
	const found = async (terms: string) => {
		const { body } = await ada.post(`/teams/${teamId}/files/search`, { terms });
		return body.order.map((id: string) => body.file_infos[id].name);
	};
	assert.deepEqual(await found('report'), ['report.txt', 'Quarterly report.pdf']);
	assert.deepEqual(await found('report ext:pdf'), ['Quarterly report.pdf']);
	assert.deepEqual((await eve.post('/files/search', { terms: 'report' })).body.order, []);
	assert.equal((await eve.post(`/teams/${teamId}/files/search`, { terms: 'report' })).status, 403);
});

test('a name with quotes and letters of other scripts comes back as it was', async () => {
	await using team = await testTeam();
	const { ada, channelId } = team;
	const name = 'отчёт "v2".txt';
	const { id } = (await ada.post(words(encodeURIComponent(name)).path(channelId), 'x')).body.file_infos[0];
	assert.equal((await ada.get(`/files/${id}/info`)).body.name, name);
	const disposition = (await ada.get(`/files/${id}`)).headers.get('content-disposition') ?? '';
	assert.match(disposition, /filename\*=UTF-8''%D0%BE/);
});

test('files survive a restart of an emulator that keeps its world', async () => {
	await using folder = await tempFolder();
	const file = `${folder.path}/world.jsonl`;
	let id = '';
	{
		await using team = await testTeam({ file });
		id = (await team.ada.post(words('a.txt').path(team.channelId), 'kept')).body.file_infos[0].id;
		await team.ada.post('/posts', { channel_id: team.channelId, message: '', file_ids: [id] });
	}
	const { createEmulator } = await import('../index.ts');
	await using emulator = await createEmulator({ file });
	const { Person } = await import('../testing/person.ts');
	assert.equal((await new Person(emulator.url, emulator.admin).get(`/files/${id}`)).text, 'kept');
});
