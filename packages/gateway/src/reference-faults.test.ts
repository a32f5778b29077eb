// What is wrong with the reference chat server and must not be with this one. Faults that have a file of their own are tested there:
// who hears what in upstreams/upstreams.test.ts, accounts in accounts/accounts.test.ts, calls to Mattermost in efficiency.test.ts,
// limits and protocols in transport/ and documents.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createChannel, logIn, password, send, startWorld } from './testing/gateway-world.ts';
import { subscribe } from './testing/subscriber.ts';

test('a user’s password here opens nothing at Mattermost', async () => {
	await using world = await startWorld({ emulator: { settings: { personalAccessTokens: false } } });
	await world.person('ada');
	const response = await fetch(`${world.emulator.url}/api/v4/users/login`, {
		method: 'POST',
		body: JSON.stringify({ login_id: 'ada', password }),
	});
	assert.equal(response.status, 401);
});

test('sign-up works on a server with more than 60 users, and the list of users has all of them', async () => {
	await using world = await startWorld();
	for (let i = 0; i < 70; i++) {
		const user = { username: `user${i}`, email: `user${i}@example.com`, password: 'Passw0rd!x' };
		const { id } = await world.mattermost<{ id: string }>('POST', '/users', user);
		await world.mattermost('POST', `/teams/${world.teamId}/members`, { team_id: world.teamId, user_id: id });
	}
	const ada = await world.person('zoe');
	const users =
		'query ($n: Int) { userList(page: { pageSize: 60, pageNumber: $n }) { data { username } pageCount count } }';
	interface UserList {
		readonly userList: { data: { username: string }[]; pageCount: number; count: number };
	}
	const first = await world.data<UserList>(users, { n: 1 }, ada.token);
	const second = await world.data<UserList>(users, { n: 2 }, ada.token);
	assert.deepEqual([first.userList.pageCount, first.userList.count], [2, 72]);
	const names = new Set([...first.userList.data, ...second.userList.data].map(({ username }) => username));
	assert.equal(names.size, 72);
	const beyond = await world.graphql(users, { n: 99 }, ada.token);
	assert.equal(beyond.errors?.[0]?.message, 'That page contains no results');
});

test('all lists count pages from 1, and page 0 is refused', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	for (const text of ['one', 'two', 'three', 'four', 'five'])
		await world.data(send, { channel: 'general', text }, ada.token);
	const page = async (number: number) => {
		const { getMessageList } = await world.data<{
			getMessageList: { data: { message: string }[]; hasNext: boolean; hasPrevious: boolean };
		}>(
			`{ getMessageList(channelIdentifier: "general", page: { pageSize: 2, pageNumber: ${number} }) { data { message } hasNext hasPrevious } }`,
			{},
			ada.token,
		);
		return [
			getMessageList.data.map(({ message }) => message).join(),
			getMessageList.hasNext,
			getMessageList.hasPrevious,
		];
	};
	assert.deepEqual(await page(1), ['four,five', false, true]);
	assert.deepEqual(await page(2), ['two,three', true, true]);
	assert.deepEqual(await page(3), ['ada joined the channel.,one', true, false]);
	assert.deepEqual(await page(4), ['', true, false]);
	const lists = [
		'userList(page: $p) { count }',
		'channelList(page: $p) { hasNext }',
		'getMessageList(channelIdentifier: "general", page: $p) { hasNext }',
	];
	for (const list of lists) {
		for (const p of [{ pageNumber: 0 }, { pageNumber: -1 }, { pageSize: 0 }, { pageSize: 201 }]) {
			const { errors } = await world.graphql(`query ($p: PageType) { ${list} }`, { p }, ada.token);
			assert.ok(errors, `${list} ${JSON.stringify(p)}`);
			assert.doesNotMatch(JSON.stringify(errors), /unknown error/);
		}
	}
});

