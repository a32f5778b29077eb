// The main job from end to end: what `npm start` runs, over real sockets.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { tempFolder, until } from '@matterkit/testing';
import { graphql, subscribe } from './testing/chat.ts';
import { matterkit, startMatterkit } from './testing/matterkit-process.ts';

const signUp = 'mutation($u:String!,$e:String!,$p:String!){userCreate(username:$u,email:$e,password:$p){status}}';
const getToken =
	'mutation($u:String!,$p:String!){userGetToken(username:$u,password:$p){... on ResponseWithToken{token} ... on ResponseBase{message}}}';
const createChannel = 'mutation($n:String!,$m:[String]!){channelCreate(channelName:$n,members:$m){status}}';
const sendMessage = 'mutation($c:String!,$t:String!){textMessageSend(channelIdentifier:$c,textMessage:$t){status}}';
const password = 'Sup3r-secret!';

const borrow = (mattermostUsername: string, requestId: number) => ({
	action: 'BORROW',
	userId: 7,
	mattermostUsername,
	device: { id: 1, name: 'MacBook Pro', assetTag: 'DEV-001', category: 'laptop', brand: 'Apple', model: 'M3' },
	requestId,
	startDate: '2026-01-10',
	endDate: '2026-02-10',
});

async function logIn(url: string, username: string, secret = password): Promise<string> {
	const { userGetToken } = await graphql<{ userGetToken: { token?: string } }>(url, getToken, {
		u: username,
		p: secret,
	});
	assert.ok(userGetToken.token, `${username} gets a token`);
	return userGetToken.token;
}

