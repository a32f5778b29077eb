import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { logIn, startWorld, type World } from '../testing/gateway-world.ts';
import { codeOf } from '../testing/newcomers.ts';
import { refusalOf } from './upstream-errors.ts';

const around = `query ($c: String!, $after: String, $before: String, $first: Int) {
	messages(channelIdentifier: $c, after: $after, before: $before, first: $first) { data { message } }
}`;

const sendWith = `mutation ($c: String!, $text: String!, $files: [String!], $root: String) {
	textMessageSend(channelIdentifier: $c, textMessage: $text, fileIds: $files, rootId: $root) { metadata }
}`;

const firstError = async (answer: ReturnType<World['graphql']>) => {
	const { errors } = await answer;
	return { message: errors?.[0]?.message ?? '', code: errors?.[0]?.extensions?.code, more: errors?.[0]?.extensions };
};

async function sent(world: World, token: string, channel: string, text: string): Promise<string> {
	const { textMessageSend } = await world.data<{ textMessageSend: { metadata: { message_id: string } } }>(
		sendWith,
		{ c: channel, text },
		token,
	);
	return textMessageSend.metadata.message_id;
}

test('messages before or after one that the channel does not have are an error, no empty page', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	await world.channel(ada.token, 'other');
	const first = await sent(world, ada.token, 'general', 'one');
	const last = await sent(world, ada.token, 'general', 'two');
	const elsewhere = await sent(world, ada.token, 'other', 'elsewhere');
	const later = await sent(world, ada.token, 'general', 'three');
	for (const id of ['x'.repeat(26), elsewhere]) {
		for (const side of ['after', 'before']) {
			const error = await firstError(world.graphql(around, { c: 'general', [side]: id }, ada.token));
			assert.deepEqual([error.code, error.message.includes(JSON.stringify(id))], ['NOT_FOUND', true], `${side} ${id}`);
		}
	}
	// The last one that a client got may be deleted by now, and nothing may have come after it.
	for (const id of [last, later])
		await world.data('mutation ($id: ID!) { messageDelete(id: $id) { status } }', { id }, ada.token);
	assert.deepEqual(await world.data(around, { c: 'general', after: last }, ada.token), { messages: { data: [] } });
	const after = await world.data<{ messages: { data: object[] } }>(around, { c: 'general', before: last }, ada.token);
	assert.deepEqual(after.messages.data.at(-1), { message: 'one' });
	// Where there is something to tell, one call tells it; no second one asks for the message itself.
	const before = world.calls.length;
	await world.data(around, { c: 'general', before: first }, ada.token);
	assert.equal(world.calls.slice(before).filter((call) => /^GET .*\/posts\/[a-z0-9]{26}$/.test(call)).length, 0);
});

test('a message that lost files on its way is told as sent, with the files that are missing', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const upload = await fetch(`${world.origin}/graphql/files?channel=general&name=a.txt`, {
		method: 'POST',
		headers: { authorization: `JWT ${ada.token}` },
		body: 'hello',
	});
	const { id } = (await upload.json()) as { id: string };
	const unknown = 'u'.repeat(26);
	const told = await firstError(
		world.graphql(sendWith, { c: 'general', text: 'look', files: [id, unknown] }, ada.token),
	);
	assert.equal(told.code, 'BAD_USER_INPUT');
	assert.match(told.message, /^The message was sent, but without these files: u{26}\./);
	assert.deepEqual(told.more?.droppedFileIds, [unknown]);
	const { messages } = await world.data<{ messages: { data: { message: string }[] } }>(
		around,
		{ c: 'general' },
		ada.token,
	);
	assert.equal(messages.data.filter(({ message }) => message === 'look').length, 1);
	const { message } = await world.data<{ message: { files: { id: string }[] } }>(
		'query ($id: ID!) { message(id: $id) { files { id } } }',
		{ id: told.more?.messageId },
		ada.token,
	);
	assert.deepEqual(message.files, [{ id }]);
});

test('what Mattermost refuses is told in its words, without its address', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	await world.channel(ada.token, 'other');
	const id = await sent(world, ada.token, 'general', 'hello');
	const elsewhere = await sent(world, ada.token, 'other', 'elsewhere');
	const unknown = 'x'.repeat(26);
	const send = (more: object) => world.graphql(sendWith, { c: 'general', text: 'x', ...more }, ada.token);
	const react = (emoji: string) =>
		world.graphql(
			'mutation ($id: ID!, $emoji: String!) { reactionAdd(messageId: $id, emojiName: $emoji) { status } }',
			{ id, emoji },
			ada.token,
		);
	const onMessage = (document: string, token: string, messageId = id) =>
		world.graphql(document, { id: messageId }, token);
	const edit = 'mutation ($id: ID!) { messageEdit(id: $id, textMessage: "mine") { id } }';
	const remove = 'mutation ($id: ID!) { messageDelete(id: $id) { status } }';
	const refused = {
		'a reply to a message of another channel': [send({ root: elsewhere }), 'BAD_USER_INPUT'],
		'a reply to nothing': [send({ root: unknown }), 'BAD_USER_INPUT'],
		'a message that is too long': [send({ text: 'x'.repeat(16_384) }), 'BAD_USER_INPUT'],
		'an emoji that is not there': [react('no-such-emoji'), 'NOT_FOUND'],
		'an emoji that can be none': [react('x'.repeat(5_000)), 'BAD_USER_INPUT'],
		'an edit of what another wrote': [onMessage(edit, bob.token), 'FORBIDDEN'],
		'a deletion of what another wrote': [onMessage(remove, bob.token), 'FORBIDDEN'],
		'an edit of a message that is not there': [onMessage(edit, ada.token, unknown), 'NOT_FOUND'],
		'a thread that is not there': [
			onMessage('query ($id: ID!) { thread(messageId: $id) { id } }', ada.token, unknown),
			'NOT_FOUND',
		],
	} as const;
	for (const [what, [answer, code]] of Object.entries(refused)) {
		const error = await firstError(answer);
		assert.equal(error.code, code, `${what}: ${JSON.stringify(error)}`);
		assert.doesNotMatch(JSON.stringify(error), /https?:|127\.0\.0\.1|\/api\/v4|\/posts/, what);
		assert.ok(error.message.length > 10, what);
	}
});

