import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@matterkit/testing';
import { metric, send, startWorld, type World } from '../testing/gateway-world.ts';
import { type Subscriber, subscribe } from '../testing/subscriber.ts';

interface Heard {
	readonly onNewChatMessage: { readonly message: { id: string; message: string } };
}
const onNewChatMessage = `subscription ($c: String!, $after: String) {
	onNewChatMessage(channelIdentifier: $c, after: $after) { message { id message } }
}`;
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

const listen = (world: World, token: string, c: string, after?: string) =>
	subscribe<Heard>({
		url: world.socketUrl,
		token,
		query: onNewChatMessage,
		variables: { c, ...(after ? { after } : {}) },
	});
const streams = (world: World) => metric(world.gateway, 'upstreams');
const oneStream = (world: World) => until('one stream', async () => (await streams(world)) === 1);
const text = async (subscriber: Subscriber<Heard>) => (await subscriber.next()).onNewChatMessage.message.message;

/** A stream makes its user appear online, so who is not connected must not have one. */
async function whoCovers(world: World, people: readonly { id: string; username: string }[]): Promise<string[]> {
	const online = await world.mattermost<{ user_id: string; status: string }[]>(
		'POST',
		'/users/status/ids',
		people.map(({ id }) => id),
	);
	return people
		.filter(({ id }) => online.some(({ user_id, status }) => user_id === id && status === 'online'))
		.map(({ username }) => username);
}

test('many viewers of one channel need one stream, and none after they left', async () => {
	await using world = await startWorld({ upstreams: { linger: 50 } });
	const people = await Promise.all(['ada', 'bob', 'eve', 'fay'].map((name) => world.person(name)));
	const [ada] = people;
	assert.ok(ada);
	const channelId = await world.channel(ada.token, 'general', ['bob', 'eve', 'fay']);
	{
		await using stack = new AsyncDisposableStack();
		const all = people.map(({ token }) => stack.use(listen(world, token, 'general')));
		await world.listening(4);
		await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'to all' });
		for (const one of all) assert.equal(await text(one), 'to all');
		assert.equal(await streams(world), 1);
	}
	await until('no stream', async () => (await streams(world)) === 0);
});

test('what is posted right after subscribing is heard, though no stream was open yet', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const channelId = await world.channel(ada.token, 'general');
	await using heard = listen(world, ada.token, 'general');
	await world.listening(1);
	for (let i = 0; i < 20; i++) await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${i}` });
	for (let i = 0; i < 20; i++) assert.equal(await text(heard), `m${i}`);
	assert.equal(heard.waiting, 0);
});

test('a stream that others can stand in for is closed', async () => {
	await using world = await startWorld({ upstreams: { linger: 50 } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const ids: string[] = [];
	for (const name of ['one', 'two', 'three'])
		ids.push(await world.channel(ada.token, name, name === 'one' ? ['bob'] : []));
	await using bobs = listen(world, bob.token, 'one');
	await oneStream(world);
	await using one = listen(world, ada.token, 'one');
	await using two = listen(world, ada.token, 'two');
	await world.listening(3);
	await until('two streams', async () => (await streams(world)) === 2);
	await oneStream(world);
	for (const channel_id of ids) await world.mattermost('POST', '/posts', { channel_id, message: 'after' });
	assert.deepEqual([await text(bobs), await text(one), await text(two)], ['after', 'after', 'after']);
});

test('when the covering member is removed another takes over, and nothing is lost or told twice', async () => {
	await using world = await startWorld();
	const people = [await world.person('ada'), await world.person('bob'), await world.person('eve')] as const;
	const channelId = await world.channel(people[0].token, 'general', ['bob', 'eve']);
	await using stack = new AsyncDisposableStack();
	const subscribers = people.map(({ token }) => stack.use(listen(world, token, 'general')));
	await world.listening(3);
	await oneStream(world);
	const covers = await until('a cover is online', async () => (await whoCovers(world, people))[0]);
	const cover = people.findIndex(({ username }) => username === covers);
	const others = subscribers.filter((_, index) => index !== cover);

	let posted = 0;
	const writing = (async () => {
		for (; posted < 100; posted++)
			await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${posted}` });
	})();
	await until('some are posted', () => posted > 20);
	await world.mattermost('DELETE', `/channels/${channelId}/members/${people[cover]?.id}`);
	await writing;
	for (const other of others) {
		const texts: string[] = [];
		while (texts.length < 100) {
			const heard = await text(other);
			if (/^m\d/.test(heard)) texts.push(heard);
		}
		assert.deepEqual(
			texts,
			Array.from({ length: 100 }, (_, i) => `m${i}`),
		);
	}
	let last = '';
	const removed = subscribers[cover];
	assert.ok(removed);
	const end = await (async () => {
		for (;;) {
			try {
				last = await text(removed);
			} catch (error) {
				return String(error);
			}
		}
	})();
	assert.match(end, /You were removed from this channel/);
	assert.match(last, /^m\d+$/);
});

