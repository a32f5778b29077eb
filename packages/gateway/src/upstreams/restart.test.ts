import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { createEmulator } from '@matterkit/emulator';
import { tempFolder } from '@matterkit/testing';
import type { NodeOptions, NodeReady } from '../testing/gateway-node.ts';
import { createChannel, logIn, password, secret, signUp } from '../testing/gateway-world.ts';
import { subscribe } from '../testing/subscriber.ts';

interface Heard {
	readonly onNewChatMessage: { readonly message: { id: string; message: string } };
}
const query = `subscription ($after: String) {
	onNewChatMessage(channelIdentifier: "general", after: $after) { message { id message } }
}`;

test('a gateway that was killed knows its users again, and who comes back misses and doubles nothing', async () => {
	await using folder = await tempFolder();
	await using emulator = await createEmulator();
	await using admin = await Mattermost.connect({ url: emulator.url, token: emulator.admin.token });
	await admin.teams.create({ name: 'crew', display_name: 'Crew' });
	const { username: loginId, password: adminPassword } = emulator.admin;
	const options: NodeOptions = {
		mattermost: { url: emulator.url, admin: { loginId, password: adminPassword }, team: 'crew' },
		database: { file: `${folder.path}/gateway.db` },
		secret,
		signup: 'open',
	};
	await using children = new AsyncDisposableStack();
	const start = async (): Promise<{ child: ChildProcess; ready: NodeReady }> => {
		const child = fork(join(import.meta.dirname, '../testing/gateway-node.ts'), [JSON.stringify(options)]);
		children.defer(() => void child.kill('SIGKILL'));
		const [ready] = await once(child, 'message');
		return { child, ready: ready as NodeReady };
	};
	const graphql = async (origin: string, document: string, variables: object, token = '') => {
		const response = await fetch(`${origin}/graphql/`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...(token ? { authorization: `JWT ${token}` } : {}) },
			body: JSON.stringify({ query: document, variables }),
		});
		return (await response.json()) as {
			data: { userGetToken: { token: string }; channelCreate: { metadata: { channel_id: string } } };
		};
	};

	let { child, ready } = await start();
	await graphql(ready.origin, signUp, { username: 'ada', email: 'ada@example.com', password });
	const { token } = (await graphql(ready.origin, logIn, { username: 'ada', password })).data.userGetToken;
	const made = await graphql(ready.origin, createChannel, { name: 'general', members: [] }, token);
	const channel_id = made.data.channelCreate.metadata.channel_id;

	let { id: after } = await admin.posts.create({ channel_id, message: 'm0' });
	const texts = ['m0'];
	let posted = 1;
	for (let round = 0; round < 3; round++) {
		await using heard = subscribe<Heard>({
			url: ready.socketUrl,
			token,
			query,
			variables: { after },
		});
		const hear = async () => {
			const { message } = (await heard.next()).onNewChatMessage;
			after = message.id;
			texts.push(message.message);
		};
		for (let i = 0; i < 20; i++) await admin.posts.create({ channel_id, message: `m${posted++}` });
		// Killed while it tells: some are heard, some are not.
		while (texts.length < posted - 10) await hear();
		child.kill('SIGKILL');
		await once(child, 'exit');
		for (let i = 0; i < 20; i++) await admin.posts.create({ channel_id, message: `m${posted++}` });
		({ child, ready } = await start());
	}
	await using heard = subscribe<Heard>({ url: ready.socketUrl, token, query, variables: { after } });
	while (texts.length < posted) texts.push((await heard.next()).onNewChatMessage.message.message);
	assert.deepEqual(
		texts,
		Array.from({ length: posted }, (_, i) => `m${i}`),
	);
});