test('what our own client refuses to send is told without the route that it would have gone to', async () => {
	await using mm = new Mattermost({ url: 'http://127.0.0.1:9/', token: 'x' });
	for (const work of [
		() => mm.posts.getById(''),
		() => mm.posts.getById('..'),
		() => mm.users.getByUsername('a\ud800'),
	]) {
		const error: unknown = await Promise.resolve(work()).then(
			() => assert.fail('it was sent'),
			(thrown: unknown) => thrown,
		);
		const refusal = refusalOf(error);
		assert.equal(refusal?.code, 'BAD_USER_INPUT');
		assert.doesNotMatch(JSON.stringify(refusal), /api|_id|username|GET/);
	}
});

test('a URL that is too long for Mattermost, or for a proxy before it, is the mistake of who asks', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	world.emulator.faults.add({ fault: 'status', status: 414, body: '{"message":"/api/v4/channels is too long"}' });
	const error = await firstError(world.graphql(around, { c: 'general' }, ada.token));
	assert.deepEqual([error.code, error.message], ['BAD_USER_INPUT', 'Mattermost refused the request (414).']);
});

test('sizes that are none are refused by name, not replaced', async () => {
	await using world = await startWorld();
	const admin = { username: 'admin', password: world.emulator.admin.password };
	const { userGetToken } = await world.data<{ userGetToken: { token: string } }>(logIn, admin);
	for (const [document, message] of [
		['mutation { invitationCreate(uses: 0) { metadata } }', /^uses must be 1 to 1000, not 0\.$/],
		['mutation { invitationCreate(uses: 1001) { metadata } }', /^uses must be 1 to 1000, not 1001\.$/],
		['mutation { invitationCreate(days: -1) { metadata } }', /^days must be 1 to 365, not -1\.$/],
		['{ userSearch(term: "a", limit: 0) { id } }', /^limit must be 1 or more\.$/],
		['{ messages(channelIdentifier: "town-square", first: 0) { hasNext } }', /^first must be 1 or more\.$/],
		['{ userList(page: { pageSize: 0 }) { count } }', /^pageSize must be 1 or more\.$/],
		['{ userList(page: { pageNumber: 0 }) { count } }', /^pageNumber must be 1 or more/],
	] as const) {
		const answer = await world.graphql(document, {}, userGetToken.token);
		assert.equal(codeOf(answer), 'BAD_USER_INPUT', document);
		assert.match(answer.errors?.[0]?.message ?? '', message);
	}
});

test('the thread that somebody types in is named by an id, since all are told of it', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const types = 'mutation ($root: String) { typing(channelIdentifier: "general", rootId: $root) { status } }';
	const error = await firstError(world.graphql(types, { root: 'x'.repeat(50_000) }, ada.token));
	assert.equal(error.message, 'rootId must be an id: 26 lower-case letters and digits.');
	for (const root of ['', null, 'r'.repeat(26)]) await world.data(types, { root }, ada.token);
});

test('messages of another team’s channel, or of an archived one, are not there: not to be read, changed or reacted to', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const team = { name: 'others', display_name: 'Others', type: 'O' };
	const { id: teamId } = await world.mattermost<{ id: string }>('POST', '/teams', team);
	await world.mattermost('POST', `/teams/${teamId}/members`, { team_id: teamId, user_id: ada.id });
	const elsewhere = { team_id: teamId, name: 'elsewhere', display_name: 'Elsewhere', type: 'O' };
	const other = await world.mattermost<{ id: string }>('POST', '/channels', elsewhere);
	await world.mattermost('POST', `/channels/${other.id}/members`, { user_id: ada.id });
	const { token } = await world.mattermost<{ token: string }>('POST', `/users/${ada.id}/tokens`, { description: 'a' });
	const post = await world.mattermost<{ id: string }>(
		'POST',
		'/posts',
		{ channel_id: other.id, message: 'hello' },
		token,
	);
	const archived = await world.channel(ada.token, 'archived');
	const old = await sent(world, ada.token, 'archived', 'hello');
	const onMessage = {
		message: 'query ($id: ID!) { message(id: $id) { message } }',
		thread: 'query ($id: ID!) { thread(messageId: $id) { message } }',
		edit: 'mutation ($id: ID!) { messageEdit(id: $id, textMessage: "changed") { id } }',
		remove: 'mutation ($id: ID!) { messageDelete(id: $id) { status } }',
		react: 'mutation ($id: ID!) { reactionAdd(messageId: $id, emojiName: "tada") { status } }',
		unreact: 'mutation ($id: ID!) { reactionRemove(messageId: $id, emojiName: "tada") { status } }',
	};
	assert.deepEqual(await world.data(onMessage.message, { id: old }, ada.token), { message: { message: 'hello' } });
	await world.mattermost('DELETE', `/channels/${archived}`);
	await using again = await world.another();
	for (const id of [post.id, old]) {
		for (const query of Object.values(onMessage)) {
			const answer = await fetch(`${again.origin}/graphql/`, {
				method: 'POST',
				headers: { 'content-type': 'application/json', authorization: `JWT ${ada.token}` },
				body: JSON.stringify({ query, variables: { id } }),
			});
			assert.equal(codeOf((await answer.json()) as object), 'NOT_FOUND');
		}
	}
});
