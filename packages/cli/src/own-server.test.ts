// With a Mattermost of one's own, in a sub-path behind a proxy, as an administrator would set it up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultServer } from '@matterkit/emulator';
import { tempFolder } from '@matterkit/testing';
import { graphql, signUp, subscribe } from './testing/chat.ts';
import { matterkit, startMatterkit } from './testing/matterkit-process.ts';
import { ownMattermost } from './testing/own-mattermost.ts';

for (const [name, settings] of [
	['with personal access tokens', {}],
	['with default settings (no access tokens, no open sign-up)', defaultServer],
] as const) {
	test(`chat works on a Mattermost ${name}: sign up, log in, hear each other`, async () => {
		await using data = await tempFolder();
		await using mattermost = await ownMattermost(settings);
		await using server = await startMatterkit(data.path, { env: mattermost.env });
		assert.equal(server.ready.mattermost, mattermost.url);
		const chat = server.ready.graphql;
		const eve = await signUp(chat, 'eve');
		const fay = await signUp(chat, 'fay');
		await graphql(chat, 'mutation{channelCreate(channelName:"ops",members:["fay"]){status}}', {}, eve);
		await using heard = await subscribe(server.ready.websocket, 'graphql-transport-ws', fay, 'ops');
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
