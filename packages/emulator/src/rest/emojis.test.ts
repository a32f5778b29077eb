import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSystemEmoji } from '../system-emojis.ts';
import { testTeam } from '../testing/team.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function form(name: string, creator_id: string, image = Buffer.from(png, 'base64')): FormData {
	const fields = new FormData();
	fields.append('emoji', JSON.stringify({ name, creator_id }));
	fields.append('image', new Blob([image]), 'image.png');
	return fields;
}

test('an uploaded emoji is found by name, prefix and word, and can be reacted with', async () => {
	await using team = await testTeam();
	const { ada, bob, channelId } = team;
	const party = (await ada.post('/emoji', form('party_blob', ada.id))).body;
	await ada.post('/emoji', form('sad_blob', ada.id));
	const names = ({ body }: { body: { name: string }[] }) => body.map(({ name }) => name);
	assert.equal((await bob.get('/emoji/name/party_blob')).body.id, party.id);
	assert.deepEqual(names(await bob.get('/emoji/autocomplete?name=pa')), ['party_blob']);
	assert.deepEqual(names(await bob.post('/emoji/search', { term: 'blob' })), ['party_blob', 'sad_blob']);
	assert.deepEqual(names(await bob.post('/emoji/names', ['sad_blob', 'nothing'])), ['sad_blob']);
	assert.equal((await bob.get(`/emoji/${party.id}/image`)).headers.get('content-type'), 'image/png');
	const post = (await ada.post('/posts', { channel_id: channelId, message: 'hi' })).body;
	const reaction = { user_id: bob.id, post_id: post.id, emoji_name: 'party_blob' };
	assert.equal((await bob.post('/reactions', reaction)).status, 200);
	assert.equal((await bob.delete(`/emoji/${party.id}`)).status, 403);
	assert.equal((await ada.delete(`/emoji/${party.id}`)).status, 200);
	assert.equal((await bob.get(`/emoji/${party.id}`)).status, 404);
});

test('an emoji needs a new name, an image, and its uploader as its creator', async () => {
	await using team = await testTeam();
	const { ada, bob } = team;
	assert.equal((await ada.post('/emoji', form('tada', ada.id))).body.id, 'model.emoji.system_emoji_name.app_error');
	assert.equal((await ada.post('/emoji', form('No Spaces', ada.id))).body.id, 'model.emoji.name.app_error');
	assert.equal((await ada.post('/emoji', form('ok_name', bob.id))).status, 403);
	const noImage = form('ok_name', ada.id, Buffer.from('these are words, no image'));
	assert.equal((await ada.post('/emoji', noImage)).body.id, 'api.emoji.upload.image.app_error');
	assert.equal((await ada.post('/emoji', form('ok_name', ada.id, Buffer.alloc(600_000)))).status, 413);
	assert.equal((await ada.post('/emoji', '{}')).status, 400);
	assert.equal((await ada.post('/emoji', form('ok_name', ada.id))).status, 201);
	assert.equal((await ada.post('/emoji', form('ok_name', ada.id))).body.id, 'api.emoji.create.duplicate.app_error');
});

test('the emoji of the server are known with and without a tone of skin', () => {
	for (const name of ['thumbsup', '+1', 'tada', 'wave_dark_skin_tone']) assert.ok(isSystemEmoji(name), name);
	assert.ok(!isSystemEmoji('no_such_emoji'));
});
