import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator } from './index.ts';

const get = async (url: string, token: string) => {
	const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
	return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

test('a team, a channel and a user are made in one line, and the user may use both', async () => {
	await using emulator = await createEmulator();
	const ops = emulator.team('eng').channel('ops');
	const ada = ops.user('ada');
	const { status, body } = await get(`${emulator.url}/api/v4/channels/${ops.id}/members/me`, ada.token);
	assert.equal(status, 200);
	assert.equal(body.user_id, ada.id);
});

test('what is there already is found, not made again', async () => {
	await using emulator = await createEmulator();
	assert.equal(emulator.team('eng').channel('ops').id, emulator.team('eng').channel('ops').id);
	assert.equal(emulator.user('ada').token, emulator.user('ada').token);
	assert.equal(emulator.bot('helper').token, emulator.bot('helper').token);
});

test('a user logs in with the password that was given', async () => {
	await using emulator = await createEmulator();
	const ada = emulator.user('ada', { password: 'Another-1' });
	const response = await fetch(`${emulator.url}/api/v4/users/login`, {
		method: 'POST',
		body: JSON.stringify({ login_id: ada.username, password: ada.password }),
	});
	assert.equal(response.status, 200);
	assert.ok(response.headers.get('token'));
});

test('a private channel is closed to who is not in it', async () => {
	await using emulator = await createEmulator();
	const team = emulator.team('eng');
	const board = team.channel('board', { private: true });
	const { status } = await get(`${emulator.url}/api/v4/channels/${board.id}`, team.user('ada').token);
	assert.equal(status, 403);
});

test('a test waits for the next post that it expects', async () => {
	await using emulator = await createEmulator();
	const ops = emulator.team('eng').channel('ops');
	const bot = ops.bot('helper');
	const answer = ops.nextPost((post) => post.username === 'helper');
	await ops.post('hello', { by: ops.user('ada') });
	await ops.post('hello yourself', { by: bot });
	assert.equal((await answer).message, 'hello yourself');
	assert.deepEqual(
		ops.posts().map(({ username, message }) => `${username}: ${message}`),
		['ada: hello', 'helper: hello yourself'],
	);
});

test('who waits in vain for a post is told what came instead', async () => {
	await using emulator = await createEmulator();
	const ops = emulator.team('eng').channel('ops');
	await ops.post('something else', { by: ops.user('ada') });
	await assert.rejects(
		ops.nextPost(() => false, { timeout: 20 }),
		{
			name: 'EmulatorError',
			message: 'no such post in ops within 20 ms; the last there: ada: something else',
		},
	);
});

test('a reply stands in the thread of its root', async () => {
	await using emulator = await createEmulator();
	const talk = emulator.direct(emulator.user('ada'), emulator.user('bob'));
	const root = await talk.post('root', { by: 'ada' });
	await talk.post('reply', { by: 'bob', replyTo: root.id });
	const { body } = await get(`${emulator.url}/api/v4/posts/${root.id}/thread`, emulator.user('bob').token);
	assert.equal((body.order as string[]).length, 2);
});