test('cursors give each message once while others write', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	for (let i = 0; i < 30; i++) await world.data(send, { channel: 'general', text: `m${i}` }, ada.token);
	interface Page {
		readonly messages: { data: { id: string; message: string }[]; hasPrevious: boolean };
	}
	const query =
		'query ($b: String) { messages(channelIdentifier: "general", before: $b, first: 7) { data { id message } hasPrevious } }';
	const texts: string[] = [];
	let before: string | undefined;
	for (let more = true; more; ) {
		const { messages } = await world.data<Page>(query, { b: before }, ada.token);
		texts.unshift(...messages.data.map(({ message }) => message));
		before = messages.data[0]?.id;
		more = messages.hasPrevious;
		await world.data(send, { channel: 'general', text: 'meanwhile' }, ada.token);
	}
	const own = texts.filter((text) => /^m\d/.test(text));
	assert.deepEqual(
		own,
		Array.from({ length: 30 }, (_, i) => `m${i}`),
	);
});

for (const [direction, first] of [
	['after', 4],
	['after', 1],
	['before', 4],
	['before', 1],
] as const) {
	test(`cursors give each message once though some are of one millisecond: ${direction}, ${first} at a time`, async () => {
		await using world = await startWorld();
		const ada = await world.person('ada');
		const channelId = await world.channel(ada.token, 'general');
		const start = Date.now() + 1000;
		const sent: string[] = [];
		for (const [i, millisecond] of [0, 1, 1, 1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 6].entries()) {
			const post = { channel_id: channelId, message: `m${i}`, create_at: start + millisecond };
			sent.push((await world.mattermost<{ id: string }>('POST', '/posts', post)).id);
		}
		const query = `query ($c: String) { messages(channelIdentifier: "general", ${direction}: $c, first: ${first}) {
			data { id } hasNext hasPrevious
		} }`;
		const read: string[] = [];
		let cursor = direction === 'after' ? sent[0] : undefined;
		for (let more = true; more; ) {
			const { messages } = await world.data<{
				messages: { data: { id: string }[]; hasNext: boolean; hasPrevious: boolean };
			}>(query, { c: cursor }, ada.token);
			read.push(...messages.data.map(({ id }) => id));
			cursor = messages.data.at(direction === 'after' ? -1 : 0)?.id;
			more = direction === 'after' ? messages.hasNext : messages.hasPrevious;
		}
		const own = read.filter((id) => sent.includes(id));
		assert.deepEqual(own.sort(), sent.slice(direction === 'after' ? 1 : 0).sort());
	});
}

test('a channel without any message is listed', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	const direct = await world.mattermost<{ id: string }>('POST', '/channels/direct', [ada.id, bob.id]);
	const { channelList } = await world.data<{ channelList: { data: { channelId: string; lastMessage: null }[] } }>(
		'{ channelList { data { channelId lastMessage { message } } } }',
		{},
		ada.token,
	);
	assert.equal(channelList.data.find(({ channelId }) => channelId === direct.id)?.lastMessage, null);
});

test('queries and mutations work over the socket', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const client = createClient({
		url: world.socketUrl,
		webSocketImpl: WebSocket,
		connectionParams: { authToken: ada.token },
	});
	const once = async (query: string, variables: Record<string, unknown> = {}) => {
		for await (const result of client.iterate({ query, variables })) return result;
		return undefined;
	};
	assert.deepEqual(await once('{ me { username } }'), { data: { me: { username: 'ada' } } });
	const made = await once(createChannel, { name: 'general', members: [] });
	assert.equal(made?.errors, undefined);
	await client.dispose();
});

test('members who are no members of the team, or are null, make no channel', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.mattermost('POST', '/users', { username: 'eve', email: 'eve@example.com', password: 'Passw0rd!x' });
	for (const members of [['nobody'], ['eve'], [null], [''], ['x'.repeat(26)]]) {
		const { errors } = await world.graphql(createChannel, { name: 'general', members }, ada.token);
		assert.equal(errors?.[0]?.message, 'Members are not valid.', JSON.stringify(members));
	}
	await world.channel(ada.token, 'general');
	const again = await world.graphql(createChannel, { name: 'general', members: [] }, ada.token);
	assert.equal(again.errors?.[0]?.message, 'Channel is already exist.');
});

