import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client4, ClientError, WebSocketClient, type WebSocketMessage } from '@mattermost/client';
import { createEmulator, type Emulator } from '../index.ts';

function clientOf({ url, admin }: Emulator, token = admin.token): Client4 {
	const client = new Client4();
	client.setUrl(url);
	client.setToken(token);
	return client;
}

test('@mattermost/client starts, signs up, and makes teams, channels and posts', async () => {
	await using emulator = await createEmulator();
	const admin = clientOf(emulator);
	const config = await admin.getClientConfig();
	assert.equal(config.MaxPostSize, '16383');
	assert.equal((await admin.getClientLicenseOld()).IsLicensed, 'false');

	const ada = await admin.createUser(
		{ username: 'ada', email: 'ada@example.com', password: 'Passw0rd!x' } as never,
		'',
		'',
	);
	const hers = clientOf(emulator, '');
	assert.equal((await hers.login('ada', 'Passw0rd!x')).id, ada.id);
	assert.equal((await hers.getMe()).username, 'ada');

	const team = await admin.createTeam({ name: 'eng', display_name: 'Engineering', type: 'O' } as never);
	await admin.addToTeam(team.id, ada.id);
	assert.deepEqual(
		(await hers.getMyTeams()).map(({ name }) => name),
		['eng'],
	);
	const channel = await hers.createChannel({ team_id: team.id, name: 'ops', display_name: 'Ops', type: 'O' });
	await hers.addToChannel(emulator.admin.id, channel.id);
	assert.equal((await hers.getChannelMembers(channel.id)).length, 2);

	const root = await hers.createPost({ channel_id: channel.id, message: 'hello @admin' });
	await admin.createPost({ channel_id: channel.id, message: 'hello', root_id: root.id });
	assert.equal((await hers.getPostThread(root.id)).order.length, 2);
	assert.equal((await hers.patchPost({ id: root.id, message: 'hello all' })).message, 'hello all');
	await admin.addReaction(emulator.admin.id, root.id, 'tada');
	assert.deepEqual(
		(await hers.getReactionsForPost(root.id)).map(({ emoji_name }) => emoji_name),
		['tada'],
	);
	await assert.rejects(
		hers.deletePost('a'.repeat(26)),
		(error) => error instanceof ClientError && error.status_code === 404,
	);
});

test('@mattermost/client uploads files, makes hooks, bots, emoji and categories', async () => {
	await using emulator = await createEmulator();
	const admin = clientOf(emulator);
	const team = await admin.createTeam({ name: 'eng', display_name: 'Engineering', type: 'O' } as never);
	const channel = await admin.createChannel({ team_id: team.id, name: 'ops', display_name: 'Ops', type: 'O' });

	const form = new FormData();
	form.append('channel_id', channel.id);
	form.append('client_ids', 'one');
	form.append('files', new Blob(['some words']), 'words.txt');
	const {
		file_infos: [file],
		client_ids,
	} = await admin.uploadFile(form);
	assert.deepEqual(client_ids, ['one']);
	assert.equal(file?.size, 10);
	const post = await admin.createPost({ channel_id: channel.id, message: '', file_ids: [file?.id ?? ''] });
	assert.equal((await admin.getFileInfosForPost(post.id))[0]?.name, 'words.txt');

	const hook = await admin.createIncomingWebhook({
		channel_id: channel.id,
		display_name: 'in',
		description: '',
	} as never);
	assert.equal(
		(await fetch(`${emulator.url}/hooks/${hook.id}`, { method: 'POST', body: '{"text":"by hook"}' })).status,
		200,
	);
	const bot = await admin.createBot({ username: 'robot', display_name: 'Robot', description: '' });
	const { token } = await admin.createUserAccessToken(bot.user_id, 'for tests');
	assert.equal((await clientOf(emulator, token).getMe()).is_bot, true);

	const emoji = await admin.createCustomEmoji({ name: 'mk', creator_id: emulator.admin.id }, new File([dot], 'mk.png'));
	assert.equal((await admin.getCustomEmojiByName('mk')).id, emoji.id);
	const { categories } = await admin.getChannelCategories('me', team.id);
	assert.deepEqual(
		categories.map(({ type }) => type),
		['favorites', 'channels', 'direct_messages'],
	);
});

test('the WebSocket of @mattermost/client hears what is posted', async () => {
	await using emulator = await createEmulator();
	const admin = clientOf(emulator);
	const team = await admin.createTeam({ name: 'eng', display_name: 'Engineering', type: 'O' } as never);
	const channel = await admin.getChannelByName(team.id, 'town-square');
	let raw: WebSocket | undefined;
	const socket = new WebSocketClient({ newWebSocketFn: (url) => (raw = new WebSocket(url)) });
	const connected = new Promise<void>((resolve) => socket.addFirstConnectListener(() => resolve()));
	const posted = new Promise<WebSocketMessage>((resolve) => {
		socket.addMessageListener((message) => message.event === 'posted' && resolve(message));
	});
	socket.initialize(`${emulator.url.replace('http', 'ws')}/api/v4/websocket`, emulator.admin.token);
	await connected;
	await admin.createPost({ channel_id: channel.id, message: 'can you hear me?' });
	const { data } = (await posted) as { data: { post: string } };
	assert.equal((JSON.parse(data.post) as { message: string }).message, 'can you hear me?');
	const closed = new Promise((resolve) => raw?.addEventListener('close', resolve));
	socket.close();
	await closed;
});

/** A PNG of one pixel. */
const dot = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);
