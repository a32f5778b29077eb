import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneStream } from '../testing/channel-listener.ts';
import { send, startWorld } from '../testing/gateway-world.ts';
import { subscribe } from '../testing/subscriber.ts';

const onChannelEvent = `subscription ($c: String!, $kinds: [ChannelEventKind!]) {
	onChannelEvent(channelIdentifier: $c, kinds: $kinds) {
		__typename
		... on MessagePosted { message { id message reactions { userId } files { id } } }
		... on MessageEdited { message { id message editAt } }
		... on MessageDeleted { messageId }
		... on ReactionAdded { messageId emojiName user { username } }
		... on ReactionRemoved { messageId emojiName user { username } }
		... on UserTyping { user { username } rootId }
		... on MemberJoined { user { username } }
		... on MemberLeft { user { username } }
		... on ChannelChanged { channel { header } }
	}
}`;

test('reactions and pins of a moment without a stream are told afterwards, once', async () => {
	await using world = await startWorld({ emulator: { faults: true } });
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	type Told = { onChannelEvent: { __typename: string; messageId?: string; emojiName?: string } };
	await using heard = subscribe<Told>({
		url: world.socketUrl,
		token: ada.token,
		query: onChannelEvent,
		variables: { c: 'general', kinds: ['EDITED', 'REACTION_ADDED', 'REACTION_REMOVED'] },
	});
	await world.listening(1);
	await oneStream(world);
	const { textMessageSend } = await world.data<{ textMessageSend: { metadata: { message_id: string } } }>(
		send,
		{ channel: 'general', text: 'hello' },
		ada.token,
	);
	const post_id = textMessageSend.metadata.message_id;
	const react = (emoji_name: string) =>
		world.mattermost('POST', '/reactions', { user_id: world.emulator.admin.id, post_id, emoji_name });
	const told = async () => {
		const { __typename, emojiName } = (await heard.next()).onChannelEvent;
		return emojiName ? `${__typename} ${emojiName}` : __typename;
	};
	await react('tada');
	assert.equal(await told(), 'ReactionAdded tada');
	world.emulator.faults.add({ fault: 'event_gap', events: 4 });
	await react('heart');
	await world.mattermost('DELETE', `/users/${world.emulator.admin.id}/posts/${post_id}/reactions/tada`);
	await world.mattermost('POST', `/posts/${post_id}/pin`);
	await world.data(send, { channel: 'general', text: 'shows the gap' }, ada.token);
	await react('rocket');
	assert.deepEqual(
		new Set([await told(), await told(), await told()]),
		new Set(['MessageEdited', 'ReactionRemoved tada', 'ReactionAdded heart']),
	);
	assert.equal(await told(), 'ReactionAdded rocket');
	await react('eyes');
	assert.equal(await told(), 'ReactionAdded eyes');
});

test('edits, deletions, reactions, typing, membership and the header of a channel are told', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.person('eve');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	type Told = { onChannelEvent: { __typename: string; message?: { message: string }; user?: { username: string } } };
	await using heard = subscribe<Told>({
		url: world.socketUrl,
		token: ada.token,
		query: onChannelEvent,
		variables: { c: 'general' },
	});
	await world.listening(1);
	await oneStream(world);
	const told = async () => (await heard.next()).onChannelEvent;
	const { textMessageSend } = await world.data<{ textMessageSend: { metadata: { message_id: string } } }>(
		send,
		{ channel: 'general', text: 'hello' },
		bob.token,
	);
	const id = textMessageSend.metadata.message_id;
	assert.deepEqual(await told(), {
		__typename: 'MessagePosted',
		message: { id, message: 'hello', reactions: [], files: [] },
	});

	await world.data('mutation ($id: ID!) { messageEdit(id: $id, textMessage: "hello!") { id } }', { id }, bob.token);
	const edit = await told();
	assert.equal(edit.message?.message, 'hello!');

	const reaction = (verb: string) =>
		`mutation ($id: ID!) { reaction${verb}(messageId: $id, emojiName: "tada") { status } }`;
	await world.data(reaction('Add'), { id }, ada.token);
	const put = { messageId: id, emojiName: 'tada', user: { username: 'ada' } };
	assert.deepEqual(await told(), { __typename: 'ReactionAdded', ...put });
	await world.data(reaction('Remove'), { id }, ada.token);
	assert.deepEqual(await told(), { __typename: 'ReactionRemoved', ...put });

	const types = 'mutation { typing(channelIdentifier: "general") { status } }';
	// Ada's own stream covers the channel and does not tell of her typing: the gateway does.
	for (const { token, username } of [bob, ada]) {
		await world.data(types, {}, token);
		assert.deepEqual(await told(), { __typename: 'UserTyping', user: { username }, rootId: null });
	}

	await world.data('mutation ($id: ID!) { messageDelete(id: $id) { status } }', { id }, bob.token);
	assert.deepEqual(await told(), { __typename: 'MessageDeleted', messageId: id });

	await world.data(
		'mutation { channelMemberAdd(channelIdentifier: "general", members: ["eve"]) { status } }',
		{},
		ada.token,
	);
	const joined = [await told(), await told()].find(({ __typename }) => __typename === 'MemberJoined');
	assert.equal(joined?.user?.username, 'eve');

	await world.mattermost('PUT', `/channels/${channelId}/patch`, { header: 'a new header' });
	const changed = [await told(), await told()].find(({ __typename }) => __typename === 'ChannelChanged');
	assert.deepEqual(changed, { __typename: 'ChannelChanged', channel: { header: 'a new header' } });
});