test('a channel whose members can not all be added is not left half made', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.person('bob');
	world.fail((call) => /^POST .*\/channels\/\w+\/members$/.test(call));
	const failed = await world.graphql(createChannel, { name: 'general', members: ['bob'] }, ada.token);
	assert.equal(failed.errors?.[0]?.extensions?.code, 'INTERNAL_ERROR');
	world.fail(() => false);
	const { channelList } = await world.data<{ channelList: { data: { channelName: string }[] } }>(
		'{ channelList { data { channelName } } }',
		{},
		ada.token,
	);
	assert.deepEqual(channelList.data.map(({ channelName }) => channelName).sort(), ['off-topic', 'town-square']);
	await world.channel(ada.token, 'general', ['bob']);
});

test('e-mail addresses and full names are shown as the server’s settings allow', async () => {
	await using world = await startWorld({ emulator: { settings: { showEmailAddress: false, showFullName: false } } });
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const list = '{ userList { data { username email } } }';
	const { userList } = await world.data<{ userList: { data: { username: string; email: string }[] } }>(
		list,
		{},
		ada.token,
	);
	const emailOf = (name: string) => userList.data.find(({ username }) => username === name)?.email;
	assert.equal(emailOf('bob'), '');
	const { me } = await world.data<{ me: { email: string } }>('{ me { email } }', {}, ada.token);
	assert.equal(me.email, 'ada@example.com');

	await using heard = subscribe<{ onNewChatMessage: { message: { owner: { email: string } } } }>({
		url: world.socketUrl,
		token: ada.token,
		query: 'subscription { onNewChatMessage(channelIdentifier: "general") { message { owner { email } } } }',
	});
	await world.listening(1);
	await world.data(send, { channel: 'general', text: 'hello' }, bob.token);
	assert.equal((await heard.next()).onNewChatMessage.message.owner.email, '');
});

test('errors of Mattermost’s own that a client caused are told in its words, others are not', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const tooLong = await world.graphql(send, { channel: 'general', text: 'x'.repeat(16_384) }, ada.token);
	assert.equal(tooLong.errors?.[0]?.extensions?.code, 'BAD_USER_INPUT');
	const empty = await world.graphql(send, { channel: 'general', text: ' ' }, ada.token);
	assert.equal(empty.errors?.[0]?.message, 'The message is empty.');
	const { textMessageSend } = await world.data<{ textMessageSend: { metadata: { message_id: string } } }>(
		send,
		{ channel: 'general', text: 'mine' },
		ada.token,
	);
	const edit = 'mutation ($id: ID!) { messageEdit(id: $id, textMessage: "yours") { id } }';
	const denied = await world.graphql(edit, { id: textMessageSend.metadata.message_id }, bob.token);
	assert.equal(denied.errors?.[0]?.extensions?.code, 'FORBIDDEN');
	for (const id of ['', '../../users/me', 'x'.repeat(26)]) {
		const { errors } = await world.graphql('query ($id: ID!) { message(id: $id) { id } }', { id }, ada.token);
		assert.match(String(errors?.[0]?.extensions?.code), /BAD_USER_INPUT|NOT_FOUND/, id);
	}
	world.fail((call) => call.endsWith('/posts'));
	const failed = await world.graphql(send, { channel: 'general', text: 'hello' }, ada.token);
	assert.deepEqual(failed.errors?.[0]?.extensions?.code, 'INTERNAL_ERROR');
	assert.doesNotMatch(JSON.stringify(failed), /made to fail|127\.0\.0\.1/);
});

test('a login does not tell whether the name or the password was wrong', async () => {
	await using world = await startWorld();
	await world.person('ada');
	const unknown = await world.data(logIn, { username: 'nobody', password });
	const wrong = await world.data(logIn, { username: 'ada', password: 'wrong' });
	assert.deepEqual(unknown, wrong);
});
