// With a Mattermost of one's own, in a sub-path behind a proxy, as an administrator would set it up.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Mattermost } from '@matterkit/client';
import { createEmulator, defaultServer, type SettingsOptions } from '@matterkit/emulator';
import { tempFolder } from '@matterkit/testing';
import { graphql, subscribe } from './testing/chat.ts';
import { matterkit, startMatterkit } from './testing/matterkit-process.ts';

const password = 'Sup3r-secret!';

/** A Mattermost under `/team/chat`, with one team and one channel. */
async function ownMattermost(settings: SettingsOptions) {
	const emulator = await createEmulator({ listen: false, settings });
	const server = createServer((request, response) => {
		request.url = request.url?.replace('/team/chat', '') ?? '';
		emulator.handle(request, response);
	});
	server.on('upgrade', (request, socket, head) => {
		request.url = request.url?.replace('/team/chat', '') ?? '';
		emulator.upgrade(request, socket, head);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/team/chat`;
	const admin = await Mattermost.connect({ url, token: emulator.admin.token });
	const team = await admin.teams.create({ name: 'eng', display_name: 'Eng' });
	return {
		url,
		admin,
		team,
		login: emulator.admin,
		async [Symbol.asyncDispose]() {
			await admin.close();
			server.close();
			server.closeAllConnections();
			await emulator.close();
		},
	};
}

for (const [name, settings] of [
	['with personal access tokens', {}],
	['with default settings (no access tokens, no open sign-up)', defaultServer],
] as const) {
	test(`chat works on a Mattermost ${name}: sign up, log in, hear each other`, async () => {
		await using data = await tempFolder();
		await using mattermost = await ownMattermost(settings);
		const env = {
			MATTERMOST_SERVER_URL: `${mattermost.url}/`,
			MATTERMOST_ADMIN_LOGIN_ID: mattermost.login.username,
			MATTERMOST_ADMIN_LOGIN_PASSWORD: mattermost.login.password,
			MATTERMOST_TEAM_IDENTIFIER: mattermost.team.id,
			MATTERKIT_SIGNUP: 'open',
		};
		await using server = await startMatterkit(data.path, { env });
		assert.equal(server.ready.mattermost, mattermost.url);
		const chat = server.ready.graphql;
		const tokens: string[] = [];
		for (const u of ['eve', 'fay']) {
			await graphql(
				chat,
				'mutation($u:String!,$e:String!,$p:String!){userCreate(username:$u,email:$e,password:$p){status}}',
				{
					u,
					e: `${u}@example.com`,
					p: password,
				},
			);
			const { userGetToken } = await graphql<{ userGetToken: { token: string } }>(
				chat,
				'mutation($u:String!,$p:String!){userGetToken(username:$u,password:$p){... on ResponseWithToken{token}}}',
				{ u, p: password },
			);
			tokens.push(userGetToken.token);
		}
		const [eve, fay] = tokens;
		await graphql(chat, 'mutation{channelCreate(channelName:"ops",members:["fay"]){status}}', {}, eve);
		await using heard = await subscribe(server.ready.websocket, 'graphql-transport-ws', fay ?? '', 'ops');
		await graphql(chat, 'mutation{textMessageSend(channelIdentifier:"ops",textMessage:"hello"){status}}', {}, eve);
		assert.equal(await heard.next(), 'hello');
	});
}

test('what Mattermost says against the administrator is one sentence and exit code 2, without the password', async () => {
	await using data = await tempFolder();
	await using mattermost = await ownMattermost({});
	const env = {
		MATTERMOST_SERVER_URL: mattermost.url,
		MATTERMOST_ADMIN_LOGIN_ID: 'admin',
		MATTERMOST_ADMIN_LOGIN_PASSWORD: 'not-the-password',
		MATTERMOST_TEAM_IDENTIFIER: 'eng',
	};
	const { code, stderr } = await matterkit(['start', '--port', '0', '--data', data.path], { env, cwd: data.path });
	assert.equal(code, 2, stderr);
	assert.equal(stderr.trim().split('\n').length, 1, stderr);
	assert.doesNotMatch(stderr, /not-the-password/);
});