suite('matterkit start', { concurrency: false }, () => {
	test('a message reaches a subscriber of either subprotocol, whoever sends it and by whatever route', async () => {
		await using data = await tempFolder();
		await using server = await startMatterkit(data.path);
		const { graphql: chat, websocket, mattermost, admin } = server.ready;
		for (const u of ['eve', 'fay']) await graphql(chat, signUp, { u, e: `${u}@example.com`, p: password });
		const eve = await logIn(chat, 'eve');
		const fay = await logIn(chat, 'fay');
		await graphql(chat, createChannel, { n: 'ops', m: ['fay'] }, eve);
		await using current = await subscribe(websocket, 'graphql-transport-ws', eve, 'ops');
		await using legacy = await subscribe(
			`${server.ready.url.replace('http', 'ws')}/ws/graphql/`,
			'graphql-ws',
			fay,
			'ops',
		);
		const arrives = async (text: string) => {
			assert.equal(await current.next(), text);
			assert.equal(await legacy.next(), text);
		};

		await graphql(chat, sendMessage, { c: 'ops', t: 'by the subscriber' }, eve);
		await arrives('by the subscriber');
		await graphql(chat, sendMessage, { c: 'ops', t: 'by another user' }, fay);
		await arrives('by another user');

		assert.ok(admin);
		await using mm = await Mattermost.connect({ url: mattermost, token: admin.token });
		const team = await mm.teams.getByName('demo');
		const channel = team && (await mm.channels.getByName(team.id, 'ops'));
		assert.ok(channel);
		await mm.posts.create({ channel_id: channel.id, message: 'by the REST client' });
		await arrives('by the REST client');
		await fetch(`${mattermost}/api/v4/posts`, {
			method: 'POST',
			headers: { authorization: `Bearer ${admin.token}` },
			body: JSON.stringify({ channel_id: channel.id, message: 'by a plain request' }),
		});
		await arrives('by a plain request');
	});

	test('a notification is posted where the person is mentioned, and the demo users can log in', async () => {
		await using data = await tempFolder();
		await using server = await startMatterkit(data.path);
		const { notifications, notificationsKey, users, graphql: chat, websocket } = server.ready;
		const [ada] = users;
		assert.ok(ada);
		const token = await logIn(chat, ada.username, ada.password);
		const sent = await fetch(`${notifications}/send?wait=60s`, {
			method: 'POST',
			headers: { authorization: `Bearer ${notificationsKey}`, 'content-type': 'application/json' },
			body: JSON.stringify(borrow(ada.username, 1)),
		});
		assert.ok(sent.ok, await sent.clone().text());
		const { getMessageList } = await graphql<{ getMessageList: { data: { message: string }[] } }>(
			chat,
			'{getMessageList(channelIdentifier:"notifications"){data{message}}}',
			{},
			token,
		);
		const mentions = getMessageList.data.filter(({ message }) => message.includes(`@${ada.username}`));
		assert.equal(mentions.filter(({ message }) => message.includes('has been approved')).length, 1);
		await using _ = await subscribe(websocket, 'graphql-transport-ws', token, 'town-square');
	});

	test('accounts, tokens and channels are there after SIGKILL and a restart', async () => {
		await using data = await tempFolder();
		await using first = await startMatterkit(data.path);
		await graphql(first.ready.graphql, signUp, { u: 'eve', e: 'eve@example.com', p: password });
		const token = await logIn(first.ready.graphql, 'eve');
		await graphql(first.ready.graphql, createChannel, { n: 'ops', m: [] }, token);
		await graphql(first.ready.graphql, sendMessage, { c: 'ops', t: 'acknowledged' }, token);
		await first.end('SIGKILL');

		await using second = await startMatterkit(data.path);
		const messages = await graphql<{ getMessageList: { data: { message: string }[] } }>(
			second.ready.graphql,
			'{getMessageList(channelIdentifier:"ops"){data{message}}}',
			{},
			token,
		);
		assert.ok(messages.getMessageList.data.some(({ message }) => message === 'acknowledged'));
		assert.deepEqual(second.ready.users, first.ready.users);
		assert.equal(second.ready.notificationsKey, first.ready.notificationsKey);
	});

	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		test(`${signal} ends it in order and soon, with sockets open`, async () => {
			await using data = await tempFolder();
			await using server = await startMatterkit(data.path);
			const [ada] = server.ready.users;
			assert.ok(ada);
			const token = await logIn(server.ready.graphql, ada.username, ada.password);
			await subscribe(server.ready.websocket, 'graphql-transport-ws', token, 'town-square');
			const asked = performance.now();
			assert.equal(await server.end(signal), 0);
			assert.ok(performance.now() - asked < 20_000);
		});
	}

	test('the status page says what runs, and /readyz what is waited for', async () => {
		await using data = await tempFolder();
		await using server = await startMatterkit(data.path);
		const page = await (await fetch(server.ready.url)).text();
		assert.match(page, /Notifications[\s\S]*Emulator/);
		const [, tryIt = ''] = /<a href="([^"]+)">Try it/.exec(page) ?? [];
		const explorer = await fetch(new URL(tryIt, server.ready.url), { headers: { accept: 'text/html' } });
		assert.match(await explorer.text(), /<title>matterkit GraphQL/);
		assert.ok(!page.includes(String(server.ready.notificationsKey)));
		await until('everything is ready', async () => (await fetch(`${server.ready.url}/readyz`)).status === 200);
		assert.match(await (await fetch(`${server.ready.url}/metrics`)).text(), /^# HELP/);
	});

	test('a server whose Redis is gone says so and stays in service', async () => {
		await using data = await tempFolder();
		await using server = await startMatterkit(data.path, {
			env: {
				REDIS_URL: 'redis://127.0.0.1:1',
				MATTERKIT_SECRET: 'sixteen letters!',
				MATTERKIT_NOTIFICATIONS_KEY: 'sixteen-letters!',
			},
		});
		await until('it is ready and names Redis', async () => {
			const answer = await fetch(`${server.ready.url}/readyz`);
			const { waitingFor } = (await answer.json()) as { waitingFor: string[] };
			return answer.status === 200 && waitingFor.join() === 'Chat: redis';
		});
	});

	test('what a person can mend is one sentence and exit code 2', async () => {
		await using data = await tempFolder();
		const taken = createServer().listen(0, '127.0.0.1');
		await once(taken, 'listening');
		const { port } = taken.address() as AddressInfo;
		const file = join(data.path, 'file');
		await writeFile(file, '');
		const cases: [string[], RegExp][] = [
			[['--port', String(port)], new RegExp(`port ${port} is in use`)],
			[['--port', 'http'], /--port http: a port is a number/],
			[['--colour'], /--colour/],
			[['9000'], /start takes options only, not '9000'/],
			[['--port', '0', '--data', file], /data folder .* cannot be used/],
		];
		for (const [args, sentence] of cases) {
			const { code, stderr, stdout } = await matterkit(['start', ...args], { cwd: data.path });
			assert.equal(code, 2, stderr);
			assert.match(stderr, sentence);
			assert.equal(stderr.trim().split('\n').length, 1, stderr);
			assert.equal(stdout, '');
		}
		taken.close();
	});
});
