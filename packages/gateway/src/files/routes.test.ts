import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { logIn, startWorld, type World } from '../testing/gateway-world.ts';

const sendFile = (world: World, path: string, token: string, body: BodyInit = 'hello') =>
	fetch(`${world.origin}/graphql/files?${path}`, { method: 'POST', headers: { authorization: `JWT ${token}` }, body });
const fetchFile = (world: World, path: string, token: string) =>
	fetch(`${world.origin}${path}`, { headers: { authorization: `JWT ${token}` } });

test('a file is uploaded, sent with a message, and fetched by another member', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	const bob = await world.person('bob');
	await world.channel(ada.token, 'general', ['bob']);
	const bytes = randomBytes(3_000_000);
	const sent = await sendFile(world, 'channel=general&name=holiday%20picture.bin', ada.token, bytes);
	assert.equal(sent.status, 201);
	const file = (await sent.json()) as { id: string; name: string; size: number };
	assert.deepEqual([file.name, file.size], ['holiday picture.bin', bytes.length]);

	await world.data(
		`mutation ($f: [String!]) { textMessageSend(channelIdentifier: "general", textMessage: "", fileIds: $f) { status } }`,
		{ f: [file.id] },
		ada.token,
	);
	const { getMessageList } = await world.data<{
		getMessageList: { data: { type: string; files: { id: string; path: string; size: number }[] }[] };
	}>('{ getMessageList(channelIdentifier: "general") { data { type files { id path size } } } }', {}, bob.token);
	const last = getMessageList.data.at(-1);
	assert.equal(last?.type, 'file');
	const fetched = await fetchFile(world, last?.files[0]?.path ?? '', bob.token);
	assert.deepEqual(Buffer.from(await fetched.arrayBuffer()), bytes);
	assert.match(
		fetched.headers.get('content-disposition') ?? '',
		/^attachment; filename\*=UTF-8''holiday%20picture\.bin$/,
	);
	assert.equal(fetched.headers.get('x-content-type-options'), 'nosniff');
});

test('files are refused to strangers, and to channels one is no member of', async () => {
	await using world = await startWorld({ origins: ['https://chat.example.com'] });
	const ada = await world.person('ada');
	const eve = await world.person('eve');
	await world.channel(ada.token, 'secret', [], { private: true });
	const { id } = (await (await sendFile(world, 'channel=secret&name=a.txt', ada.token)).json()) as { id: string };
	const status = async (answer: Promise<Response>) => (await answer).status;
	assert.equal(await status(fetchFile(world, `/graphql/files/${id}`, ada.token)), 200);
	assert.equal(await status(fetchFile(world, `/graphql/files/${id}`, eve.token)), 403);
	assert.equal(await status(fetchFile(world, `/graphql/files/${id}`, 'x.y.z')), 401);
	assert.equal(await status(fetch(`${world.origin}/graphql/files/${id}`)), 401);
	assert.equal(await status(fetchFile(world, `/graphql/files/${'x'.repeat(26)}`, ada.token)), 404);
	assert.equal(await status(fetchFile(world, '/graphql/files/..%2F..%2Fusers%2Fme', ada.token)), 400);
	assert.equal(await status(sendFile(world, 'channel=secret&name=a.txt', eve.token)), 404);
	assert.equal(await status(sendFile(world, 'channel=secret', ada.token)), 400);
	assert.equal(await status(sendFile(world, 'channel=secret&name=empty.txt', ada.token, '')), 400);
	const headers = { authorization: `JWT ${ada.token}`, origin: 'https://evil.example.com' };
	assert.equal(await status(fetch(`${world.origin}/graphql/files/${id}`, { headers })), 403);
});

test('what can be no file id or no name is refused in the shape of all other answers', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const before = world.calls.length;
	for (const id of ['x', 'x'.repeat(101), 'x'.repeat(5_000), '%', '%E0%A4%A', '%00', 'a/b', '%2e%2e%2f%2e%2e']) {
		const answer = await fetchFile(world, `/graphql/files/${id}`, ada.token);
		assert.equal(answer.status, 400, id);
		const { errors } = (await answer.json()) as { errors?: { message: string; extensions: { code: string } }[] };
		assert.equal(errors?.[0]?.extensions.code, 'BAD_USER_INPUT', id);
	}
	for (const [query, message] of [
		['channel=general&name=a&name=b', /^name is there more than once\.$/],
		['channel=general&channel=other&name=a', /^channel is there more than once\.$/],
		['channel=general&name=a%00b', /^name has a NUL character/],
		['channel=%00&name=a', /^channel has a NUL character/],
		['name=a', /^The file has no channel: give it as/],
		['channel=general', /^The file has no name: give it as/],
	] as const) {
		const answer = await sendFile(world, query, ada.token);
		assert.equal(answer.status, 400, query);
		assert.match(((await answer.json()) as { errors: { message: string }[] }).errors[0]?.message ?? '', message);
	}
	assert.deepEqual(world.calls.slice(before), []);
	const tooLong = await sendFile(world, `channel=general&name=${'x'.repeat(5_000)}`, ada.token);
	assert.equal(tooLong.status, 400);
});

test('a file that Mattermost would show, of a channel one is no member of, is not there', async () => {
	await using world = await startWorld();
	const ada = await world.person('ada');
	await world.channel(ada.token, 'secret', [], { private: true });
	const { id } = (await (await sendFile(world, 'channel=secret&name=a.txt', ada.token)).json()) as { id: string };
	const { userGetToken } = await world.data<{ userGetToken: { token: string } }>(logIn, {
		username: 'admin',
		password: world.emulator.admin.password,
	});
	const refused = await fetchFile(world, `/graphql/files/${id}`, userGetToken.token);
	assert.equal(refused.status, 404);
	assert.match(await refused.text(), /"message":"File not found\."/);
});

/** An upload of 8 bytes whose first half is sent; the server has begun to take it. */
async function halfSent(world: World, token: string): Promise<ClientRequest> {
	const upload = request(`${world.origin}/graphql/files?channel=general&name=slow.txt`, {
		method: 'POST',
		headers: { authorization: `JWT ${token}`, 'content-length': 8, expect: '100-continue' },
	});
	upload.flushHeaders();
	await once(upload, 'continue');
	upload.write('half');
	return upload;
}

test('an upload that is under way when the server is drained is finished, and no new one is taken', async () => {
	await using world = await startWorld({ drain: { window: 0, grace: 30_000 } });
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const upload = await halfSent(world, ada.token);
	const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
	const closed = world.gateway.close();
	const refused = await sendFile(world, 'channel=general&name=late.txt', ada.token);
	assert.deepEqual([refused.status, /being replaced/.test(await refused.text())], [503, true]);
	upload.end('half');
	const [answer] = await answered;
	assert.equal(answer.statusCode, 201);
	const { id } = (await json(answer)) as { id: string };
	await closed;
	const { size } = await world.mattermost<{ size: number }>('GET', `/files/${id}/info`);
	assert.equal(size, 8);
});

test('an upload that takes longer than the drain does not hold it up', async () => {
	await using world = await startWorld({ drain: { window: 0, grace: 50 } });
	const ada = await world.person('ada');
	await world.channel(ada.token, 'general');
	const upload = await halfSent(world, ada.token);
	const cut = once(upload, 'error');
	await world.gateway.close();
	upload.destroy(new Error('given up'));
	await cut;
});