for (const [how, disturb] of [
	['the covering stream is cut again and again', async (world: World) => world.cut()],
	[
		'the covering member’s token is revoked',
		async (world: World, adaId: string) => {
			const tokens = await world.mattermost<{ id: string }[]>('GET', `/users/${adaId}/tokens`);
			for (const { id } of tokens) await world.mattermost('POST', '/users/tokens/revoke', { token_id: id });
			world.cut();
		},
	],
] as const) {
	test(`when ${how}, nothing is lost or told twice`, async () => {
		await using world = await startWorld();
		const ada = await world.person('ada');
		const channelId = await world.channel(ada.token, 'general');
		await using heard = listen(world, ada.token, 'general');
		await world.listening(1);
		await oneStream(world);
		for (let i = 0; i < 60; i++) {
			if (i % 20 === 10) await disturb(world, ada.id);
			await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${i}` });
		}
		const texts: string[] = [];
		while (texts.length < 60) texts.push(await text(heard));
		assert.deepEqual(
			texts,
			Array.from({ length: 60 }, (_, i) => `m${i}`),
		);
		assert.equal(heard.waiting, 0);
	});
}

test('when the covering member is deactivated another takes over, and nothing is lost or told twice', async () => {
	await using world = await startWorld({ upstreams: { heartbeat: 200 } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(2);
	const cover = await until('a cover is online', async () => (await whoCovers(world, [ada, bob]))[0]);
	assert.equal(cover, 'ada');
	for (let i = 0; i < 30; i++) {
		if (i === 10) await world.mattermost('PUT', `/users/${ada.id}/active`, { active: false });
		await world.mattermost('POST', '/posts', { channel_id: channelId, message: `m${i}` });
	}
	const texts: string[] = [];
	while (texts.length < 30) {
		const heard = await text(bobs);
		if (/^m\d/.test(heard)) texts.push(heard);
	}
	assert.deepEqual(
		texts,
		Array.from({ length: 30 }, (_, i) => `m${i}`),
	);
	const end = await (async () => {
		for (;;) {
			try {
				await adas.next();
			} catch (error) {
				return String(error);
			}
		}
	})();
	assert.match(end, /4403/);
});

test('what is posted right after a user was deactivated is not heard by them, however long it takes to find out who it was', async () => {
	await using world = await startWorld({ emulator: { faults: true } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(2);
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'to both' });
	for (const one of [adas, bobs]) assert.equal(await text(one), 'to both');
	world.emulator.faults.add({ fault: 'latency', milliseconds: 150, route: 'POST /api/v4/users/ids', times: 1 });
	await world.mattermost('PUT', `/users/${bob.id}/active`, { active: false });
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'without bob' });
	assert.equal(await text(adas), 'without bob');
	assert.equal(((await bobs.end()) as { code: number }).code, 4403);
});

test('where Mattermost does not say who was deactivated, nobody hears what came after; who subscribes again does', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const channelId = await world.channel(ada.token, 'general');
	await world.person('bob');
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	const { id } = await world.mattermost<{ id: string }>('POST', '/posts', { channel_id: channelId, message: 'one' });
	assert.equal(await text(adas), 'one');
	world.fail((call) => call === 'POST /api/v4/users/ids');
	const bob = (await world.mattermost<{ id: string }[]>('POST', '/users/usernames', ['bob']))[0];
	await world.mattermost('PUT', `/users/${bob?.id}/active`, { active: false });
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'two' });
	assert.match(JSON.stringify(await adas.end()), /did not say whether you may still hear/);
	world.fail(() => false);
	await using again = listen(world, ada.token, 'general', id);
	assert.equal(await text(again), 'two');
});

test('who was removed while the stream was cut hears nothing more', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(2);
	await world.mattermost('DELETE', `/channels/${channelId}/members/${bob.id}`);
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'without bob' });
	let heard = '';
	while (heard !== 'without bob') heard = await text(adas);
	assert.match(
		JSON.stringify(await bobs.end().catch(() => bobs.end())),
		/removed from this channel|no longer a member/,
	);
});

test('what is addressed to the covering user reaches neither them nor another through the gateway', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const channelId = await world.channel(ada.token, 'general', ['bob']);
	await using adas = listen(world, ada.token, 'general');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(2);
	await world.mattermost('POST', '/posts/ephemeral', {
		user_id: ada.id,
		post: { channel_id: channelId, message: 'for ada’s eyes only' },
	});
	await world.mattermost('POST', '/posts', { channel_id: channelId, message: 'for all, @ada' });
	assert.deepEqual([await text(adas), await text(bobs)], ['for all, @ada', 'for all, @ada']);
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

test('a channel can be heard by its members only, by id and by name alike', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const isPrivate = await world.channel(ada.token, 'secret', [], { private: true });
	const isPublic = await world.channel(ada.token, 'open');
	for (const identifier of ['secret', isPrivate, 'open', isPublic, 'no-such-channel', 'x'.repeat(26)]) {
		await using refused = listen(world, bob.token, identifier);
		assert.match(JSON.stringify(await refused.end()), /Channel identifier not found/, identifier);
		const read = await world.graphql(
			`{ getMessageList(channelIdentifier: "${identifier}") { hasNext } }`,
			{},
			bob.token,
		);
		assert.equal(read.errors?.[0]?.message, 'Channel identifier not found.', identifier);
		const sent = await world.graphql(send, { channel: identifier, text: 'hello' }, bob.token);
		assert.equal(sent.errors?.[0]?.message, 'Channel identifier not found.', identifier);
	}
	const { id: hidden } = await world.mattermost<{ id: string }>('POST', '/posts', {
		channel_id: isPublic,
		message: 'psst',
	});
	for (const query of [`message(id: "${hidden}")`, `thread(messageId: "${hidden}")`]) {
		const { errors } = await world.graphql(`{ ${query} { message } }`, {}, bob.token);
		assert.equal(errors?.[0]?.extensions?.code, 'NOT_FOUND', query);
	}
	const join = (c: string) => `mutation { channelJoin(channelIdentifier: "${c}") { status } }`;
	assert.match(JSON.stringify(await world.graphql(join('secret'), {}, bob.token)), /not found/);
	await world.data(join('open'), {}, bob.token);
	await using joined = listen(world, bob.token, 'open');
	await world.listening(1);
	await world.data(send, { channel: isPublic, text: 'welcome' }, ada.token);
	assert.equal(await text(joined), 'welcome');
});

test('leaving the team or archiving the channel ends the subscription, others go on', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const old = await world.channel(ada.token, 'old');
	await using adas = listen(world, ada.token, 'general');
	await using olds = listen(world, ada.token, 'old');
	await oneStream(world);
	await using bobs = listen(world, bob.token, 'general');
	await world.listening(3);
	await world.mattermost('DELETE', `/teams/${world.teamId}/members/${bob.id}`);
	const ends = async (subscriber: Subscriber<Heard>) => {
		for (;;) {
			try {
				await subscriber.next();
			} catch (error) {
				return String(error);
			}
		}
	};
	assert.match(await ends(bobs), /left the team|removed from this channel/);
	await world.mattermost('DELETE', `/channels/${old}`);
	assert.match(await ends(olds), /This channel was archived/);
	await world.data(send, { channel: 'general', text: 'still here' }, ada.token);
	let heard = '';
	while (heard !== 'still here') heard = await text(adas);
});

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
	for (const after of [id, 'x'.repeat(26), '../../users/me']) {
		await using refused = listen(world, ada.token, 'general', after);
		assert.match(JSON.stringify(await refused.end()), /There is no message .* in this channel/);
	}
});

test('a subscription that would need more streams than allowed is refused', async () => {
	await using world = await startWorld({ upstreams: { streams: 1 } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'adas');
	await world.channel(bob.token, 'bobs');
	await using first = listen(world, ada.token, 'adas');
	await world.listening(1);
	await oneStream(world);
	await using second = listen(world, bob.token, 'bobs');
	assert.match(JSON.stringify(await second.end()), /TOO_MANY_REQUESTS/);
	await world.data(send, { channel: 'adas', text: 'still heard' }, ada.token);
	assert.equal(await text(first), 'still heard');
});
