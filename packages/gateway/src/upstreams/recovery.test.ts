import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen, text } from '../testing/channel-listener.ts';
import { send, startWorld } from '../testing/gateway-world.ts';

test('who comes back after a message hears all that came after it, once, while four people write', async () => {
	await using world = await startWorld();
	const people = await Promise.all(['ada', 'bob', 'eve', 'fay'].map((name) => world.person(name)));
	const [ada] = people;
	assert.ok(ada);
	await world.channel(ada.token, 'general', ['bob', 'eve', 'fay']);
	const each = 40;
	const heard: string[] = [];
	let after: string | undefined;
	let subscriber = listen(world, ada.token, 'general');
	await world.listening(1);
	const writing = Promise.all(
		people.map(async ({ token, username }) => {
			for (let i = 0; i < each; i++) await world.data(send, { channel: 'general', text: `${username}-${i}` }, token);
		}),
	);
	while (heard.length < each * people.length) {
		const { message } = (await subscriber.next()).onNewChatMessage;
		heard.push(message.message);
		after = message.id;
		if (heard.length % 13 !== 0) continue;
		await subscriber[Symbol.asyncDispose]();
		subscriber = listen(world, ada.token, 'general', after);
	}
	await writing;
	await subscriber[Symbol.asyncDispose]();
	assert.equal(new Set(heard).size, heard.length, 'none twice');
	for (const { username } of people) {
		const own = heard.filter((one) => one.startsWith(`${username}-`));
		assert.deepEqual(
			own,
			Array.from({ length: each }, (_, i) => `${username}-${i}`),
		);
	}
});

test('who comes back after a message that was deleted meanwhile misses nothing', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const ids: string[] = [];
	for (const word of ['one', 'two', 'three']) {
		const { textMessageSend } = await world.data<{ textMessageSend: { metadata: { message_id: string } } }>(
			send,
			{ channel: 'general', text: word },
			ada.token,
		);
		ids.push(textMessageSend.metadata.message_id);
	}
	await world.data('mutation ($id: ID!) { messageDelete(id: $id) { status } }', { id: ids[1] }, ada.token);
	await using back = listen(world, ada.token, 'general', ids[1]);
	assert.equal(await text(back), 'three');
});

test('coming back after a message of another channel, or of none, is refused', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const other = await world.channel(ada.token, 'other');
	const { id } = await world.mattermost<{ id: string }>('POST', '/posts', { channel_id: other, message: 'elsewhere' });
	for (const [after, message] of [
		[id, /There is no message .* in this channel/],
		['x'.repeat(26), /There is no message .* in this channel/],
		['../../users/me', /after must be an id/],
	] as const) {
		await using refused = listen(world, ada.token, 'general', after);
		assert.match(JSON.stringify(await refused.end()), message);
	}
});

test('who comes back to one of many channels that are listened to misses nothing', async () => {
	await using world = await startWorld({ limits: { socketsPerUser: 500 } });
	const ada = await world.person('ada');
	const channels = await Promise.all(
		Array.from({ length: 205 }, async (_, index) => {
			const name = `channel-${index}`;
			const { id } = await world.mattermost<{ id: string }>('POST', '/channels', {
				team_id: world.teamId,
				name,
				display_name: name,
				type: 'O',
			});
			await world.mattermost('POST', `/channels/${id}/members`, { user_id: ada.id });
			return { id, name };
		}),
	);
	await using open = new AsyncDisposableStack();
	for (const { name } of channels) open.use(listen(world, ada.token, name));
	await world.listening(channels.length);
	const [first] = channels;
	assert.ok(first);
	const post = (message: string) =>
		world.mattermost<{ id: string }>('POST', '/posts', { channel_id: first.id, message });
	const { id } = await post('one');
	await post('two');
	await using back = listen(world, ada.token, first.name, id);
	assert.equal(await text(back), 'two');
});
