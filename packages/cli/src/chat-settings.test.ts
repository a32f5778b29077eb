// Settings of the chat server that administrators give in the environment, seen from outside.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { graphql } from './testing/chat.ts';
import { startMatterkit } from './testing/matterkit-process.ts';

/** A socket past its ack, and how it ends. */
async function connect(url: string, token: string) {
	const socket = new WebSocket(url, 'graphql-transport-ws');
	const closed = once(socket, 'close').then(([event]) => ({ code: (event as CloseEvent).code, at: performance.now() }));
	await once(socket, 'open');
	const answered = once(socket, 'message');
	socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `JWT ${token}` } }));
	return { closed, answered: Promise.race([answered, closed]) };
}

test('sockets of one user and origins are limited as told, and SIGTERM closes sockets with 1012 over the time that was set', async () => {
	await using data = await tempFolder();
	const env = {
		MATTERKIT_SOCKETS_PER_USER: '3',
		MATTERKIT_ORIGINS: 'https://chat.example.com',
		MATTERKIT_DRAIN_SECONDS: '1',
	};
	await using server = await startMatterkit(data.path, { env });
	const { graphql: chat, websocket, users } = server.ready;
	const [ada] = users;
	assert.ok(ada);
	const { userGetToken } = await graphql<{ userGetToken: { token: string } }>(
		chat,
		'mutation($u:String!,$p:String!){userGetToken(username:$u,password:$p){... on ResponseWithToken{token}}}',
		{ u: ada.username, p: ada.password },
	);
	const from = (origin: string) =>
		fetch(chat, {
			method: 'POST',
			headers: { 'content-type': 'application/json', origin },
			body: '{"query":"{__typename}"}',
		});
	assert.equal((await from('https://evil.example.com')).status, 403);
	assert.equal((await from('https://chat.example.com')).status, 200);

	const sockets: Awaited<ReturnType<typeof connect>>[] = [];
	for (let i = 0; i < 3; i++) {
		const socket = await connect(websocket, userGetToken.token);
		await socket.answered;
		sockets.push(socket);
	}
	const fourth = await connect(websocket, userGetToken.token);
	assert.equal((await fourth.closed).code, 4429);

	const asked = performance.now();
	const ended = server.end('SIGTERM');
	const closings = await Promise.all(sockets.map(({ closed }) => closed));
	assert.deepEqual(
		closings.map(({ code }) => code),
		[1012, 1012, 1012],
	);
	assert.ok(Math.max(...closings.map(({ at }) => at)) - asked > 500, 'they are spread over the second');
	assert.equal(await ended, 0);
});

test('after a change of the secret old logins go on where the one before is told, and the start fails with a hint where it is not', async () => {
	await using data = await tempFolder();
	const logIn =
		'mutation($u:String!,$p:String!){userGetToken(username:$u,password:$p){... on ResponseWithToken{token}}}';
	const before = await startMatterkit(data.path, { env: { MATTERKIT_SECRET: 'the first of two secrets' } });
	const [ada] = before.ready.users;
	const { userGetToken } = await graphql<{ userGetToken: { token: string } }>(before.ready.graphql, logIn, {
		u: ada?.username,
		p: ada?.password,
	});
	await before[Symbol.asyncDispose]();
	const MATTERKIT_SECRET = 'the second of two secrets';
	await assert.rejects(startMatterkit(data.path, { env: { MATTERKIT_SECRET } }), /MATTERKIT_PREVIOUS_SECRET/);
	const env = { MATTERKIT_SECRET, MATTERKIT_PREVIOUS_SECRET: 'the first of two secrets' };
	await using after = await startMatterkit(data.path, { env });
	const answer = await graphql<{ me: { username: string } }>(
		after.ready.graphql,
		'{ me { username } }',
		{},
		userGetToken.token,
	);
	assert.equal(answer.me.username, ada?.username);
});
